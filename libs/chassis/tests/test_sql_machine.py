"""Histories of two processes that commit and relay, a bus, and a consumer, any of which may fail at any moment.

Whatever happens: no committed event is lost, each key keeps its order, no effect is applied twice, and the newest event
of a key stands last on the bus, as a compacted topic needs it.
"""

from __future__ import annotations

import asyncio
import contextlib
import itertools
import os
import tempfile
from collections import Counter, defaultdict
from datetime import timedelta

import pytest
from example_migrations import COUNTS
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, precondition, rule
from notalone_chassis.clock import FixedClock
from notalone_chassis.errors import Unavailable
from notalone_chassis.events.crashpoints import Crash
from notalone_chassis.events.event import Event
from notalone_chassis.sql import inbox, migrations, outbox
from notalone_chassis.sql.database import Database, open_database
from notalone_chassis.sql.lease import TERM
from notalone_chassis.sql.relay import Relay
from sql_contracts import NOON, event
from sqlalchemy import select
from sqlalchemy.dialects.sqlite import insert

TOPIC = "test.v1"
KEYS = ("a", "b", "c")
RELAY_POINTS = ("relay.before_publish", "relay.after_publish_before_mark", "relay.after_mark")
# More for a thorough search; each takes half a second.
HISTORIES = int(os.environ.get("NOTALONE_TEST_HISTORIES", "20"))


class CrashWhenTold:
    """Dies at the point it is given, once."""

    def __init__(self) -> None:
        self.next: str | None = None

    def reach(self, point: str) -> None:
        if point == self.next:
            self.next = None
            raise Crash(point)


class Bus:
    """One list per key, so that keys overtake each other freely: a consumer takes them in any order."""

    def __init__(self) -> None:
        self.records: dict[str, list[Event]] = defaultdict(list)
        self.down = False
        self.fails_after: int | None = None

    def add(self, one: Event) -> None:
        if self.down or self.fails_after == 0:
            self.fails_after = None
            raise Unavailable("events")
        self.records[one.key].append(one)
        if self.fails_after is not None:
            self.fails_after -= 1


class Process:
    """One process: its database connections, its clock, its relay, and its way to the bus, which can be paused."""

    def __init__(self, name: str, url: str, bus: Bus) -> None:
        self.name = name
        self.crash = CrashWhenTold()
        self.clock = FixedClock(NOON)
        self.database = open_database(url, application=name, synchronous="NORMAL", crash=self.crash)
        self.tokens = itertools.count()
        self.bus = bus
        self.pause_after: int | None = None
        self.is_paused, self.go_on = asyncio.Event(), asyncio.Event()
        self.paused: asyncio.Task[int] | None = None
        self.start()

    def start(self) -> None:
        self.relay = Relay(
            self.database,
            self,
            service=self.name,
            token=f"{self.name}{next(self.tokens)}",
            clock=self.clock,
            crash=self.crash,
            batch=3,
        )

    async def publish(self, _topic: str, events: list[Event]) -> None:
        for number, one in enumerate(events):
            if number == self.pause_after:
                self.pause_after = None
                self.go_on.clear()
                self.is_paused.set()
                await self.go_on.wait()
                self.is_paused.clear()
            self.bus.add(one)
            await asyncio.sleep(0)

    async def round(self) -> None:
        """A step of the relay; a crash is followed by a start."""
        try:
            with contextlib.suppress(Unavailable):
                await self.relay.hold()
                await self.relay.round()
        except Crash:
            self.start()


class Histories(RuleBasedStateMachine):
    @initialize()
    def begin(self) -> None:
        self.loop = asyncio.new_event_loop()
        self.folder = tempfile.TemporaryDirectory()
        url = f"sqlite+aiosqlite:///{self.folder.name}/test.db"
        self.bus = Bus()
        self.base, self.skew = NOON, [timedelta(0), timedelta(0)]
        self.consumed: Counter[str] = Counter()
        # A relay that published late and died before it could put that right; see the decision on the outbox.
        self.died_late = False

        async def open_all() -> None:
            self.processes = [Process(name, url, self.bus) for name in ("one", "two")]
            self.consumer: Database = open_database(url, application="consumer", synchronous="NORMAL")
            await migrations.migrate(self.consumer, "example_migrations")

        self.run(open_all())

    def run(self, work):
        return self.loop.run_until_complete(asyncio.wait_for(work, 20))

    @rule(
        who=st.integers(0, 1),
        keys=st.lists(st.sampled_from(KEYS), min_size=1, max_size=4),
        end=st.sampled_from(["commit", "commit", "commit", "error", "outbox.before_commit", "outbox.after_commit"]),
    )
    def change(self, who: int, keys: list[str], end: str) -> None:
        """A command: state and events in one transaction, which may fail or die."""
        process = self.processes[who]

        async def command() -> None:
            async with process.database.begin() as connection:
                for key in keys:
                    number = await add(connection, f"state:{key}")
                    await outbox.append(connection, TOPIC, [event(number, key=key)])
                if end == "error":
                    raise ZeroDivisionError

        before = self.run(self.counts("state:"))
        process.crash.next = end
        with contextlib.suppress(Crash, ZeroDivisionError):
            self.run(command())
        process.crash.next = None
        expected = before + Counter(keys) if end in {"commit", "outbox.after_commit"} else before
        assert self.run(self.counts("state:")) == expected

    @rule(who=st.integers(0, 1), point=st.sampled_from([None, None, *RELAY_POINTS]))
    def relay(self, who: int, point: str | None) -> None:
        process = self.processes[who]
        if process.paused is None:
            process.crash.next = point
            self.run(process.round())
            process.crash.next = None

    @rule(who=st.integers(0, 1), after=st.integers(0, 2))
    def pause(self, who: int, after: int) -> None:
        """Stops a process in the middle of publishing."""
        process = self.processes[who]
        if process.paused is not None:
            return
        process.pause_after = after

        async def until_paused() -> None:
            task = asyncio.ensure_future(process.round())
            waiting = asyncio.ensure_future(process.is_paused.wait())
            await asyncio.wait([task, waiting], return_when=asyncio.FIRST_COMPLETED)
            process.paused = None if task.done() else task
            waiting.cancel()

        self.run(until_paused())
        process.pause_after = None

    @rule(who=st.integers(0, 1), point=st.sampled_from([None, "relay.after_publish_before_mark"]))
    def go_on(self, who: int, point: str | None) -> None:
        process = self.processes[who]
        if process.paused is not None:
            before = process.relay
            process.crash.next = point
            process.go_on.set()
            self.run(process.paused)
            self.died_late |= process.relay is not before
            process.crash.next, process.paused = None, None

    @rule(who=st.integers(0, 1), keys=st.lists(st.sampled_from(KEYS), min_size=1, max_size=3), after=st.integers(0, 1))
    def overtake(self, who: int, keys: list[str], after: int) -> None:
        """A process sleeps while it publishes; the other takes over, publishes newer events, and then it wakes."""
        self.change(who, keys, "commit")
        self.relay(who, None)
        self.change(who, keys, "commit")
        self.pause(who, after)
        self.change(1 - who, keys, "commit")
        for _ in range(2):
            self.time_passes(int(TERM.total_seconds()))
            self.relay(1 - who, None)
        self.relay(1 - who, None)
        self.go_on(who, None)

    @rule(who=st.integers(0, 1))
    def kill(self, who: int) -> None:
        process = self.processes[who]
        if process.paused is not None:
            process.paused.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                self.run(process.paused)
            process.paused = None
            process.is_paused.clear()
        process.start()

    @rule(down=st.booleans(), fails_after=st.none() | st.integers(0, 3))
    def trouble(self, down: bool, fails_after: int | None) -> None:
        self.bus.down, self.bus.fails_after = down, fails_after

    @rule(seconds=st.integers(0, 15))
    def time_passes(self, seconds: int) -> None:
        self.base += timedelta(seconds=seconds)
        self.set_clocks()

    @rule(who=st.integers(0, 1), seconds=st.integers(-600, 600))
    def clock_jumps(self, who: int, seconds: int) -> None:
        self.skew[who] = timedelta(seconds=seconds)
        self.set_clocks()

    def set_clocks(self) -> None:
        for process, skew in zip(self.processes, self.skew, strict=True):
            process.clock.advance(self.base + skew - process.clock.now())

    @rule(
        key=st.sampled_from(KEYS),
        size=st.integers(1, 4),
        point=st.sampled_from([None, None, "error", "consumer.after_handler_before_commit"]),
    )
    def consume(self, key: str, size: int, point: str | None) -> None:
        """A batch of one key, handled in one transaction."""
        batch = self.bus.records[key][self.consumed[key] :][:size]
        with contextlib.suppress(ZeroDivisionError):
            self.run(self.apply(batch, fail=point == "error"))
        if point is None:
            self.consumed[key] += len(batch)

    async def apply(self, batch: list[Event], *, fail: bool) -> None:
        async with self.consumer.begin() as connection:
            for one in batch:
                if not await inbox.first_time(connection, "test", one.id, now=self.base):
                    continue
                assert one.data is not None
                number = int.from_bytes(one.data)
                assert number == await add(connection, f"applied:{one.key}"), "lost, twice, or out of order"
            if fail:
                raise ZeroDivisionError

    @precondition(lambda self: any(self.consumed.values()))
    @rule(key=st.sampled_from(KEYS), back=st.integers(1, 20))
    def hand_out_again(self, key: str, back: int) -> None:
        """A rebalance, a restart, or a replay from the first event."""
        self.consumed[key] = max(0, self.consumed[key] - back)

    async def counts(self, prefix: str) -> Counter[str]:
        async with self.consumer.read() as connection:
            rows = await connection.execute(select(COUNTS).where(COUNTS.c.name.startswith(prefix)))
            return Counter({row.name.removeprefix(prefix): row.count for row in rows})

    def teardown(self) -> None:
        """All troubles end; then everything must come right."""
        try:
            self.bus.down, self.bus.fails_after = False, None
            for who in range(2):
                self.go_on(who, None)
            self.settle()
            for key in KEYS:
                self.consume(key, 10_000, None)
            state = self.run(self.counts("state:"))
            assert self.run(self.counts("applied:")) == state
            for key, number in state.items():
                if not self.died_late:
                    assert self.bus.records[key][-1].id == event(number, key=key).id
        finally:
            self.run(self.close())
            self.loop.close()
            self.folder.cleanup()

    def settle(self) -> None:
        """Relays until nothing waits."""
        for _ in range(100):
            self.time_passes(int(TERM.total_seconds()) + 1)
            before = sum(map(len, self.bus.records.values()))
            for process in self.processes:
                self.run(process.round())
                self.run(process.relay.hold())
            if self.processes[0].relay.backlog_size == 0 and sum(map(len, self.bus.records.values())) == before:
                break
        assert self.processes[0].relay.backlog_size == 0

    async def close(self) -> None:
        for process in self.processes:
            await process.database.close()
        await self.consumer.close()


async def add(connection, name: str) -> int:
    query = insert(COUNTS).values(name=name, count=1)
    await connection.execute(query.on_conflict_do_update(index_elements=["name"], set_={"count": COUNTS.c.count + 1}))
    return (await connection.execute(select(COUNTS.c.count).where(COUNTS.c.name == name))).scalar_one()


class TestHistories(Histories.TestCase):
    pytestmark = pytest.mark.timeout(60 + 5 * HISTORIES)
    settings = settings(
        max_examples=HISTORIES,
        stateful_step_count=30,
        deadline=None,
        print_blob=True,
        suppress_health_check=[HealthCheck.too_slow],
    )
