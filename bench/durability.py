"""What it costs that a change and its event commit together, beside the change alone in the same database.

SQLite stands in a temporary folder, with every commit on the disk. PostgreSQL is measured where
NOTALONE_BENCH_DATABASE_URL names an empty database.
"""

from __future__ import annotations

import asyncio
import os
import statistics
import tempfile
import time
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime
from pathlib import Path

from notalone_chassis.events.event import Event
from notalone_chassis.sql import outbox, tables
from notalone_chassis.sql.database import Database, open_database
from sqlalchemy import Column, Integer, MetaData, Table, insert, update
from sqlalchemy.ext.asyncio import AsyncConnection

from bench.figures import Figure

NOW = datetime(2026, 4, 1, 3, tzinfo=UTC)
TIMES = 200
# As large as a usual entry.
DATA = b"x" * 2_000

METADATA = MetaData()
tables.add_to(METADATA)
STATE = Table("bench_state", METADATA, Column("id", Integer, primary_key=True), Column("revision", Integer))


def figures() -> list[Figure]:
    """One figure per database."""
    with tempfile.TemporaryDirectory() as folder:
        found = [asyncio.run(_figure("SQLite, on the disk", f"sqlite+aiosqlite:///{Path(folder) / 'bench.db'}"))]
    server = os.environ.get("NOTALONE_BENCH_DATABASE_URL", "")
    if server:
        found.append(asyncio.run(_figure("PostgreSQL", server)))
    return found


async def _figure(name: str, url: str) -> Figure:
    database = open_database(url, application="bench")
    async with database.begin() as connection:
        await connection.run_sync(METADATA.create_all)
        await connection.execute(insert(STATE).values(id=1, revision=0))
    try:
        alone, both = await _in_turn(database, [_change, _change_and_event])
    finally:
        async with database.begin() as connection:
            await connection.run_sync(METADATA.drop_all)
        await database.close()
    return Figure(f"change with its event, {name}", both, "ms", "the change alone", alone)


async def _in_turn(database: Database, works: list[Callable[[AsyncConnection, int], Awaitable[None]]]) -> list[float]:
    """Median milliseconds of each; taken in turn, so that what else the machine does falls on all alike."""
    taken: list[list[float]] = [[] for _ in works]
    for number in range(TIMES):
        for work, times in zip(works, taken, strict=True):
            begun = time.perf_counter()
            async with database.begin() as connection:
                await work(connection, number)
            times.append((time.perf_counter() - begun) * 1000)
    return [statistics.median(times[TIMES // 20 :]) for times in taken]


async def _change(connection: AsyncConnection, number: int) -> None:
    await connection.execute(update(STATE).values(revision=number))


async def _change_and_event(connection: AsyncConnection, number: int) -> None:
    await _change(connection, number)
    key = f"entry-{number % 50}"
    event = Event(id=f"{number}", type="bench.v1.Changed", source="/bench", key=key, time=NOW, data=DATA)
    await outbox.append(connection, "bench.v1", [event])
