"""What holds for every database, over SQLite and PostgreSQL alike. A subclass gives the fixture `url`."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta

import pytest
from example_migrations import COUNTS
from notalone_chassis.clock import FixedClock
from notalone_chassis.events.crashpoints import Crash, CrashAt
from notalone_chassis.events.event import Event
from notalone_chassis.sql import inbox, migrations, outbox
from notalone_chassis.sql.database import Database, open_database
from notalone_chassis.sql.migrations import Schema
from notalone_chassis.sql.tables import INBOX, OUTBOX
from sqlalchemy import MetaData, func, insert, inspect, select, update
from sqlalchemy.exc import DBAPIError

NOON = datetime(2026, 4, 1, 3, tzinfo=UTC)


def event(number: int, *, key: str = "k") -> Event:
    return Event(
        id=f"{key}-{number}", type="test.v1.Counted", source="/test", key=key, time=NOON, data=number.to_bytes(4)
    )


class OnDatabase:
    """Gives each test a database of its own, empty."""

    @pytest.fixture
    def url(self) -> str:
        raise NotImplementedError("a subclass says which database")

    @pytest.fixture
    async def database(self, url) -> AsyncIterator[Database]:
        database = open_database(url, application="test", synchronous="NORMAL")
        yield database
        await database.close()

    @pytest.fixture
    async def migrated(self, database) -> Database:
        """With the tables of the example service, and a count "a" of 0."""
        await migrations.migrate(database, "example_migrations")
        async with database.begin() as connection:
            await connection.execute(insert(COUNTS).values(name="a", count=0))
        return database

    @pytest.fixture
    async def other(self, url, migrated) -> AsyncIterator[Database]:
        """The same database, as another process opens it."""
        other = open_database(url, application="other", synchronous="NORMAL")
        yield other
        await other.close()


async def count(database: Database) -> int:
    async with database.read() as connection:
        return (await connection.execute(select(COUNTS.c.count).where(COUNTS.c.name == "a"))).scalar_one()


async def add_one(connection) -> None:
    await connection.execute(update(COUNTS).values(count=COUNTS.c.count + 1))


async def write_and_fail(database: Database, write) -> None:
    async with database.begin() as connection:
        await write(connection)
        raise ZeroDivisionError


async def rows(database: Database, table) -> int:
    async with database.read() as connection:
        return (await connection.execute(select(func.count()).select_from(table))).scalar_one()


class DatabaseContract(OnDatabase):
    """Transactions."""

    async def test_what_was_committed_is_there_for_everybody(self, migrated, other):
        async with migrated.begin() as connection:
            await add_one(connection)
        assert await count(migrated) == await count(other) == 1

    async def test_an_error_in_the_block_takes_everything_back(self, migrated):
        with pytest.raises(ZeroDivisionError):
            await write_and_fail(migrated, add_one)
        assert await count(migrated) == 0

    async def test_a_cancelled_transaction_takes_everything_back_and_the_database_goes_on(self, migrated):
        inside = asyncio.Event()

        async def write() -> None:
            async with migrated.begin() as connection:
                await add_one(connection)
                inside.set()
                await asyncio.Event().wait()

        writer = asyncio.create_task(write())
        await inside.wait()
        writer.cancel()
        await asyncio.wait([writer])
        async with migrated.begin() as connection:
            await add_one(connection)
        assert await count(migrated) == 1

    async def test_writers_that_read_first_lose_nothing_and_none_is_told_that_the_database_is_locked(
        self, migrated, other
    ):
        async def read_then_write(connection) -> None:
            found = (await connection.execute(select(COUNTS.c.count).with_for_update())).scalar_one()
            await asyncio.sleep(0)
            await connection.execute(update(COUNTS).values(count=found + 1))

        await asyncio.gather(*(database.run(read_then_write) for database in (migrated, other) for _ in range(10)))
        assert await count(migrated) == 20

    async def test_a_reader_neither_waits_for_a_writer_nor_sees_what_is_not_committed(self, migrated, other):
        async with migrated.begin() as connection:
            await add_one(connection)
            assert await count(migrated) == 0
            assert await count(other) == 0

    async def test_a_reader_sees_one_snapshot_to_its_end(self, migrated):
        async with migrated.read() as reading:
            before = (await reading.execute(select(COUNTS.c.count))).scalar_one()
            async with migrated.begin() as writing:
                await add_one(writing)
            assert (await reading.execute(select(COUNTS.c.count))).scalar_one() == before
        assert await count(migrated) == before + 1

    async def test_a_reader_may_not_write(self, migrated):
        with pytest.raises(DBAPIError):
            async with migrated.read() as connection:
                await add_one(connection)
        assert await count(migrated) == 0

    async def test_work_that_failed_for_a_reason_of_its_own_is_not_done_again(self, migrated):
        tries = []

        async def fail(connection) -> None:
            tries.append(1)
            raise ZeroDivisionError

        with pytest.raises(ZeroDivisionError):
            await migrated.run(fail)
        assert len(tries) == 1


class OutboxContract(OnDatabase):
    """Events commit with the state that they tell of (invariant I1)."""

    async def append(self, database: Database, *events: Event) -> None:
        async with database.begin() as connection:
            await add_one(connection)
            await outbox.append(connection, "test.v1", events)

    async def test_state_and_events_commit_together(self, migrated):
        await self.append(migrated, event(1), event(2))
        assert (await count(migrated), await rows(migrated, OUTBOX)) == (1, 2)

    async def test_state_and_events_are_taken_back_together(self, url, migrated):
        dying = open_database(url, application="dying", crash=CrashAt("outbox.before_commit"), synchronous="NORMAL")
        with pytest.raises(Crash):
            await self.append(dying, event(1))
        await dying.close()
        assert (await count(migrated), await rows(migrated, OUTBOX)) == (0, 0)

    async def test_who_dies_right_after_the_commit_has_committed_both(self, url, migrated):
        dying = open_database(url, application="dying", crash=CrashAt("outbox.after_commit"), synchronous="NORMAL")
        with pytest.raises(Crash):
            await self.append(dying, event(1))
        await dying.close()
        assert (await count(migrated), await rows(migrated, OUTBOX)) == (1, 1)

    async def test_listeners_hear_of_commits_with_events_and_of_no_others(self, migrated):
        heard = []
        migrated.on_appended(lambda: heard.append(1))
        async with migrated.begin() as connection:
            await add_one(connection)
        assert heard == []
        with pytest.raises(ZeroDivisionError):
            await write_and_fail(migrated, lambda connection: outbox.append(connection, "test.v1", [event(1)]))
        async with migrated.begin() as connection:
            await outbox.append(connection, "test.v1", [])
        assert heard == []
        await self.append(migrated, event(2))
        assert heard == [1]

    async def test_an_event_comes_back_as_it_went_in(self, migrated):
        tombstone = Event(
            id="x",
            type="t",
            source="/s",
            key="介護",
            time=NOON + timedelta(microseconds=1),
            data=None,
            traceparent="00-a",
        )
        await self.append(migrated, event(7), tombstone)
        async with migrated.read() as connection:
            found = await outbox.unpublished(connection, limit=10)
        assert [row.event for row in found] == [event(7), tombstone]
        assert [row.topic for row in found] == ["test.v1"] * 2

    async def test_the_order_within_a_key_is_the_order_of_the_commits(self, migrated, other):
        """A transaction that took its number early and commits late would else be published too late."""
        appended, go_on = asyncio.Event(), asyncio.Event()

        async def slow() -> None:
            async with migrated.begin() as connection:
                await outbox.append(connection, "test.v1", [event(1)])
                appended.set()
                await go_on.wait()

        async def quick() -> None:
            await self.append(other, event(2))

        first = asyncio.create_task(slow())
        await appended.wait()
        second = asyncio.create_task(quick())
        await asyncio.wait([second], timeout=0.2)
        assert not second.done()
        go_on.set()
        await asyncio.gather(first, second)
        async with migrated.read() as connection:
            assert [row.event for row in await outbox.unpublished(connection, limit=10)] == [event(1), event(2)]

    async def test_transactions_with_the_same_keys_in_another_order_do_not_block_each_other(self, migrated, other):
        ab, ba = [event(1, key="a"), event(1, key="b")], [event(2, key="b"), event(2, key="a")]
        await asyncio.gather(*(self.append(d, *e) for _ in range(5) for d, e in ((migrated, ab), (other, ba))))
        assert await rows(migrated, OUTBOX) == 20

    async def test_thousands_of_keys_in_one_transaction_are_no_trouble(self, migrated):
        await self.append(migrated, *(event(1, key=f"k{number}") for number in range(5000)))
        assert await rows(migrated, OUTBOX) == 5000


class InboxContract(OnDatabase):
    """A consumer applies each event at most once (invariant I3)."""

    async def apply(self, database: Database, event_id: str, *, consumer: str = "c", fail: bool = False) -> bool:
        async with database.begin() as connection:
            if not await inbox.first_time(connection, consumer, event_id, now=NOON):
                return False
            await add_one(connection)
            if fail:
                raise ZeroDivisionError
            return True

    async def test_an_event_has_its_effect_once(self, migrated):
        assert [await self.apply(migrated, "e") for _ in range(3)] == [True, False, False]
        assert await count(migrated) == 1

    async def test_an_effect_that_failed_leaves_the_event_to_be_applied(self, migrated):
        with pytest.raises(ZeroDivisionError):
            await self.apply(migrated, "e", fail=True)
        assert await self.apply(migrated, "e")
        assert await count(migrated) == 1

    async def test_consumers_do_not_take_events_from_each_other(self, migrated):
        assert await self.apply(migrated, "e", consumer="one")
        assert await self.apply(migrated, "e", consumer="two")

    async def test_of_several_at_the_same_moment_one_applies_it(self, migrated, other):
        done = await asyncio.gather(*(self.apply(database, "e") for database in (migrated, other) for _ in range(5)))
        assert sorted(done) == [False] * 9 + [True]
        assert await count(migrated) == 1

    async def test_of_a_batch_those_are_told_that_are_new(self, migrated):
        assert await self.apply(migrated, "known")
        async with migrated.begin() as connection:
            wanted = ["b", "known", "a", "b"]
            assert await inbox.first_times(connection, "c", wanted, now=NOON) == {"a", "b"}
            assert await inbox.first_times(connection, "c", wanted, now=NOON) == set()
            assert await inbox.first_times(connection, "c", [], now=NOON) == set()
        assert await rows(migrated, INBOX) == 3

    async def test_what_is_older_than_asked_for_is_forgotten(self, migrated):
        clock = FixedClock(NOON)
        for name in ("old", "young"):
            async with migrated.begin() as connection:
                await inbox.first_time(connection, "c", name, now=clock.now())
            clock.advance(timedelta(days=1))
        async with migrated.begin() as connection:
            assert await inbox.prune(connection, before=NOON + timedelta(hours=1)) == 1
        assert await rows(migrated, INBOX) == 1


class MigrationsContract(OnDatabase):
    """One service's migrations: `package` is its name, `metadata` its tables as the code knows them."""

    package: str
    metadata: MetaData

    async def test_all_migrations_go_up_step_by_step_down_step_by_step_and_up_again(self, database):
        steps = migrations.revisions(self.package)
        for revision in steps:
            await migrations.migrate(database, self.package, revision=revision)
        assert await migrations.schema(database, self.package) is Schema.CURRENT
        for revision in [*steps[-2::-1], "base"]:
            await migrations.unmigrate(database, self.package, revision=revision)
        assert await self._tables(database) <= {"alembic_version"}
        assert await migrations.migrate(database, self.package) is Schema.CURRENT

    async def test_the_migrated_tables_are_those_that_the_code_knows(self, database):
        await migrations.migrate(database, self.package)
        assert await migrations.differences(database, self.metadata) == []

    async def test_an_empty_database_is_pending_and_migrating_twice_changes_nothing(self, database):
        assert await migrations.schema(database, self.package) is Schema.PENDING
        assert await migrations.migrate(database, self.package) is Schema.CURRENT
        assert await migrations.migrate(database, self.package) is Schema.CURRENT

    async def test_processes_that_start_together_do_not_stand_in_each_others_way(self, url):
        together = [open_database(url, application="test", synchronous="NORMAL") for _ in range(3)]
        try:
            states = await asyncio.gather(*(migrations.migrate(database, self.package) for database in together))
            assert states == [Schema.CURRENT] * 3
        finally:
            for database in together:
                await database.close()

    async def test_code_older_than_the_schema_starts_and_leaves_it_alone(self, database):
        await migrations.migrate(database, self.package)
        before = await self._tables(database)
        async with database.begin() as connection:
            await connection.exec_driver_sql("UPDATE alembic_version SET version_num = 'of_a_later_release'")
        assert await migrations.migrate(database, self.package) is Schema.NEWER
        assert await self._tables(database) == before

    async def _tables(self, database: Database) -> set[str]:
        async with database.read() as connection:
            return set(await connection.run_sync(lambda sync: inspect(sync).get_table_names()))
