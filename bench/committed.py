"""Events from the commit of their outbox rows to the end of a handler with an inbox, and each stage of that alone.

The stage that is slowest alone is what limits the whole. SQLite stands in a temporary folder, every commit on the disk;
Kafka is measured where NOTALONE_BENCH_KAFKA_BOOTSTRAP names brokers.
"""

from __future__ import annotations

import asyncio
import itertools
import tempfile
import time
import uuid
from collections.abc import Awaitable, Callable, Sequence
from contextlib import AsyncExitStack
from datetime import UTC, datetime
from pathlib import Path

from notalone_chassis.clock import SystemClock
from notalone_chassis.events.bus import Bus
from notalone_chassis.events.embedded.event_log import EmbeddedEventLog
from notalone_chassis.events.event import Delivery, Event
from notalone_chassis.events.kafka.event_log import KafkaEventLog
from notalone_chassis.sql import inbox, outbox, tables
from notalone_chassis.sql.database import Database, open_database
from notalone_chassis.sql.relay import Relay
from sqlalchemy import Column, MetaData, String, Table, insert

from bench.events import AIM, EVENTS, NAME, TOPICS, kafka_topics
from bench.figures import Figure

NOW = datetime(2026, 4, 1, 3, tzinfo=UTC)
AT_ONCE = 100
# So often the lease is renewed: more often than needed.
ROUNDS = 10
STOP_SECONDS = 5.0

METADATA = MetaData()
tables.add_to(METADATA)
EFFECTS = Table("bench_effects", METADATA, Column("event_id", String(100), primary_key=True))

OpenBus = Callable[[], Awaitable[Bus]]


def figures() -> list[Figure]:
    """The whole and its stages, over each log."""
    with tempfile.TemporaryDirectory() as folder:
        log = Path(folder) / "log"

        async def embedded() -> Bus:
            return Bus(await EmbeddedEventLog.open(log, TOPICS, clock=SystemClock()), TOPICS, clock=SystemClock())

        found = asyncio.run(_measured("embedded log", embedded, Path(folder)))
    for options in kafka_topics():

        async def kafka() -> Bus:
            return Bus(KafkaEventLog(options), TOPICS, clock=SystemClock())  # noqa: B023 used before the next turn

        with tempfile.TemporaryDirectory() as folder:
            found += asyncio.run(_measured("Kafka", kafka, Path(folder)))
    return found


async def _measured(name: str, open_bus: OpenBus, folder: Path) -> list[Figure]:
    async with AsyncExitStack() as stack:
        source, target = [await _database(folder / f"{each}.db", stack) for each in ("source", "target")]
        bus = await open_bus()
        stack.push_async_callback(bus.close)
        await _commit(source, 0)
        begun = time.perf_counter()
        await _relay(source, bus)
        relayed = EVENTS / (time.perf_counter() - begun)
        handler = _Handler(target)
        consumer = await bus.consume([NAME], handler, group="bench-inbox")
        await handler.reached(EVENTS)
        handled = EVENTS / (time.perf_counter() - handler.begun)
        await _commit(source, EVENTS)
        begun, worked = time.perf_counter(), time.process_time()
        await asyncio.gather(_relay(source, bus), handler.reached(2 * EVENTS))
        whole, busy = EVENTS / (time.perf_counter() - begun), EVENTS / (time.process_time() - worked)
        await consumer.stop()
    title = f"committed and handled, {name}"
    return [
        Figure(f"{title}: outbox, relay, bus, consumer with inbox", whole, "/s", "the relay alone", relayed, aim=AIM),
        Figure(f"{title}: the same by the second of processor time", busy, "/s"),
        Figure(f"{title}: consumer with inbox alone", handled, "/s", "the relay alone", relayed),
    ]


class _Handler:
    """Writes a row for each event, in the transaction of its inbox row; says when it began and when all are there."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._done = 0
        self._moved = asyncio.Event()
        self.begun = 0.0

    async def __call__(self, deliveries: Sequence[Delivery]) -> None:
        # Joining the group is not measured.
        self.begun = self.begun or time.perf_counter()
        now = SystemClock().now()
        async with self._database.begin() as connection:
            ids = [each.event.id for each in deliveries]
            new = await inbox.first_times(connection, "bench", ids, now=now)
            if new:
                await connection.execute(insert(EFFECTS), [{"event_id": one} for one in new])
        self._done += len(new)
        self._moved.set()

    async def reached(self, count: int) -> None:
        while self._done < count:
            self._moved.clear()
            await self._moved.wait()


async def _database(file: Path, stack: AsyncExitStack) -> Database:
    database = open_database(f"sqlite+aiosqlite:///{file}", application="bench")
    stack.push_async_callback(database.close)
    async with database.begin() as connection:
        await connection.run_sync(METADATA.create_all)
    return database


async def _commit(database: Database, start: int) -> None:
    for first in range(start, start + EVENTS, AT_ONCE):
        async with database.begin() as connection:
            await outbox.append(connection, NAME, [_event(number) for number in range(first, first + AT_ONCE)])


async def _relay(database: Database, bus: Bus) -> None:
    """Until nothing waits."""
    relay = Relay(database, bus, service="bench", token=uuid.uuid4().hex, clock=SystemClock())
    published = 1
    for number in itertools.count():
        if not published:
            break
        if number % ROUNDS == 0:
            await relay.hold()
        published = await relay.round()
    # Another one must not wait for its lease.
    await relay.start()
    await relay.stop(STOP_SECONDS)


def _event(number: int) -> Event:
    key = f"entry-{number % 500}"
    return Event(
        id=f"{number}", type="notalone.bench.v1.Changed", source="/bench", key=key, time=NOW, data=b"x" * 2_000
    )
