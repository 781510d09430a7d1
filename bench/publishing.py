"""How long after its commit a published entry is found, at a steady pace, on PostgreSQL, Kafka and Elasticsearch.

Needs NOTALONE_BENCH_DATABASE_URL (an empty database), NOTALONE_BENCH_KAFKA_BOOTSTRAP and NOTALONE_ELASTICSEARCH_URL.
The catalogue runs as a process of its own; another one approves, so that its relay has to look for what is new.
"""

from __future__ import annotations

import asyncio
import os
import secrets
import socket
import statistics
import sys
import tempfile
import time
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING

import grpc
import psycopg
from elasticsearch import AsyncElasticsearch, Elasticsearch
from notalone.catalog.v1 import catalog_authoring_service_pb2 as staff_pb
from notalone.catalog.v1 import catalog_service_pb2 as pb
from notalone.catalog.v1.catalog_service_pb2_grpc import CatalogServiceStub
from notalone.catalog.v1.entry_pb2 import Channel, Entry, Provenance
from notalone.common.v1.common_pb2 import GENERAL
from notalone.common.v1.contact_pb2 import Contact
from notalone_catalog.adapters.sql_records import SqlRecords
from notalone_catalog.authoring.staff import StaffDesk
from notalone_chassis.clock import SystemClock
from notalone_chassis.events import topics
from notalone_chassis.events.kafka.client import KafkaOptions
from notalone_chassis.events.kafka.provisioning import create_topics
from notalone_chassis.sql.database import open_database

from bench.events import delete_topics
from bench.figures import Figure, percentile

if TYPE_CHECKING:  # there is no such class, only its type
    from notalone.catalog.v1.catalog_service_pb2_grpc import CatalogServiceAsyncStub

DATABASE, KAFKA, SEARCH = "NOTALONE_BENCH_DATABASE_URL", "NOTALONE_BENCH_KAFKA_BOOTSTRAP", "NOTALONE_ELASTICSEARCH_URL"
PER_SECOND, SECONDS = 50, 30
# So many share a word, and are looked for at once.
TOGETHER = 25
LOOK_SECONDS = 0.02
# Transactions at work: where the pace cannot be held they wait here, and the figures say so.
AT_ONCE = 8
STARTS_SECONDS, LATEST_SECONDS = 90, 60
BARE_TIMES = 20
SOURCE = Provenance(sources=["https://example.jp/"], as_of="2026-01-01", check_state=Contact.CHECKED)
NEED = "lonely.talk"


def figures() -> list[Figure]:
    """None where a server is not named."""
    if not all(os.environ.get(name) for name in (DATABASE, KAFKA, SEARCH)):
        print(f"publishing on real servers is left out: {DATABASE}, {KAFKA} and {SEARCH} are not all set")
        return []
    name = f"bench-{secrets.token_hex(4)}"
    options = KafkaOptions(bootstrap=os.environ[KAFKA], prefix=f"{name}.")
    create_topics(options, topics.load(), replicas=1)
    try:
        return asyncio.run(_measured(name, options))
    finally:
        delete_topics(options, topics.load())
        _empty(os.environ[DATABASE])
        with Elasticsearch(os.environ[SEARCH], request_timeout=60) as client:
            for index in client.indices.get(index=f"{name}*"):
                client.indices.delete(index=index)


async def _measured(name: str, options: KafkaOptions) -> list[Figure]:
    async with _catalogue(name, options) as stub:
        database = open_database(os.environ[DATABASE], application="bench")
        desk = StaffDesk(SqlRecords(database, clock=SystemClock(), new_id=_new_id), needs={NEED}, clock=SystemClock())
        numbers = await _submitted(desk)
        taken, behind = await _published(desk, stub, numbers)
        await database.close()
    bare = await _bare(name)
    title = f"commit to found by search, {PER_SECOND} publications a second"
    return [
        Figure(f"{title}, p50", percentile(taken, 50), "ms", "Elasticsearch alone, write to found, p50", bare),
        Figure(f"{title}, p99", percentile(taken, 99), "ms", aim="< 2,000"),
        Figure(f"{title}, longest", max(taken), "ms"),
        Figure("publications a second that were reached", len(taken) / (SECONDS + behind), "/s", aim=f"{PER_SECOND}"),
    ]


@asynccontextmanager
async def _catalogue(name: str, options: KafkaOptions) -> AsyncIterator[CatalogServiceAsyncStub]:
    with tempfile.TemporaryDirectory() as state:
        environment = {
            **os.environ,
            "NOTALONE_DATA_DIR": state,
            "NOTALONE_CATALOG_DATABASE_URL": os.environ[DATABASE],
            "NOTALONE_KAFKA_BOOTSTRAP": options.bootstrap,
            "NOTALONE_KAFKA_PREFIX": options.prefix,
            "NOTALONE_ELASTICSEARCH_INDEX": name,
            "NOTALONE_CATALOG_PORT": str(_free_port()),
            "NOTALONE_LOG_LEVEL": "WARNING",
        }
        process = await asyncio.create_subprocess_exec(sys.executable, "-m", "notalone_catalog.main", env=environment)
        try:
            address = f"127.0.0.1:{environment['NOTALONE_CATALOG_PORT']}"
            async with grpc.aio.insecure_channel(address) as channel:
                await asyncio.wait_for(channel.channel_ready(), STARTS_SECONDS)
                stub = CatalogServiceStub(channel)
                await _serving(stub)
                yield stub
        finally:
            process.terminate()
            await asyncio.wait_for(process.wait(), STARTS_SECONDS)


async def _serving(stub: CatalogServiceAsyncStub) -> None:
    async with asyncio.timeout(STARTS_SECONDS):
        while (await _search(stub, "相談")).degraded:  # noqa: ASYNC110 - nobody could set an event
            await asyncio.sleep(LOOK_SECONDS * 10)


async def _submitted(desk: StaffDesk) -> Mapping[str, int]:
    """Drafts that await approval: their revisions by id."""
    numbers = {}
    for number in range(PER_SECOND * SECONDS):
        entry = _entry(number)
        draft = await desk.save_draft(staff_pb.SaveDraftRequest(entry=entry), "akiko")
        await desk.submit(staff_pb.SubmitDraftRequest(entry_id=entry.id, revision=draft.number), "akiko")
        numbers[entry.id] = draft.number
    return numbers


async def _published(
    desk: StaffDesk, stub: CatalogServiceAsyncStub, numbers: Mapping[str, int]
) -> tuple[list[float], float]:
    """Milliseconds from each commit until the entry was found; and by how many seconds the pace was missed."""
    committed: dict[str, float] = {}
    looking = asyncio.create_task(_found(stub, committed))
    begun, few, approving = time.perf_counter(), asyncio.Semaphore(AT_ONCE), []
    for place, (entry_id, number) in enumerate(numbers.items()):
        await asyncio.sleep(max(0.0, begun + place / PER_SECOND - time.perf_counter()))
        approving.append(asyncio.create_task(_approve(desk, entry_id, number, committed, few)))
    await asyncio.gather(*approving)
    behind = max(0.0, time.perf_counter() - begun - SECONDS)
    found = await asyncio.wait_for(looking, LATEST_SECONDS + SECONDS)
    return [(found[entry_id] - at) * 1000 for entry_id, at in committed.items()], behind


async def _approve(
    desk: StaffDesk, entry_id: str, number: int, committed: dict[str, float], few: asyncio.Semaphore
) -> None:
    async with few:
        await desk.approve(staff_pb.ApproveDraftRequest(entry_id=entry_id, revision=number, publish=True), "ben")
    committed[entry_id] = time.perf_counter()


async def _found(stub: CatalogServiceAsyncStub, committed: Mapping[str, float]) -> Mapping[str, float]:
    """When each entry was first found."""
    found: dict[str, float] = {}
    while len(found) < PER_SECOND * SECONDS:
        for word in sorted({_word(_number(entry_id)) for entry_id in committed.keys() - found.keys()}):
            answer = await _search(stub, word)
            if answer.degraded:
                # The server did not answer in time: this would measure the embedded index.
                continue
            now = time.perf_counter()
            for programme in answer.programmes:
                if programme.id in committed:
                    found.setdefault(programme.id, now)
        await asyncio.sleep(LOOK_SECONDS)
    return found


async def _search(stub: CatalogServiceAsyncStub, words: str) -> pb.SearchProgrammesResponse:
    return await stub.SearchProgrammes(pb.SearchProgrammesRequest(query=words, page_size=50), timeout=STARTS_SECONDS)


async def _bare(name: str) -> float:
    """Median milliseconds from a document's write until a search finds it, with the same refresh, nothing around."""
    taken = []
    async with AsyncElasticsearch(os.environ[SEARCH], request_timeout=30) as client:
        index = f"{name}-bare"
        await client.indices.create(index=index, settings={"refresh_interval": "500ms"})
        for number in range(BARE_TIMES):
            await client.index(index=index, id=str(number), document={"word": _word(number * TOGETHER)})
            begun = time.perf_counter()
            query = {"match": {"word": _word(number * TOGETHER)}}
            while not (await client.search(index=index, query=query))["hits"]["hits"]:  # noqa: ASYNC110
                await asyncio.sleep(LOOK_SECONDS)
            taken.append((time.perf_counter() - begun) * 1000)
    return statistics.median(taken)


def _entry(number: int) -> Entry:
    return Entry(
        id=f"bench-{number}",
        status=Entry.ACTIVE,
        name={"ja": f"計測の窓口 {_word(number)}", "en": "A desk to measure"},
        furigana="けいそくのまどぐち",
        operator={"ja": "計測"},
        summary={"ja": "話を聞きます。", "en": "Somebody listens."},
        needs={NEED: 1.0},
        audiences=[GENERAL],
        provenance=SOURCE,
        channels=[Channel(kind=Contact.CHAT, value="https://example.jp/chat", provenance=SOURCE)],
    )


def _number(entry_id: str) -> int:
    return int(entry_id.rpartition("-")[2])


def _word(number: int) -> str:
    """A word of letters alone that entries published one after another share."""
    return "measured" + "".join(chr(ord("a") + int(digit)) for digit in f"{number // TOGETHER:04}")


def _new_id() -> str:
    return secrets.token_hex(16)


def _free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as free:
        return int(free.getsockname()[1])


def _empty(url: str) -> None:
    with psycopg.connect(url.replace("postgresql+psycopg", "postgresql"), autocommit=True) as connection:
        connection.execute("DROP SCHEMA public CASCADE")
        connection.execute("CREATE SCHEMA public")
