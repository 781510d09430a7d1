"""Publishes what committed transactions put into the outbox: in order per key, at least once, nothing lost.

One relay per database works at a time; it holds a lease. Each relay reads unpublished rows in their order and marks
them only after they are durable on the bus. So even with two at work for a moment (one was paused, and its lease taken
over) nobody sees an event for the first time before the one that precedes it under its key; what is seen again bears
the same id. On a compacted topic an event that the compaction had taken away may come late, behind newer ones: there
consumers hold revisions against each other.
"""

from __future__ import annotations

import asyncio
import contextlib
import itertools
from collections.abc import Sequence
from datetime import datetime, timedelta

import structlog

from notalone_chassis import logs
from notalone_chassis.clock import Clock
from notalone_chassis.errors import Unavailable
from notalone_chassis.events.crashpoints import CrashPoints, NoCrash
from notalone_chassis.events.ports import EventBus
from notalone_chassis.sql import housekeeping, outbox
from notalone_chassis.sql.database import Database
from notalone_chassis.sql.lease import TERM, Lease
from notalone_chassis.sql.outbox import Pending

BATCH = 500
# How soon events are found that another process committed; those of this process wake the relay at once. Where none
# came for a while the relay looks less often: each look costs the database, and this process some milliseconds.
POLL_SECONDS, IDLE_POLL_SECONDS = 0.2, 1.0
IDLE_AFTER_SECONDS = 10.0
HEARTBEAT_SECONDS = TERM.total_seconds() / 3
REST_FIRST = timedelta(milliseconds=200)
REST_LONGEST = timedelta(seconds=5)
FAILED_SECONDS = 1.0
RELEASE_SECONDS = 1.0
TIDY_EVERY = timedelta(minutes=1)


class Relay:
    """One process's relay. Its tests call `hold` and `round` themselves; a service calls `start` and `stop`."""

    def __init__(
        self,
        database: Database,
        bus: EventBus,
        *,
        service: str,
        token: str,
        clock: Clock,
        crash: CrashPoints | None = None,
        batch: int = BATCH,
    ) -> None:
        """`token` is unique among all relays of all time, as a random UUID is; `service` is the name in the logs."""
        self._limit = batch
        self._database = database
        self._bus = bus
        self._clock = clock
        self._crash = crash or NoCrash()
        self._log: structlog.typing.FilteringBoundLogger = logs.get(service)
        self._lease = Lease(database, "outbox", token=token, clock=clock)
        self._rests: dict[str, _Rest] = {}
        # The batch that is on its way.
        self._unsettled: Sequence[Pending] = ()
        self._wake = asyncio.Event()
        self._stopping = False
        self._tasks: list[asyncio.Task[None]] = []
        self._tidied: datetime | None = None
        self._backlog: tuple[int, datetime | None] = (0, None)
        database.on_appended(self._wake.set)

    @property
    def active(self) -> bool:
        """Whether this relay is the one at work."""
        return self._lease.held

    @property
    def backlog_size(self) -> int:
        """Events that waited to be published when last counted, some seconds ago; of the whole database."""
        return self._backlog[0]

    @property
    def backlog_age(self) -> timedelta:
        """How long ago the oldest of them happened; zero where none waits."""
        oldest = self._backlog[1]
        return timedelta(0) if oldest is None else max(timedelta(0), self._clock.now() - oldest)

    async def start(self) -> None:
        """Begins to work, now and whenever there is something; a database or bus that is down is waited for."""
        self._tasks = [asyncio.create_task(self._keep_holding()), asyncio.create_task(self._keep_publishing())]

    async def stop(self, grace: float) -> None:
        """Publishes what is there, for at most `grace` seconds, and gives the lease back. What is left is kept."""
        self._stopping = True
        self._wake.set()
        if not self._tasks:
            return
        publishing = self._tasks[1]
        _, at_work = await asyncio.wait([publishing], timeout=grace)
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        # Events that are still on their way to the bus could fall behind those of a relay that takes over at once.
        if not at_work:
            with contextlib.suppress(Unavailable, TimeoutError):
                async with asyncio.timeout(RELEASE_SECONDS):
                    await self._lease.release()

    async def hold(self) -> bool:
        """Takes or renews the lease and looks after the tables; says whether this relay is the one at work.

        Raises:
            Unavailable: "database": it cannot be reached.
        """
        held = await self._lease.hold()
        async with self._database.read() as connection:
            self._backlog = await outbox.backlog(connection)
        now = self._clock.now()
        if held and (self._tidied is None or abs(now - self._tidied) >= TIDY_EVERY):
            self._tidied = now
            await housekeeping.tidy(self._database, now=now)
        return held

    async def round(self) -> int:
        """Publishes one batch, if this relay is the one at work; returns how many events are now durable on the bus.

        Raises:
            Unavailable: "database": it cannot be reached; what was published will be published again.
        """
        await self._put_right()
        if not self._lease.held:
            return 0
        async with self._database.read() as connection:
            batch = await outbox.unpublished(connection, limit=self._limit, without=self._resting())
        # Time has passed; a process may have been paused in between.
        if not batch or not self._lease.held:
            return 0
        self._crash.reach("relay.before_publish")
        self._unsettled = batch
        published = await self._publish(batch)
        self._crash.reach("relay.after_publish_before_mark")
        async with self._database.begin() as connection:
            await outbox.mark(connection, published, now=self._clock.now())
            if not await self._lease.is_mine(connection):
                await outbox.publish_newest_again(connection, batch)
        self._unsettled = ()
        self._crash.reach("relay.after_mark")
        return len(published)

    async def _put_right(self) -> None:
        """After a round of which nobody knows how it ended, and during which the lease may have been lost."""
        if self._unsettled:
            async with self._database.begin() as connection:
                await outbox.publish_newest_again(connection, self._unsettled)
            self._unsettled = ()

    async def _publish(self, batch: Sequence[Pending]) -> list[Pending]:
        """What could be published. Topics go side by side: one that is in trouble does not hold up the others."""
        by_topic = itertools.groupby(sorted(batch, key=lambda row: (row.topic, row.seq)), key=lambda row: row.topic)
        groups = [(topic, list(rows)) for topic, rows in by_topic]
        done = await asyncio.gather(*(self._publish_topic(topic, rows) for topic, rows in groups))
        return [row for rows, ok in zip((rows for _, rows in groups), done, strict=True) if ok for row in rows]

    async def _publish_topic(self, topic: str, rows: Sequence[Pending]) -> bool:
        try:
            await self._bus.publish(topic, [row.event for row in rows])
        except Exception as error:  # noqa: BLE001 whatever it is, the events stay and are tried again
            rest = self._rests.setdefault(topic, _Rest())
            rest.begin(self._clock.now())
            level = "warning" if isinstance(error, Unavailable) else "error"
            getattr(self._log, level)("events_not_published", names=[topic], count=len(rows), exc_info=error)
            return False
        self._rests.pop(topic, None)
        return True

    def _resting(self) -> list[str]:
        now = self._clock.now()
        return [topic for topic, rest in self._rests.items() if rest.lasts(now)]

    async def _keep_holding(self) -> None:
        while True:
            was_active = self.active
            try:
                if await self.hold() and not was_active:
                    self._log.info("relay_active", count=self.backlog_size)
                    self._wake.set()
            except Exception as error:  # noqa: BLE001 a relay that ends would keep events from everybody
                self._log.warning("relay_lease_not_renewed", exc_info=error)
            await asyncio.sleep(HEARTBEAT_SECONDS)

    async def _keep_publishing(self) -> None:
        loop = asyncio.get_running_loop()
        busy = loop.time()
        while True:
            self._wake.clear()
            published = 0
            wait = POLL_SECONDS if loop.time() - busy < IDLE_AFTER_SECONDS else IDLE_POLL_SECONDS
            try:
                published = await self.round()
            except Exception as error:  # noqa: BLE001 the events are kept, and the next round tries again
                self._log.warning("relay_round_failed", exc_info=error)
                wait = FAILED_SECONDS
            if published:
                busy = loop.time()
                continue
            if self._stopping:
                return
            with contextlib.suppress(TimeoutError):
                async with asyncio.timeout(wait):
                    await self._wake.wait()


class _Rest:
    """How long a topic is left alone after failures: twice as long each time, up to a bound."""

    def __init__(self) -> None:
        self._since: datetime | None = None
        self._length = REST_FIRST / 2

    def begin(self, now: datetime) -> None:
        self._since = now
        self._length = min(self._length * 2, REST_LONGEST)

    def lasts(self, now: datetime) -> bool:
        # A clock that was set back ends it.
        return self._since is not None and timedelta(0) <= now - self._since < self._length
