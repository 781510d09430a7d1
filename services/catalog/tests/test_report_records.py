"""Reports in SQL, over SQLite and PostgreSQL: counts up to their cap, however many at once; looked at; forgotten."""

import asyncio
import random
from collections import Counter
from datetime import UTC, date, datetime, timedelta

import pytest
from notalone.catalog.v1.authoring_pb2 import HistoryItem
from notalone.catalog.v1.contact_report_service_pb2 import GOT_THROUGH, LED_ELSEWHERE
from notalone_catalog.adapters.sql_records import SqlRecords
from notalone_catalog.authoring.ports import Act, Seen
from notalone_catalog.domain.contact_reports import Cell
from notalone_catalog.domain.records import Done
from notalone_chassis.clock import FixedClock
from notalone_chassis.sql import migrations
from sql_contracts import OnDatabase

NOW = datetime(2026, 11, 26, 3, tzinfo=UTC)
TODAY = date(2026, 11, 26)
EVER = date(2000, 1, 1)
DESK = ("desk", "0120-279-338")
SEEN = Done(HistoryItem.REPORTS_SEEN)


class ReportsContract(OnDatabase):
    """One class over every adapter of `Records`."""

    @pytest.fixture
    async def records(self, database):
        await migrations.migrate(database, "notalone_catalog")
        return SqlRecords(database, clock=FixedClock(NOW), new_id=lambda: "an-id")

    async def count(self, records, contact=DESK, outcome=LED_ELSEWHERE, *, day=TODAY, cap=5) -> bool:
        async with records.work() as work:
            return await work.count_report(*contact, outcome, day=day, cap=cap)

    async def cells(self, records, **which) -> list[Cell]:
        async with records.look() as look:
            return sorted(await look.report_cells(**{"since": EVER, **which}), key=repr)

    async def see(self, records, found, by="akiko") -> None:
        async with records.work() as work:
            await work.see_reports(DESK, found, SEEN, Act(actor=by, at=NOW, contact=DESK[1]))

    async def test_a_cell_counts_up_to_its_cap_and_says_so(self, records):
        assert [await self.count(records) for _ in range(7)] == [True] * 5 + [False] * 2
        assert await self.cells(records) == [Cell(*DESK, TODAY, LED_ELSEWHERE, 5)]

    async def test_of_many_at_once_none_is_lost_and_none_goes_over_the_cap(self, records):
        told = [LED_ELSEWHERE, GOT_THROUGH] * 6
        counted = await asyncio.gather(*(self.count(records, outcome=outcome) for outcome in told))
        assert Counter(counted) == {True: 10, False: 2}
        assert {cell.outcome: cell.count for cell in await self.cells(records)} == {LED_ELSEWHERE: 5, GOT_THROUGH: 5}

    @pytest.mark.parametrize("seed", range(5))
    async def test_any_order_of_reports_gives_the_same_counts(self, records, seed):
        dice = random.Random(seed)
        contacts, outcomes = (DESK, ("desk", "110"), ("other", DESK[1])), (GOT_THROUGH, LED_ELSEWHERE)
        told = [
            (dice.choice(contacts), dice.choice(outcomes), TODAY - timedelta(days=dice.randrange(3))) for _ in range(60)
        ]
        expected = {(*contact, day, outcome): min(count, 3) for (contact, outcome, day), count in Counter(told).items()}
        for order in (told, dice.sample(told, len(told))):
            async with records.work() as work:
                await work.forget_reports(before=TODAY + timedelta(days=1))
                for contact, outcome, day in order:
                    await work.count_report(*contact, outcome, day=day, cap=3)
            cells = await self.cells(records)
            assert {(cell.entry_id, cell.value, cell.day, cell.outcome): cell.count for cell in cells} == expected

    async def test_contacts_days_and_outcomes_have_counts_of_their_own(self, records):
        yesterday = TODAY - timedelta(days=1)
        for contact in (DESK, ("desk", "110"), ("other", DESK[1])):
            await self.count(records, contact, cap=1)
        await self.count(records, day=yesterday, cap=1)
        await self.count(records, outcome=GOT_THROUGH, cap=1)
        assert [cell.count for cell in await self.cells(records)] == [1] * 5
        assert len(await self.cells(records, since=TODAY)) == 4
        of_one = await self.cells(records, contact=DESK)
        assert {(cell.day, cell.outcome) for cell in of_one} == {
            (yesterday, LED_ELSEWHERE),
            (TODAY, LED_ELSEWHERE),
            (TODAY, GOT_THROUGH),
        }

    async def test_what_comes_in_after_somebody_has_read_stays_new(self, records):
        await self.count(records)
        read = await self.cells(records)
        await self.count(records)
        await self.count(records, outcome=GOT_THROUGH)
        await self.see(records, read)
        left = {cell.outcome: cell.count - cell.seen for cell in await self.cells(records)}
        assert left == {LED_ELSEWHERE: 1, GOT_THROUGH: 1}
        assert await self.count(records)
        assert {cell.outcome: cell.seen for cell in await self.cells(records)} == {LED_ELSEWHERE: 1, GOT_THROUGH: 0}

    async def test_who_looked_stands_beside_it_and_every_look_in_the_history(self, records):
        await self.count(records)
        for by in ("akiko", "ben"):
            await self.see(records, await self.cells(records), by)
        async with records.look() as look:
            assert await look.reports_seen() == {DESK: Seen("ben", NOW)}
            items = await look.history(DESK[0], limit=10)
        assert [(item.actor, item.action, item.reason) for item in items] == [
            ("ben", HistoryItem.REPORTS_SEEN, DESK[1]),
            ("akiko", HistoryItem.REPORTS_SEEN, DESK[1]),
        ]

    async def test_what_is_older_is_forgotten(self, records):
        for ago in (0, 30, 31):
            await self.count(records, day=TODAY - timedelta(days=ago))
        async with records.work() as work:
            await work.forget_reports(before=TODAY - timedelta(days=30))
        assert {(TODAY - cell.day).days for cell in await self.cells(records)} == {0, 30}


class TestReportsOnSqlite(ReportsContract):
    @pytest.fixture
    def url(self, sqlite_url):
        return sqlite_url


class TestReportsOnPostgres(ReportsContract):
    @pytest.fixture
    def url(self, postgres_url):
        return postgres_url
