"""A catalogue database of its own for each test that asks, and a clock that stands still."""

import itertools
from collections.abc import AsyncIterator
from datetime import UTC, datetime

import pytest
from notalone_catalog.adapters.sql_records import SqlRecords
from notalone_chassis.clock import FixedClock
from notalone_chassis.sql import migrations, outbox
from notalone_chassis.sql.database import Database, open_database

NOW = datetime(2026, 11, 26, 3, tzinfo=UTC)


@pytest.fixture
def clock() -> FixedClock:
    return FixedClock(NOW)


@pytest.fixture
async def database(sqlite_url) -> AsyncIterator[Database]:
    database = open_database(sqlite_url, application="test", synchronous="NORMAL")
    await migrations.migrate(database, "notalone_catalog")
    yield database
    await database.close()


@pytest.fixture
def new_id():
    numbers = itertools.count(1)
    return lambda: f"id-{next(numbers)}"


@pytest.fixture
def records(database, clock, new_id) -> SqlRecords:
    return SqlRecords(database, clock=clock, new_id=new_id)


@pytest.fixture
def told(database):
    """Reads the events that wait in the outbox: their topics' last word, type and key."""

    async def read() -> list[tuple[str, str]]:
        async with database.read() as connection:
            rows = await outbox.unpublished(connection, limit=1000)
        return [(row.event.type.rpartition(".")[2], row.event.key) for row in rows]

    return read
