"""The records over SQLite and PostgreSQL: state, history and events are kept together or not at all."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from notalone.catalog.v1 import authoring_pb2 as pb
from notalone.catalog.v1.entry_pb2 import Channel, Entry, Pause
from notalone.catalog.v1.notices_pb2 import DeskPaused
from notalone_catalog.adapters.sql_records import SqlRecords
from notalone_catalog.adapters.tables import METADATA
from notalone_catalog.authoring.ports import Act, CorrectionRecord
from notalone_catalog.domain import revision as domain
from notalone_catalog.domain.health import Mark
from notalone_catalog.domain.records import Change, EntryRecord, Outdated, content_of
from notalone_chassis.clock import FixedClock
from notalone_chassis.sql import migrations, outbox
from notalone_kernel.entry_shelf import change
from sql_contracts import MigrationsContract, OnDatabase

NOW = datetime(2026, 11, 26, 3, tzinfo=UTC)
ACT = Act(actor="akiko", at=NOW, reason="because")


def entry(id_: str = "a", summary: str = "one", **fields) -> Entry:
    channels = [Channel(value="0120-279-338"), Channel(value="110")]
    return Entry(id=id_, name={"ja": "窓口"}, summary={"ja": summary}, channels=channels, **fields)


class Migrations(MigrationsContract):
    package = "notalone_catalog"
    metadata = METADATA


class TestMigrationsOnSqlite(Migrations):
    @pytest.fixture
    def url(self, sqlite_url):
        return sqlite_url


class TestMigrationsOnPostgres(Migrations):
    @pytest.fixture
    def url(self, postgres_url):
        return postgres_url


class RecordsContract(OnDatabase):
    """One class over every adapter of `Records`; the outbox is looked into as the relay does."""

    @pytest.fixture
    async def records(self, database):
        await migrations.migrate(database, "notalone_catalog")
        self.count = 0
        return SqlRecords(database, clock=FixedClock(NOW), new_id=self.new_id)

    def new_id(self) -> str:
        self.count += 1
        return f"id-{self.count}"

    async def do(self, records, step, act: Act = ACT, id_: str = "a") -> EntryRecord:
        async with records.work() as work:
            before = await work.record(id_) or EntryRecord(id=id_)
            change = step(before)
            await work.save([(before, change)], act)
        return change.record

    async def publish(self, records, id_: str = "a", **fields) -> EntryRecord:
        def step(record: EntryRecord) -> Change:
            return domain.take_in(record, entry(id_, **fields), digest=str(fields), author="system:import", at=NOW)

        return await self.do(records, step, id_=id_)

    async def events(self, database):
        async with database.read() as connection:
            return [row.event for row in await outbox.unpublished(connection, limit=100)]

    async def test_a_record_is_read_as_it_was_written(self, records):
        await self.publish(records)
        written = await self.do(
            records,
            lambda record: domain.write(record, entry(summary="two"), base=1, author="akiko", origin=pb.STAFF, at=NOW),
        )
        written = await self.do(records, lambda record: domain.submit(record, 2, by="akiko", at=NOW))
        written = await self.do(records, lambda record: domain.pause(record, Pause(until="2026-11-27T00:00:00Z")))
        written = await self.do(records, lambda record: domain.withdraw(record, "110"), replace(ACT, contact="110"))
        async with records.look() as look:
            assert await look.record("a") == written
            assert await look.record("b") is None
            assert await look.records() == [written]
            assert (await look.revision("a", 1)) == written.live
            assert (await look.revision("a", 2)) == written.open
            assert await look.revision("a", 3) is None

    async def test_older_revisions_keep_what_they_said_and_bear_their_state(self, records):
        await self.publish(records)
        await self.publish(records, summary="two")
        async with records.look() as look:
            first, second = await look.revision("a", 1), await look.revision("a", 2)
        assert (first.state, first.entry.summary["ja"]) == (pb.SUPERSEDED, "one")
        assert (second.state, second.entry.summary["ja"]) == (pb.PUBLISHED, "two")

    async def test_what_is_public_is_told_in_the_order_of_its_revisions(self, records, database):
        await self.publish(records)
        await self.do(
            records, lambda record: domain.write(record, entry(), base=1, author="b", origin=pb.STAFF, at=NOW)
        )
        await self.do(records, lambda record: domain.withdraw(record, "110"))
        await self.do(records, lambda record: domain.archive(record, 1))
        changes = [change(event.id, event.key, event.data) for event in await self.events(database)]
        assert [(each.revision, each.entry is None) for each in changes] == [(1, False), (2, False), (3, True)]
        assert list(changes[1].entry.withdrawn) == ["110"]

    async def test_history_says_who_did_what_and_why_newest_first(self, records):
        await self.publish(records)
        await self.do(records, lambda record: domain.withdraw(record, "110"), replace(ACT, contact="110"))
        async with records.look() as look:
            items = await look.history("a", limit=10)
            assert len(await look.history("a", limit=1)) == 1
        assert [item.action for item in items] == [pb.HistoryItem.CONTACT_WITHDRAWN, pb.HistoryItem.IMPORTED]
        assert (items[0].actor, items[0].reason, items[0].time) == ("akiko", "110: because", "2026-11-26T03:00:00Z")
        assert items[1].revision == 1

    async def test_a_change_on_an_old_record_is_refused_and_nothing_of_it_is_kept(self, records, database):
        before = await self.publish(records)
        await self.do(records, domain.vanish)
        told = len(await self.events(database))
        stale = domain.pause(before, Pause(until="2026-11-27T00:00:00Z"))

        async def tell_and_save():
            async with records.work() as work:
                await work.tell("a", DeskPaused(entry_id="a"), at=NOW)
                await work.save([(before, stale)], ACT)

        with pytest.raises(Outdated):
            await tell_and_save()
        assert len(await self.events(database)) == told
        async with records.look() as look:
            assert (await look.record("a")).pause is None
            assert len(await look.history("a", limit=10)) == 2

    async def test_two_that_make_the_same_entry_do_not_both_succeed(self, records):
        await self.publish(records)
        new = domain.take_in(EntryRecord(id="a"), entry(), digest="x", author="b", at=NOW)
        with pytest.raises(Outdated):
            async with records.work() as work:
                await work.save([(EntryRecord(id="a"), new)], ACT)

    async def test_records_are_found_by_agency_by_what_is_open_and_in_pages(self, records):
        for id_, owner in (("a", "one"), ("b", "two"), ("c", "one")):
            await self.publish(records, id_, organization_id=owner)
        await self.do(
            records,
            lambda record: domain.write(record, entry("b"), base=1, author="x", origin=pb.STAFF, at=NOW),
            id_="b",
        )
        async with records.look() as look:
            assert [each.id for each in await look.records(organization_id="one")] == ["a", "c"]
            assert [each.id for each in await look.records(open_state=pb.DRAFT)] == ["b"]
            assert [each.id for each in await look.records(after="a", limit=1)] == ["b"]

    async def test_withdrawn_contacts_are_listed_until_they_are_restored(self, records):
        await self.publish(records)
        await self.do(records, lambda record: domain.withdraw(record, "110"), replace(ACT, contact="110"))
        async with records.look() as look:
            (found,) = await look.withdrawals()
        assert (found.entry_id, found.value, found.actor, found.reason, found.at) == (
            "a",
            "110",
            "akiko",
            "because",
            NOW,
        )
        await self.do(records, lambda record: domain.restore(record, "110"))
        async with records.look() as look:
            assert await look.withdrawals() == []

    async def test_a_correction_is_decided_once(self, records):
        correction = CorrectionRecord(
            id="c1",
            entry_id="a",
            organization_id="one",
            author="client-one",
            content=content_of(entry()),
            based_on=1,
            created=NOW,
            comment="wrong hours",
        )
        later = replace(correction, id="c2", created=NOW + timedelta(seconds=1))
        async with records.work() as work:
            await work.save_correction(correction)
            await work.save_correction(later)
        rejected = replace(correction, state=pb.Correction.REJECTED, reason="no", decided=NOW)
        async with records.work() as work:
            await work.save_correction(rejected)
        with pytest.raises(Outdated):
            async with records.work() as work:
                await work.save_correction(replace(correction, state=pb.Correction.ACCEPTED, revision=2))
        async with records.look() as look:
            assert await look.correction("c1") == rejected
            assert await look.correction("c3") is None
            assert await look.corrections(limit=10, state=pb.Correction.OPEN) == [later]
            assert await look.corrections(limit=10, organization_id="one") == [later, rejected]
            assert await look.corrections(limit=10, organization_id="two") == []

    async def test_marks_are_remembered_and_replaced(self, records):
        async with records.work() as work:
            await work.mark({"link:a_b": Mark("1", NOW), "link:aXb": Mark("2", NOW), "other": Mark("3", NOW)})
        async with records.work() as work:
            await work.mark({"link:a_b": Mark("4", NOW)})
        async with records.look() as look:
            assert await look.marks("link:a_") == {"link:a_b": Mark("4", NOW)}

    async def test_a_notice_goes_with_the_rest_under_its_own_name(self, records, database):
        async with records.work() as work:
            await work.tell("a", DeskPaused(entry_id="a", until="2026-11-27T00:00:00Z"), at=NOW)
        (event,) = await self.events(database)
        assert (event.type, event.key) == ("notalone.catalog.v1.DeskPaused", "a")
        assert DeskPaused.FromString(event.data).until == "2026-11-27T00:00:00Z"


class TestRecordsOnSqlite(RecordsContract):
    @pytest.fixture
    def url(self, sqlite_url):
        return sqlite_url


class TestRecordsOnPostgres(RecordsContract):
    @pytest.fixture
    def url(self, postgres_url):
        return postgres_url
