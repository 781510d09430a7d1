"""Lists of others become drafts, once, and nothing that people have worked on is touched."""

import asyncio

from notalone.catalog.v1.authoring_pb2 import DRAFT, STAFF
from notalone.catalog.v1.entry_pb2 import Entry
from notalone_catalog.authoring.importing import import_entries
from notalone_catalog.authoring.taking_in import take_in


def entry(id_: str, summary: str = "説明") -> Entry:
    return Entry(id=id_, name={"ja": "名前"}, summary={"ja": summary})


async def take(records, clock, *entries: Entry, packaged=()) -> frozenset[str]:
    return await take_in(records, entries, who="hanako", packaged=packaged, clock=clock)


async def test_each_becomes_a_draft_that_nobody_sees_with_who_took_it_in(records, clock, told):
    assert await take(records, clock, entry("a"), entry("b")) == {"a", "b"}

    async with records.look() as look:
        record = await look.record("a")
        history = await look.history("a", limit=5)
    assert record.live is None
    assert (record.open.state, record.open.origin, record.open.author) == (DRAFT, STAFF, "hanako")
    assert [item.actor for item in history] == ["hanako"]
    assert await told() == []


async def test_the_same_list_again_changes_nothing_and_only_what_is_new_is_written(records, clock):
    await take(records, clock, entry("a"))

    assert await take(records, clock, entry("a", "otherwise"), entry("b")) == {"b"}

    async with records.look() as look:
        assert (await look.record("a")).open.entry.summary["ja"] == "説明"
        assert (await look.record("a")).last == 1


async def test_what_is_public_or_ships_with_the_code_is_left_as_it_is(records, clock):
    await import_entries(records, [entry("public")], clock=clock)

    assert await take(records, clock, entry("public", "worse"), entry("packaged"), packaged={"packaged"}) == set()

    async with records.look() as look:
        assert (await look.record("public")).open is None
        assert await look.record("packaged") is None


async def test_two_at_once_write_each_draft_once(records, clock):
    entries = [entry(f"e{number}") for number in range(20)]
    found = await asyncio.gather(*(take(records, clock, *entries) for _ in range(3)))
    assert sorted(id_ for written in found for id_ in written) == sorted(one.id for one in entries)
