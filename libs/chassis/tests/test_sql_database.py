"""Transactions, outbox and inbox over both databases, and what is particular to each."""

import asyncio
import sqlite3
import stat
from pathlib import Path

import pytest
from example_migrations import COUNTS
from notalone_chassis.errors import Unavailable
from notalone_chassis.sql.database import Database, open_database
from notalone_chassis.sql.engines import Limits
from sql_contracts import DatabaseContract, InboxContract, OutboxContract, add_one, count
from sqlalchemy import insert, text, update


class TestSqlite(DatabaseContract, OutboxContract, InboxContract):
    @pytest.fixture
    def url(self, sqlite_url):
        return sqlite_url

    async def test_only_its_owner_may_read_the_file_its_journals_and_its_folder(self, url, migrated):
        file = Path(url.removeprefix("sqlite+aiosqlite:///"))
        modes = {path.name: stat.S_IMODE(path.stat().st_mode) for path in [file.parent, *file.parent.iterdir()]}
        assert modes == {"database": 0o700, "test.db": 0o600, "test.db-wal": 0o600, "test.db-shm": 0o600}

    async def test_a_commit_is_on_the_disk_unless_a_test_says_otherwise(self, url):
        database = open_database(url, application="test")
        async with database.begin() as connection:
            assert (await connection.execute(text("PRAGMA synchronous"))).scalar_one() == 2
            assert (await connection.execute(text("PRAGMA journal_mode"))).scalar_one() == "wal"
            assert (await connection.execute(text("PRAGMA foreign_keys"))).scalar_one() == 1
        await database.close()

    async def test_a_lock_held_too_long_by_another_program_means_unavailable(self, url, migrated):
        impatient = open_database(url, application="test", limits=Limits(wait_seconds=0.1))
        other = sqlite3.connect(url.removeprefix("sqlite+aiosqlite:///"), isolation_level=None)
        other.execute("BEGIN IMMEDIATE")
        with pytest.raises(Unavailable):
            async with impatient.begin() as connection:
                await add_one(connection)
        other.execute("ROLLBACK")
        other.close()
        async with impatient.begin() as connection:
            await add_one(connection)
        await impatient.close()
        assert await count(migrated) == 1

    @pytest.mark.parametrize("url", ["sqlite+aiosqlite://", "sqlite:///file.db", "mysql://user:secret@host/name"])
    def test_other_kinds_of_databases_are_refused_without_showing_their_address(self, url):
        with pytest.raises(ValueError, match="the database is neither") as refused:
            open_database(url, application="test")
        assert "secret" not in str(refused.value)


async def cut_connections(database: Database) -> None:
    """Ends those of the database under test, as a server does that goes away."""
    async with database.begin() as connection:
        await connection.execute(
            text(
                "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
                " WHERE application_name = 'test' AND datname = current_database()"
            )
        )


class TestPostgres(DatabaseContract, OutboxContract, InboxContract):
    @pytest.fixture
    def url(self, postgres_url):
        return postgres_url

    async def test_connections_that_died_with_the_server_are_replaced_without_an_error(self, migrated, other):
        assert await count(migrated) == 0
        await cut_connections(other)
        assert await count(migrated) == 0

    async def test_a_connection_lost_in_the_middle_means_unavailable(self, migrated, other):
        async def lose(connection) -> None:
            await add_one(connection)
            await cut_connections(other)
            await add_one(connection)

        with pytest.raises(Unavailable):
            await migrated.run(lose)
        assert await count(migrated) == 0

    async def test_no_server_means_unavailable(self, unused_tcp_port):
        database = open_database(f"postgresql+psycopg://u:p@127.0.0.1:{unused_tcp_port}/d", application="test")
        with pytest.raises(Unavailable):
            async with database.begin():
                pass
        await database.close()

    async def test_a_statement_that_takes_too_long_means_unavailable(self, url):
        database = open_database(url, application="test", limits=Limits(statement_seconds=0.1))
        with pytest.raises(Unavailable):
            async with database.begin() as connection:
                await connection.execute(text("SELECT pg_sleep(30)"))
        await database.close()

    async def test_no_free_connection_means_unavailable(self, url):
        database = open_database(url, application="test", limits=Limits(connections=1, wait_seconds=0.1))
        async with database.read():
            with pytest.raises(Unavailable):
                async with database.read():
                    pass
        await database.close()

    async def test_of_two_transactions_that_wait_for_each_other_one_is_done_again(self, migrated, other):
        async with migrated.begin() as connection:
            await connection.execute(insert(COUNTS).values(name="b", count=0))
        met, tries = asyncio.Barrier(2), []

        async def both(connection, *names: str) -> None:
            tries.append(names)
            first, second = (
                update(COUNTS).where(COUNTS.c.name == name).values(count=COUNTS.c.count + 1) for name in names
            )
            await connection.execute(first)
            if len(tries) <= 2:
                await met.wait()
            await connection.execute(second)

        await asyncio.gather(
            migrated.run(lambda connection: both(connection, "a", "b")),
            other.run(lambda connection: both(connection, "b", "a")),
        )
        assert len(tries) == 3
        assert await count(migrated) == 2
