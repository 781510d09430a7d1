"""After the event log has lost its data, everything public is told once more, and nothing else."""

import asyncio
from datetime import UTC, datetime

from notalone.catalog.v1 import authoring_pb2 as pb
from notalone.catalog.v1.entry_pb2 import Entry
from notalone_catalog.adapters.sql_records import SqlRecords
from notalone_catalog.authoring import republishing
from notalone_catalog.authoring.importing import import_entries
from notalone_catalog.authoring.ports import Act
from notalone_catalog.authoring.republishing import republish
from notalone_catalog.domain import revision as domain
from notalone_catalog.domain.records import EntryRecord
from notalone_chassis.sql import migrations, outbox
from notalone_chassis.sql.database import open_database

NOW = datetime(2026, 11, 26, 3, tzinfo=UTC)


def entry(id_: str, summary: str = "one") -> Entry:
    return Entry(id=id_, summary={"ja": summary})


async def events(database):
    async with database.read() as connection:
        return [row.event for row in await outbox.unpublished(connection, limit=1000)]


async def write_draft(records, id_: str) -> None:
    async with records.work() as work:
        before = await work.record(id_) or EntryRecord(id=id_)
        change = domain.write(before, entry(id_, "draft"), base=0, author="akiko", origin=pb.STAFF, at=NOW)
        await work.save([(before, change)], Act(actor="akiko", at=NOW))


async def test_what_is_public_is_told_again_with_the_same_ids_and_withdrawn_ones_as_tombstones(
    records, database, clock, monkeypatch
):
    monkeypatch.setattr(republishing, "AT_ONCE", 2)
    await import_entries(records, [entry(id_) for id_ in "abcde"], clock=clock)
    # The file of one is gone: it is archived.
    await import_entries(records, [entry(id_) for id_ in "abce"], clock=clock)
    await write_draft(records, "never-public")
    before = await events(database)
    assert await republish(records, clock=clock) == 5
    again = (await events(database))[len(before) :]
    assert [event.key for event in again] == list("abcde")
    newest = {event.key: event for event in before}
    assert [(event.id, event.data) for event in again] == [(newest[key].id, newest[key].data) for key in "abcde"]
    assert [event.key for event in again if event.data is None] == ["d"]


async def test_an_empty_catalogue_has_nothing_to_tell(records, database, clock):
    assert await republish(records, clock=clock) == 0
    assert await events(database) == []


async def test_it_never_tells_an_older_state_after_a_newer_one(postgres_url, clock, new_id, monkeypatch):
    monkeypatch.setattr(republishing, "AT_ONCE", 3)
    database = open_database(postgres_url, application="test")
    try:
        await migrations.migrate(database, "notalone_catalog")
        records = SqlRecords(database, clock=clock, new_id=new_id)
        ids = [f"e{number}" for number in range(8)]
        await import_entries(records, [entry(id_) for id_ in ids], clock=clock)

        async def change() -> None:
            for number in range(15):
                await import_entries(records, [entry(id_, f"text {number}") for id_ in ids], clock=clock)

        async def tell() -> None:
            for _ in range(15):
                await republish(records, clock=clock)

        await asyncio.gather(change(), tell())
        told = await events(database)
    finally:
        await database.close()
    for id_ in ids:
        revisions = [Entry.FromString(event.data).revision for event in told if event.key == id_]
        assert revisions == sorted(revisions)
        assert revisions[-1] == 16
