"""The embedded log: durable, for one machine, no server."""

from __future__ import annotations

import asyncio
import contextlib
import sqlite3
import uuid
from collections.abc import Sequence
from datetime import datetime, timedelta
from functools import partial
from pathlib import Path

from notalone_chassis import logs
from notalone_chassis.clock import Clock
from notalone_chassis.errors import Unavailable
from notalone_chassis.events.embedded import leases, store
from notalone_chassis.events.embedded.database import Database
from notalone_chassis.events.embedded.reader import EmbeddedReader
from notalone_chassis.events.log import Record
from notalone_chassis.events.topics import Topic, Topics

# How soon what another process has written is seen; what this one writes is seen at once.
POLL_SECONDS = 0.05
RENEW_SECONDS = 5.0
TIDY_EVERY = timedelta(minutes=10)
# A reader that was away for so long may miss that a key was taken away.
TOMBSTONES_STAY = timedelta(days=1)


class EmbeddedEventLog:
    """Records in `<folder>/log.db`. Several processes may open the same folder."""

    def __init__(self, folder: Path, topics: Topics, clock: Clock, *, busy_seconds: float) -> None:
        """Use `open`."""
        self._topics = topics
        self._clock = clock
        self._database = Database(folder / "log.db", busy_seconds=busy_seconds)
        self._alive = leases.Alive(folder / "open", uuid.uuid4().hex)
        self._readers: set[EmbeddedReader] = set()
        self._made = 0
        self._tidied = clock.now()
        self._watch: asyncio.Task[None] | None = None

    @classmethod
    async def open(cls, folder: Path, topics: Topics, *, clock: Clock, busy_seconds: float = 5.0) -> EmbeddedEventLog:
        """Opens or makes the log, and takes away what need not be kept.

        Args:
            folder: where the file and its locks are.
            topics: what it holds.
            clock: for retention and leases.
            busy_seconds: how long to wait for another process that writes, before Unavailable.

        Raises:
            Unavailable: the file cannot be opened.
        """
        log = cls(folder, topics, clock, busy_seconds=busy_seconds)
        try:
            await log._database.write(lambda connection: store.create(connection, topics.with_dead_letters()))
            await log.tidy()
        except BaseException:
            await log.close()
            raise
        log._watch = asyncio.create_task(log._watching(), name="event-log-watch")
        return log

    async def append(self, topic: str, records: Sequence[Record]) -> None:
        """See `EventLog`."""
        to, written = self._topics[topic], milliseconds(self._clock.now())
        await self._database.write(lambda connection: store.append(connection, to, records, written))
        self._wake_all()

    async def read(self, topics: Sequence[str], *, group: str | None) -> EmbeddedReader:
        """See `EventLog`."""
        self._made += 1
        reader = EmbeddedReader(
            self._database,
            topics,
            group=group,
            member=f"{self._alive.name}/{self._made}",
            now=lambda: milliseconds(self._clock.now()),
            alive=self._alive.alive,
            closed=self._readers.discard,
        )
        self._readers.add(reader)
        return reader

    async def behind(self, topic: str, group: str) -> int | None:
        """See `EventLog`."""
        return await self._database.read(lambda connection: store.behind(connection, topic, group))

    async def close(self) -> None:
        """See `EventLog`."""
        if self._watch is not None:
            self._watch.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await self._watch
        await self._database.close()
        self._alive.close()

    async def tidy(self) -> None:
        """Retention and compaction, in pieces. Runs by itself at opening and as the clock goes on."""
        self._tidied = now = self._clock.now()
        for topic in self._topics.with_dead_letters():
            while await self._database.write(partial(_tidy_piece, topic=topic, now=now)):
                pass

    def _wake_all(self) -> None:
        for reader in self._readers:
            reader.wake()

    async def _watching(self) -> None:
        """Sees what other processes write, keeps leases, tidies."""
        loop = asyncio.get_running_loop()
        seen, renewed = self._database.version(), loop.time()
        while True:
            await asyncio.sleep(POLL_SECONDS)
            try:
                version = self._database.version()
                if version != seen:
                    seen = version
                    self._wake_all()
                if loop.time() - renewed >= RENEW_SECONDS:
                    renewed = loop.time()
                    await self._renew()
                if self._clock.now() - self._tidied >= TIDY_EVERY:
                    await self.tidy()
            except Unavailable as error:
                logs.get("events").warning("the event log is busy", exc_info=error)

    async def _renew(self) -> None:
        members = [reader.member for reader in self._readers if reader.in_a_group]
        now = milliseconds(self._clock.now())
        if members:
            await self._database.write(lambda connection: leases.renew(connection, members, now))


def milliseconds(time: datetime) -> int:
    """A time as milliseconds since 1970."""
    return int(time.timestamp() * 1000)


def _tidy_piece(connection: sqlite3.Connection, *, topic: Topic, now: datetime) -> int:
    if topic.keep == "latest":
        return store.compact(connection, topic.name, milliseconds(now - TOMBSTONES_STAY))
    return store.expire(connection, topic.name, milliseconds(now - timedelta(days=topic.keep)))
