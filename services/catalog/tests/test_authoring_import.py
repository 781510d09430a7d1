"""The text files become the catalogue's first truth, and never overwrite what people decided since."""

import asyncio
from datetime import UTC, datetime

import notalone_crisis
import notalone_data
import pytest
from notalone.catalog.v1 import authoring_pb2 as pb
from notalone.catalog.v1.entry_pb2 import Entry
from notalone_catalog.adapters.sql_records import SqlRecords
from notalone_catalog.authoring.importing import ACTOR, import_entries
from notalone_catalog.authoring.ports import Act
from notalone_catalog.domain import revision as domain
from notalone_chassis.sql import migrations
from notalone_chassis.sql.database import open_database

NOW = datetime(2026, 11, 26, 3, tzinfo=UTC)


def entry(id_: str, summary: str = "one") -> Entry:
    return Entry(id=id_, summary={"ja": summary})


async def record_of(records, id_: str):
    async with records.look() as look:
        return await look.record(id_)


async def step(records, act, id_: str = "a") -> None:
    async with records.work() as work:
        before = await work.record(id_)
        await work.save([(before, act(before))], Act(actor="ben", at=NOW))


async def publish_by_hand(records, summary: str) -> None:
    """Two people publish another text."""
    await step(
        records,
        lambda record: domain.write(
            record, entry("a", summary), base=record.newest, author="akiko", origin=pb.STAFF, at=NOW
        ),
    )
    await step(records, lambda record: domain.submit(record, record.open.number, by="akiko", at=NOW))
    await step(records, lambda record: domain.approve(record, record.open.number, by="ben"))
    await step(records, lambda record: domain.publish(record, record.open.number))


async def test_all_packaged_entries_are_taken_in_at_once_and_a_second_time_nothing_happens(records, clock, told):
    files = [*notalone_crisis.floor_entries(), *notalone_data.entries()]
    assert await import_entries(records, files, clock=clock) == len(files)
    assert await import_entries(records, files, clock=clock) == 0
    events = await told()
    assert sorted(key for _, key in events) == sorted(file.id for file in files)
    async with records.look() as look:
        found = await look.records()
    assert {record.live.author for record in found} == {ACTOR}
    assert {record.live.number for record in found} == {1}
    assert {record.id: record.live.entry for record in found} == {file.id: file for file in files}


async def test_a_changed_file_changes_its_entry_and_a_lost_one_takes_it_away(records, clock, told):
    await import_entries(records, [entry("a"), entry("b")], clock=clock)
    assert await import_entries(records, [entry("a", "two")], clock=clock) == 2
    assert (await record_of(records, "a")).live.entry.summary["ja"] == "two"
    assert (await record_of(records, "b")).live is None
    assert (await told())[2:] == [("EntryPublished", "a"), ("EntryWithdrawn", "b")]
    assert await import_entries(records, [entry("a", "two"), entry("b")], clock=clock) == 1
    assert (await record_of(records, "b")).live.number == 2


async def test_what_people_published_stays_and_a_changed_file_becomes_a_draft(records, clock, told):
    await import_entries(records, [entry("a")], clock=clock)
    await publish_by_hand(records, "by hand")
    assert await import_entries(records, [entry("a")], clock=clock) == 0
    assert await import_entries(records, [entry("a", "two")], clock=clock) == 1
    record = await record_of(records, "a")
    assert record.live.entry.summary["ja"] == "by hand"
    assert (record.open.state, record.open.submitter, record.open.entry.summary["ja"]) == (pb.SUBMITTED, ACTOR, "two")
    assert (await told())[-1] == ("DraftSubmitted", "a")
    assert await import_entries(records, [entry("a", "two")], clock=clock) == 0
    assert await import_entries(records, [], clock=clock) == 0


async def test_a_draft_of_staff_is_not_disturbed_and_the_file_waits(records, clock):
    await import_entries(records, [entry("a")], clock=clock)
    await publish_by_hand(records, "by hand")
    await step(
        records,
        lambda record: domain.write(
            record, entry("a", "at work"), base=record.newest, author="akiko", origin=pb.STAFF, at=NOW
        ),
    )
    assert await import_entries(records, [entry("a", "two")], clock=clock) == 0
    await step(records, lambda record: domain.discard(record, record.open.number))
    assert await import_entries(records, [entry("a", "two")], clock=clock) == 1


async def test_a_withdrawn_contact_stays_withdrawn_through_imports(records, clock):
    def file(summary: str) -> Entry:
        made = entry("a", summary)
        made.channels.add(value="110")
        return made

    await import_entries(records, [file("one")], clock=clock)
    await step(records, lambda record: domain.withdraw(record, "110"))
    await import_entries(records, [file("two")], clock=clock)
    record = await record_of(records, "a")
    assert (record.live.number, record.withdrawn) == (2, frozenset({"110"}))


class TogetherContract:
    async def test_several_processes_that_start_together_take_everything_in_once(self, url, clock, new_id):
        databases = [open_database(url, application="test", synchronous="NORMAL") for _ in range(3)]
        try:
            await migrations.migrate(databases[0], "notalone_catalog")
            files = [entry(f"entry-{number}") for number in range(50)]
            together = [SqlRecords(database, clock=clock, new_id=new_id) for database in databases]
            done = await asyncio.gather(*(import_entries(records, files, clock=clock) for records in together))
            assert sorted(done) == [0, 0, 50]
            async with together[0].look() as look:
                assert [record.live.number for record in await look.records()] == [1] * 50
        finally:
            for database in databases:
                await database.close()


class TestTogetherOnSqlite(TogetherContract):
    @pytest.fixture
    def url(self, sqlite_url):
        return sqlite_url


class TestTogetherOnPostgres(TogetherContract):
    @pytest.fixture
    def url(self, postgres_url):
        return postgres_url
