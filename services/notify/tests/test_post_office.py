"""Every notice reaches everybody it concerns: once where all goes well, at most once unmarked whatever happens."""

import asyncio
import itertools
from collections.abc import AsyncIterator
from datetime import timedelta
from random import Random

import pytest
from notalone.catalog.v1 import notices_pb2 as catalog
from notalone.notify.v1 import events_pb2 as pb
from notalone_chassis.clock import FixedClock
from notalone_chassis.events.crashpoints import Crash
from notalone_chassis.events.event import Delivery
from notalone_chassis.sql import migrations, outbox
from notalone_chassis.sql.database import Database, open_database
from notalone_chassis.telemetry import Metrics
from notalone_notify import store
from notalone_notify.domain import mail as mails
from notalone_notify.intake import TOPIC, Intake
from notalone_notify.letters import LetterWriter
from notalone_notify.ports import OutcomeUnknown, PermanentFailure, TemporaryFailure
from notalone_notify.post_office import PostOffice
from notalone_notify.staff import Staff
from notalone_notify.tables import METADATA
from notify_samples import NOW, event
from sql_contracts import MigrationsContract

STAFF = "catalog-editor=editor@example.jp,catalog-approver=ann@example.jp,catalog-approver=bob@example.jp"
GATHER = timedelta(minutes=5)
SUBMITTED = catalog.DraftSubmitted(entry_id="izumi", revision=2)
STALE = catalog.FloorContactStale(entry_id="keisatsu-110", value="110", checked_on="2024-03")
DEAD = catalog.LinkDead(entry_id="izumi", url="https://example.jp/", failures=3)


class FakeTransport:
    """Takes mails, or does what it is told to, once for each time it is told."""

    def __init__(self):
        self.taken = []
        self.faults = []
        self.dies_after = False

    async def send(self, message):
        if self.faults:
            raise self.faults.pop(0)
        self.taken.append(message)
        if self.dies_after:
            self.dies_after = False
            raise Crash("after the mail was taken")

    async def close(self):
        """Holds nothing."""

    def to(self, address):
        return [message for message in self.taken if message["To"] == address]


class PostOfficeContract:
    @pytest.fixture
    def url(self) -> str:
        raise NotImplementedError

    @pytest.fixture
    async def database(self, url) -> AsyncIterator[Database]:
        opened = open_database(url, application="test", synchronous="NORMAL")
        await migrations.migrate(opened, "notalone_notify")
        yield opened
        await opened.close()

    @pytest.fixture
    def clock(self):
        return FixedClock(NOW)

    @pytest.fixture
    def transport(self):
        return FakeTransport()

    @pytest.fixture
    def metrics(self):
        return Metrics()

    @pytest.fixture
    def opened(self, database, transport, clock, metrics):
        """Opens a post office on the same database, as another process does."""
        numbers = itertools.count()

        def make(staff=STAFF):
            return PostOffice(
                database,
                transport,
                staff=Staff.parse(staff),
                writer=LetterWriter(sender="notalone@example.jp", staff_url=""),
                gather_for=GATHER,
                clock=clock,
                random=Random(1),
                new_id=lambda: f"{next(numbers):032}",
                metrics=metrics,
            )

        return make

    @pytest.fixture
    def office(self, opened):
        return opened()

    @pytest.fixture
    def comes(self, database, clock):
        """Brings notices in, as the event log does."""
        intake = Intake(database, clock=clock, added=lambda: None)
        numbers = itertools.count()

        async def bring(*messages, ids=None):
            events = [
                event(message, id=ids[place] if ids else f"e{next(numbers)}") for place, message in enumerate(messages)
            ]
            await intake.handle(
                [Delivery(event=one, topic=TOPIC, partition=0, offset=place) for place, one in enumerate(events)]
            )

        return bring

    @pytest.fixture
    def states(self, database):
        """The events of the outbox, in order: mail, state, marked as a possible repeat."""

        async def read():
            async with database.read() as connection:
                rows = await outbox.unpublished(connection, limit=1000)
            found = [pb.MailStateChanged.FromString(row.event.data) for row in rows]
            return [pb.MailState.Name(one.state) for one in found]

        return read

    async def told(self, database):
        async with database.read() as connection:
            return await store.told(connection, before=None, limit=100)

    async def test_an_urgent_notice_goes_to_everybody_it_concerns_at_once(self, office, comes, transport):
        await comes(STALE)
        await office.round()
        assert {message["To"] for message in transport.taken} == {
            "editor@example.jp",
            "ann@example.jp",
            "bob@example.jp",
        }
        assert all("【至急】" in message["Subject"] for message in transport.taken)

    async def test_others_wait_for_their_kind_and_become_one_mail(self, office, comes, transport, clock):
        await comes(SUBMITTED)
        await office.round()
        assert transport.taken == []
        clock.advance(GATHER - timedelta(seconds=1))
        await comes(*[SUBMITTED] * 40)
        clock.advance(timedelta(seconds=1))
        await office.round()
        assert [message["To"] for message in transport.taken] == ["ann@example.jp", "bob@example.jp"]
        assert "（41）" in transport.taken[0]["Subject"]

    async def test_kinds_do_not_share_a_mail(self, office, comes, transport, clock):
        await comes(SUBMITTED, DEAD)
        clock.advance(GATHER)
        await office.round()
        assert len(transport.to("editor@example.jp")) == len(transport.to("ann@example.jp")) == 1

    async def test_an_event_that_comes_again_is_told_once(self, office, comes, transport, clock):
        await comes(STALE, ids=["same"])
        await comes(STALE, STALE, ids=["same", "same"])
        await office.round()
        await office.round()
        assert len(transport.taken) == 3

    async def test_a_failure_that_passes_is_tried_later(self, office, comes, transport, clock, states):
        transport.faults = [TemporaryFailure("450")] * 2
        await comes(SUBMITTED)
        clock.advance(GATHER)
        await office.round()
        await office.round()
        assert transport.taken == []
        clock.advance(timedelta(minutes=1))
        await office.round()
        assert len(transport.taken) == 2
        assert await states() == ["CREATED"] * 2 + ["TEMPORARY_FAILURE"] * 2 + ["SENT"] * 2

    async def test_a_mail_that_is_refused_for_good_is_not_sent_again_and_the_others_are(
        self, office, comes, transport, clock, database, metrics
    ):
        transport.faults = [PermanentFailure("550")]
        await comes(SUBMITTED)
        clock.advance(GATHER)
        await office.round()
        clock.advance(timedelta(days=3))
        await office.round()
        assert len(transport.taken) == 1
        [told] = await self.told(database)
        assert sorted(mail.state for mail in told.mails) == [pb.SENT, pb.PERMANENT_FAILURE]
        assert metrics.collected.get_sample_value("notalone_mails_lost") == 1

    async def test_who_dies_before_the_mail_is_taken_has_it_sent_by_the_next_one_marked(
        self, office, opened, comes, transport, clock
    ):
        transport.faults = [Crash("before")]
        await comes(DEAD)
        clock.advance(GATHER)
        with pytest.raises(Crash):
            await office.round()
        await self.others_take_over(opened, clock)
        [message] = transport.taken
        assert "【再送の可能性】" in message["Subject"]

    async def test_who_dies_after_the_mail_was_taken_has_it_sent_once_more_marked_under_the_same_id(
        self, office, opened, comes, transport, clock, states
    ):
        transport.dies_after = True
        await comes(DEAD)
        clock.advance(GATHER)
        with pytest.raises(Crash):
            await office.round()
        await self.others_take_over(opened, clock)
        first, second = transport.taken
        assert first["Message-ID"] == second["Message-ID"]
        assert "【再送の可能性】" not in first["Subject"]
        assert "【再送の可能性】" in second["Subject"]
        assert await states() == ["CREATED", "UNKNOWN", "SENT"]

    async def others_take_over(self, opened, clock):
        """Rounds of another process, long enough for everything."""
        other = opened()
        for _ in range(40):
            await other.round()
            clock.advance(timedelta(minutes=1))

    async def test_an_end_that_stays_unknown_is_repeated_once_and_then_shown(
        self, office, opened, comes, transport, clock, database
    ):
        transport.faults = [OutcomeUnknown("SMTPServerDisconnected")] * 9
        await comes(DEAD)
        clock.advance(GATHER)
        await self.others_take_over(opened, clock)
        assert len(transport.faults) == 7
        [told] = await self.told(database)
        assert [(mail.state, mail.due) for mail in told.mails] == [(pb.UNKNOWN, None)]

    async def test_before_its_time_is_over_nobody_touches_a_mail_that_another_one_sends(
        self, office, opened, comes, transport, clock
    ):
        transport.faults = [Crash("paused")]
        await comes(DEAD)
        clock.advance(GATHER)
        with pytest.raises(Crash):
            await office.round()
        clock.advance(mails.ATTEMPT - timedelta(seconds=1))
        assert await opened().round() == 0
        assert transport.taken == []

    async def test_two_offices_at_once_send_everything_once(self, opened, comes, transport, clock):
        await comes(*[STALE] * 5, SUBMITTED, DEAD)
        clock.advance(GATHER)
        offices = [opened(), opened()]
        for _ in range(3):
            await asyncio.gather(*(office.round() for office in offices))
        assert len(transport.to("ann@example.jp")) == len(transport.to("bob@example.jp")) == 2
        assert len(transport.to("editor@example.jp")) == 2

    async def test_who_left_the_staff_gets_nothing_more(self, opened, comes, transport, clock, database):
        transport.faults = [TemporaryFailure("450")]
        await comes(DEAD)
        clock.advance(GATHER)
        await opened().round()
        clock.advance(timedelta(hours=1))
        await opened("catalog-approver=ann@example.jp").round()
        assert transport.taken == []
        [told] = await self.told(database)
        assert [mail.state for mail in told.mails] == [pb.PERMANENT_FAILURE]

    async def test_a_role_without_anybody_is_no_reason_to_forget_the_notice(
        self, opened, comes, database, metrics, clock
    ):
        await comes(STALE)
        await opened("catalog-approver=ann@example.jp").round()
        assert sorted(len(told.mails) for told in await self.told(database)) == [0, 1]
        assert metrics.collected.get_sample_value("notalone_mails_total", {"outcome": "nobody"}) == 1

    async def test_no_address_is_kept(self, office, comes, database, clock):
        await comes(STALE)
        await office.round()
        async with database.read() as connection:
            for table in METADATA.sorted_tables:
                for row in await connection.execute(table.select()):
                    assert "example.jp" not in str(row)

    async def test_what_was_told_long_ago_is_forgotten(self, office, comes, database, clock):
        await comes(STALE)
        await office.round()
        clock.advance(timedelta(days=401))
        await office.round()
        assert await self.told(database) == []

    async def test_at_work_it_sends_what_comes_and_ends_when_told(self, office, comes, transport):
        office.start()
        await comes(STALE)
        office.wake()
        async with asyncio.timeout(20):
            while len(transport.taken) < 3:  # noqa: ASYNC110 whatever the database
                await asyncio.sleep(0.01)
        await office.stop(5)
        assert len(transport.taken) == 3


class TestPostOfficeOnSqlite(PostOfficeContract):
    @pytest.fixture
    def url(self, sqlite_url):
        return sqlite_url


class TestPostOfficeOnPostgres(PostOfficeContract):
    @pytest.fixture
    def url(self, postgres_url):
        return postgres_url


class Migrations(MigrationsContract):
    package = "notalone_notify"
    metadata = METADATA


class TestMigrationsOnSqlite(Migrations):
    @pytest.fixture
    def url(self, sqlite_url):
        return sqlite_url


class TestMigrationsOnPostgres(Migrations):
    @pytest.fixture
    def url(self, postgres_url):
        return postgres_url
