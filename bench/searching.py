"""Search through gRPC on Elasticsearch beside the bare client with the same query, asked in turn.

Needs a server: `NOTALONE_ELASTICSEARCH_URL=http://127.0.0.1:… python -m bench.searching 100000` measures with that many
made-up municipal entries beside the real ones, in an index of its own that is removed afterwards. A million takes half
an hour to build: `--index bench-million` names one that stays, and is measured again without being built.
"""

from __future__ import annotations

import argparse
import asyncio
import itertools
import os
import secrets
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import AsyncIterator, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime

import grpc
import notalone_crisis
import notalone_data
from elasticsearch import Elasticsearch
from notalone.catalog.v1 import catalog_service_pb2 as pb
from notalone.catalog.v1.catalog_service_pb2_grpc import CatalogServiceStub
from notalone.catalog.v1.entry_pb2 import Entry
from notalone_catalog.adapters.elasticsearch import blueprint
from notalone_catalog.adapters.elasticsearch.index import ElasticsearchProgrammeIndex, connect
from notalone_catalog.adapters.elasticsearch.questions import search_body
from notalone_catalog.domain.wording import Wording
from notalone_catalog.ports import Change, Question

from bench.figures import Figure, in_turn, percentile, table
from tools.synthetic_entries import entries

URL = "NOTALONE_ELASTICSEARCH_URL"
WORDS = [
    "家賃が払えない",
    "子育て相談",
    "介護",
    "ひとり親 手当",
    "仕事をやめたい",
    "借金",
    "不登校",
    "青葉桜市 住まい",
    "DV",
    "年金",
]
TIMES, WARM = 200, 30
STARTS_SECONDS = 60
WARM_SECONDS = 120


def figures(count: int = 0, *, stays: str = "") -> list[Figure]:
    """Figures with that many made-up entries, in an index that `stays` where one is named; none without a server."""
    url = os.environ.get(URL, "")
    if not url:
        print(f"search on Elasticsearch is left out: {URL} is not set")
        return []
    name = stays or f"bench-{secrets.token_hex(4)}"
    try:
        loaded = asyncio.run(_load(url, name, count))
        with _catalogue(url, name) as stub:
            return [*loaded, *_compared(url, name, stub, count)]
    finally:
        if not stays:
            _remove(url, name)


def _remove(url: str, name: str) -> None:
    with Elasticsearch(url, request_timeout=60) as client:
        for index in client.indices.get(index=f"{name}-*"):
            client.indices.delete(index=index)


async def _load(url: str, name: str, count: int) -> list[Figure]:
    async with connect(url) as client:
        plan = blueprint.read(notalone_data.synonyms())
        index = ElasticsearchProgrammeIndex(client, name=name, wording=_wording(), blueprint=plan)
        built = []
        if not await index.is_serving():
            begun = time.perf_counter()
            await index.rebuild(lambda: _changes(count))
            taken = time.perf_counter() - begun
            total = count + len(_packaged())
            built = [Figure(f"entries a second, building an index of {total}", total / taken, "1/s")]
        held, wanted = (await client.count(index=name))["count"], count + len(_packaged())
        if held != wanted:
            raise ValueError(f"{name} holds {held} entries, not {wanted}: name another, or take it away")
        found = await client.indices.stats(index=name, metric="store")
    size = found["_all"]["total"]["store"]["size_in_bytes"] / 1_000_000
    return [*built, Figure(f"index of {count} made-up entries", size, "MB")]


async def _changes(count: int) -> AsyncIterator[Change]:
    for entry in itertools.chain(_packaged(), entries(count)):
        yield Change(entry.id, entry.revision, entry)


@contextmanager
def _catalogue(url: str, name: str) -> Iterator[CatalogServiceStub]:
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    settings = {URL: url, "NOTALONE_ELASTICSEARCH_INDEX": name, "NOTALONE_CATALOG_PORT": str(port)}
    with tempfile.TemporaryDirectory() as state:
        environment = {**os.environ, **settings, "NOTALONE_DATA_DIR": state}
        process = subprocess.Popen([sys.executable, "-m", "notalone_catalog.main"], env=environment)
        try:
            with grpc.insecure_channel(f"127.0.0.1:{port}") as channel:
                grpc.channel_ready_future(channel).result(STARTS_SECONDS)
                yield CatalogServiceStub(channel)
        finally:
            process.terminate()
            process.wait(STARTS_SECONDS)


def _compared(url: str, name: str, stub: CatalogServiceStub, count: int) -> list[Figure]:
    wording = _wording()
    with Elasticsearch(url, request_timeout=10) as client:

        def ours(number: int) -> None:
            answer = stub.SearchProgrammes(pb.SearchProgrammesRequest(query=_words(number)), timeout=10)
            if answer.degraded:
                raise RuntimeError("the server did not answer in time: this would measure the embedded index")

        def bare(number: int) -> None:
            body = search_body(Question(now=datetime.now(UTC), words=_words(number)), wording)
            client.search(index=name, body=body)

        _warm(stub)
        through, alone = in_turn(ours, bare, times=TIMES, warm=WARM)
        typing, _ = in_turn(lambda number: _suggest(stub, _words(number)), bare, times=TIMES, warm=WARM)
    title = f"search through gRPC on Elasticsearch, {count} made-up entries"
    return [
        Figure(f"{title}, p50", percentile(through, 50), "ms", "bare client", percentile(alone, 50), aim="<= 1.3"),
        Figure(f"{title}, p99", percentile(through, 99), "ms", "bare client", percentile(alone, 99)),
        Figure(f"suggestions through gRPC, {count} made-up entries, p50", percentile(typing, 50), "ms"),
    ]


def _warm(stub: CatalogServiceStub) -> None:
    """Asks until the server answers everything in time: it reads an index from the disk first."""
    until = time.monotonic() + WARM_SECONDS
    while any(stub.SearchProgrammes(pb.SearchProgrammesRequest(query=words), timeout=10).degraded for words in WORDS):
        if time.monotonic() > until:
            raise RuntimeError("the server is too slow for this index: the catalogue answers from the embedded one")


def _suggest(stub: CatalogServiceStub, words: str) -> None:
    stub.SuggestProgrammes(pb.SuggestProgrammesRequest(prefix=words[:2]), timeout=10)


def _words(number: int) -> str:
    # Two are asked in turn: each meets every word.
    return WORDS[number // 2 % len(WORDS)]


def _packaged() -> list[Entry]:
    return [*notalone_crisis.floor_entries(), *notalone_data.entries()]


def _wording() -> Wording:
    readings = notalone_data.lexicon("ja")["readings"]
    return Wording(notalone_data.needs()["needs"], readings=readings, synonyms=notalone_data.synonyms())


def main() -> None:
    """Measures and prints."""
    parser = argparse.ArgumentParser(description="search on Elasticsearch beside the bare client")
    parser.add_argument("count", type=int, nargs="?", default=0, help="of made-up entries")
    parser.add_argument("--index", default="", help="of an index that stays, built where there is none of this name")
    given = parser.parse_args()
    print(table(figures(given.count, stays=given.index)))


if __name__ == "__main__":
    main()
