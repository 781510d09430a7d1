"""One index takes the place of another while it is searched and written."""

from __future__ import annotations

import asyncio
import secrets
from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import UTC, datetime

import pytest
from notalone.catalog.v1.entry_pb2 import Entry
from notalone_catalog.adapters.elasticsearch import blueprint
from notalone_catalog.adapters.elasticsearch.index import ElasticsearchProgrammeIndex, connect
from notalone_catalog.domain.wording import Wording
from notalone_catalog.ports import Question
from notalone_chassis.errors import Unavailable
from notalone_kernel.entry_shelf import Change

NOW = datetime(2026, 4, 1, 3, tzinfo=UTC)
PLAN = blueprint.read([])


def change(id_: str, revision: int = 1) -> Change:
    names = {"ja": f"名前 {id_} {revision}"}
    entry = Entry(id=id_, name=names, furigana="な", status=Entry.ACTIVE, revision=revision)
    return Change(id_, revision, entry)


async def read(*changes: Change) -> AsyncIterator[Change]:
    for one in changes:
        yield one


@pytest.fixture
async def client(elasticsearch_server):
    opened = connect(f"http://{elasticsearch_server.address}")
    yield opened
    await opened.close()


@pytest.fixture
async def name(client):
    made = f"test-{secrets.token_hex(6)}"
    yield made
    for index in await client.indices.get(index=f"{made}-*"):
        await client.indices.delete(index=index)


@pytest.fixture
def index(client, name) -> ElasticsearchProgrammeIndex:
    return ElasticsearchProgrammeIndex(client, name=name, wording=Wording({}), blueprint=PLAN, refresh=True)


async def found(index) -> dict[str, int]:
    hits = (await index.search(Question(now=NOW, limit=100))).hits
    return {hit.entry.id: hit.entry.revision for hit in hits}


async def test_before_anything_is_built_the_index_is_unavailable_and_loses_no_change(index):
    assert not await index.is_current()
    with pytest.raises(Unavailable):
        await index.search(Question(now=NOW))
    with pytest.raises(Unavailable):
        await index.apply([change("a")])


async def test_the_old_index_serves_until_the_new_one_is_whole_and_then_is_gone(index, client, name):
    await index.rebuild(lambda: read(change("a")))

    async def slowly() -> AsyncIterator[Change]:
        yield change("b")
        assert await found(index) == {"a": 1}

    await index.rebuild(slowly)
    assert await found(index) == {"b": 1}
    assert len(await client.indices.get(index=f"{name}-*")) == 1


async def test_what_is_applied_while_a_new_index_is_built_is_in_it(index):
    await index.rebuild(lambda: read(change("a"), change("b"), change("c")))

    async def meanwhile() -> AsyncIterator[Change]:
        yield change("a")
        await index.apply([change("a", 2), Change("b", 2, None), change("new", 1)])
        yield change("b")
        yield change("c")

    await index.rebuild(meanwhile)
    assert await found(index) == {"a": 2, "c": 1, "new": 1}


async def test_a_builder_that_fails_leaves_the_old_index_serving_and_nothing_else(index, client, name):
    await index.rebuild(lambda: read(change("a")))

    async def broken() -> AsyncIterator[Change]:
        yield change("b")
        raise RuntimeError

    with pytest.raises(RuntimeError):
        await index.rebuild(broken)
    assert await found(index) == {"a": 1}
    assert len(await client.indices.get(index=f"{name}-*")) == 1


async def test_what_a_builder_that_died_left_behind_takes_changes_and_is_removed_by_the_next(index, client, name):
    await index.rebuild(lambda: read(change("a")))
    await index._versions.create(PLAN)
    await index.apply([change("a", 2)])
    assert await found(index) == {"a": 2}
    await index.rebuild(lambda: read(change("a", 2)))
    assert await found(index) == {"a": 2}
    assert len(await client.indices.get(index=f"{name}-*")) == 1


async def test_of_two_builders_the_first_to_end_wins_and_the_other_ends_quietly(index):
    first_done = asyncio.Event()

    async def slow() -> AsyncIterator[Change]:
        yield change("slow")
        await first_done.wait()
        yield change("late")

    other = asyncio.create_task(index.rebuild(slow))
    await index.rebuild(lambda: read(change("quick")))
    first_done.set()
    await other
    assert set(await found(index)) in ({"quick"}, {"slow", "late"})
    assert await index.is_current()


async def test_many_appliers_and_builders_at_once_lose_nothing(index):
    await index.rebuild(read)
    truth = {f"e{number}": change(f"e{number}", 0) for number in range(5)}

    async def all_of_it() -> AsyncIterator[Change]:
        for one in list(truth.values()):
            yield one

    async def applier(id_: str) -> None:
        for revision in range(1, 6):
            truth[id_] = change(id_, revision)
            await index.apply([truth[id_]])

    await asyncio.gather(*(applier(id_) for id_ in list(truth)), *(index.rebuild(all_of_it) for _ in range(3)))
    assert await found(index) == dict.fromkeys(truth, 5)


async def test_an_index_of_an_older_or_other_plan_is_not_current_and_a_newer_one_is_left_alone(index, client, name):
    await index.rebuild(lambda: read(change("a")))
    assert await index.is_current()
    for plan, current in [
        (replace(PLAN, fingerprint="other"), False),
        (replace(PLAN, version=PLAN.version + 1), False),
        (replace(PLAN, version=PLAN.version - 1, fingerprint="other"), True),
    ]:
        other = ElasticsearchProgrammeIndex(client, name=name, wording=Wording({}), blueprint=plan)
        assert await other.is_current() is current


async def test_many_and_large_entries_are_all_written(index):
    long = "長い説明です。" * 2000
    many = [change(f"e{number}") for number in range(20)]
    for one in many:
        one.entry.summary["ja"] = long
    await index.rebuild(lambda: read(*many))
    assert len(await found(index)) == 20


async def test_a_server_that_is_away_is_unavailable_at_once():
    client = connect("http://127.0.0.1:1")
    index = ElasticsearchProgrammeIndex(client, name="x", wording=Wording({}), blueprint=PLAN)
    with pytest.raises(Unavailable):
        await index.search(Question(now=NOW))
    with pytest.raises(Unavailable):
        await index.apply([change("a")])
    with pytest.raises(Unavailable):
        await index.rebuild(lambda: read(change("a")))
    await client.close()
