"""The catalogue's search from start to end, with the server there, away, and back."""

from __future__ import annotations

import asyncio
import contextlib
import secrets
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta

import pytest
from notalone.catalog.v1.entry_pb2 import Entry
from notalone_catalog.adapters.elasticsearch.index import connect
from notalone_catalog.domain.wording import Wording
from notalone_catalog.ports import Question
from notalone_catalog.searching import Searching, open_searching
from notalone_catalog.settings import CatalogSettings
from notalone_chassis.clock import FixedClock
from notalone_kernel.entry_shelf import Change

NOW = datetime(2026, 4, 1, 3, tzinfo=UTC)
NATIONAL = Entry(id="national", name={"ja": "国の制度"}, furigana="くに", status=Entry.ACTIVE)
LOCAL = Entry(id="local", name={"ja": "町の制度"}, furigana="まち", status=Entry.ACTIVE)
SECONDS = 20


async def everything() -> AsyncIterator[Change]:
    for entry in (NATIONAL, LOCAL):
        yield Change(entry.id, entry.revision, entry)


async def opened(clock: FixedClock, **settings) -> Searching:
    return await open_searching(
        CatalogSettings(**settings), wording=Wording({}), synonyms=[], national=[NATIONAL], read=everything, clock=clock
    )


async def found(searching: Searching) -> tuple[set[str], bool]:
    answer = await searching.asked.search(Question(now=NOW, words="制度"))
    return {hit.entry.id for hit in answer.hits}, answer.degraded


async def until(searching: Searching, clock: FixedClock, *, degraded: bool) -> set[str]:
    async with asyncio.timeout(SECONDS):
        while True:
            ids, is_degraded = await found(searching)
            if is_degraded is degraded:
                return ids
            clock.advance(timedelta(minutes=1))
            await asyncio.sleep(0.05)


class Way:
    """A way to the server that can be cut."""

    def __init__(self, target: str) -> None:
        self.host, _, self.port = target.partition(":")
        self.open = True
        self._writers: set[asyncio.StreamWriter] = set()

    async def carry(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        if not self.open:
            writer.close()
            return
        inner, outer = await asyncio.open_connection(self.host, int(self.port))
        self._writers |= {writer, outer}
        await asyncio.gather(_copy(reader, outer), _copy(inner, writer))

    def cut(self) -> None:
        self.open = False
        for writer in self._writers:
            writer.close()
        self._writers.clear()


async def _copy(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    with contextlib.suppress(ConnectionError):
        while data := await reader.read(65536):
            writer.write(data)
    writer.close()


@pytest.fixture
async def way(elasticsearch_server):
    carried = Way(elasticsearch_server.address)
    listening = await asyncio.start_server(carried.carry, "127.0.0.1", 0)
    carried.url = "http://{}:{}".format(*listening.sockets[0].getsockname())
    yield carried
    carried.cut()
    listening.close()
    await listening.wait_closed()


@pytest.fixture
async def name(elasticsearch_server):
    made = f"test-{secrets.token_hex(6)}"
    yield made
    client = connect(f"http://{elasticsearch_server.address}")
    for index in await client.indices.get(index=f"{made}-*"):
        await client.indices.delete(index=index)
    await client.close()


async def test_without_a_server_the_embedded_index_is_all_there_is():
    searching = await opened(FixedClock(NOW), elasticsearch_url="")
    assert await found(searching) == ({"national"}, False)
    assert searching.shared is None
    await searching.close()


async def test_beside_a_server_only_national_entries_are_kept_in_memory():
    local = Entry(id="osaka", name={"ja": "大阪の制度"}, status=Entry.ACTIVE, prefectures=["27"], revision=1)
    for url, ids in [("", {"national", "osaka"}), ("http://127.0.0.1:1", {"national"})]:
        searching = await opened(FixedClock(NOW), elasticsearch_url=url, elasticsearch_index="nowhere")
        await searching.embedded.apply([Change(local.id, 1, local)])
        answer = await searching.embedded.search(Question(now=NOW, words="制度"))
        assert {hit.entry.id for hit in answer.hits} == ids
        await searching.close()


async def test_the_server_answers_once_its_index_is_built_and_the_embedded_one_until_then(way, name):
    clock = FixedClock(NOW)
    way.open = False
    searching = await opened(clock, elasticsearch_url=way.url, elasticsearch_index=name)
    assert await found(searching) == ({"national"}, True)
    way.open = True
    assert await until(searching, clock, degraded=False) == {"national", "local"}
    await searching.close()


async def test_a_server_that_goes_away_is_stood_in_for_and_comes_back_by_itself_with_all_changes(way, name):
    clock = FixedClock(NOW)
    searching = await opened(clock, elasticsearch_url=way.url, elasticsearch_index=name)
    await until(searching, clock, degraded=False)
    way.cut()
    assert await until(searching, clock, degraded=True) == {"national"}
    way.open = True
    await searching.shared.apply([Change("local", 1, None)])
    async with asyncio.timeout(SECONDS):
        while (await found(searching)) != ({"national"}, False):
            clock.advance(timedelta(minutes=1))
            await asyncio.sleep(0.05)
    await searching.close()


async def test_a_server_that_has_lost_all_its_data_is_given_them_again(way, name, elasticsearch_server, monkeypatch):
    monkeypatch.setattr("notalone_catalog.searching.CHECK_SECONDS", 0.05)
    clock = FixedClock(NOW)
    searching = await opened(clock, elasticsearch_url=way.url, elasticsearch_index=name)
    await until(searching, clock, degraded=False)
    async with connect(f"http://{elasticsearch_server.address}") as client:
        for index in await client.indices.get(index=f"{name}-*"):
            await client.indices.delete(index=index)
    assert await until(searching, clock, degraded=False) == {"national", "local"}
    await searching.close()
