"""Reads the embedded log, alone or as one of a group."""

from __future__ import annotations

import asyncio
import contextlib
import sqlite3
from collections.abc import Callable, Mapping, Sequence

from notalone_chassis import logs
from notalone_chassis.errors import Unavailable
from notalone_chassis.events.embedded import leases, store
from notalone_chassis.events.embedded.database import Database
from notalone_chassis.events.log import Place, Stored, Taken
from notalone_chassis.events.waiting import at_most

AT_ONCE = 500
# How often a reader looks whether its group has changed.
BALANCE_SECONDS = 0.5


class EmbeddedReader:
    """See `Reader`."""

    def __init__(
        self,
        database: Database,
        topics: Sequence[str],
        *,
        group: str | None,
        member: str,
        now: Callable[[], int],
        alive: Callable[[str], bool],
        closed: Callable[[EmbeddedReader], None],
    ) -> None:
        self.member = member
        self.in_a_group = group is not None
        self._database = database
        self._topics = tuple(sorted(topics))
        self._group = group or ""
        self._now = now
        self._alive = alive
        self._me = leases.Member(self._group, member, self._topics)
        self._closed = closed
        self._wake = asyncio.Event()
        self._next: dict[Place, int] = {}
        self._handled: dict[Place, int] = {}
        self._look_again = 0.0

    async def take(self) -> Taken:
        """See `Reader`."""
        woken = self._wake.is_set()
        self._wake.clear()
        fresh = await self._balance()
        records = await self._fetch()
        if not (records or fresh or woken):
            await at_most(self._wake, BALANCE_SECONDS)
            self._wake.clear()
            records = await self._fetch()
        return Taken(records, fresh=fresh)

    async def done(self, records: Sequence[Stored]) -> None:
        """See `Reader`."""
        self._handled.update({one.place: one.offset + 1 for one in records if self.holds(one.place)})
        if not self.in_a_group:
            return
        offsets = dict(self._handled)
        try:
            await self._database.write(lambda conn: store.commit(conn, self._group, self.member, offsets))
        except Unavailable as error:
            logs.get("events").warning("offsets are not committed yet", exc_info=error)

    def holds(self, place: Place) -> bool:
        """See `Reader`."""
        return place in self._next

    def wake(self) -> None:
        """See `Reader`."""
        self._wake.set()

    async def ends(self) -> Mapping[Place, int]:
        """See `Reader`."""
        return await self._database.read(lambda conn: store.ends(conn, self._topics))

    async def reached(self, ends: Mapping[Place, int]) -> bool:
        """See `Reader`."""
        come = dict(self._handled)
        if self.in_a_group:
            for place, at in (await self._database.read(lambda conn: store.committed(conn, self._group))).items():
                come[place] = max(at, come.get(place, 0))
        missing = {place: come.get(place, 0) for place, end in ends.items() if come.get(place, 0) < end}
        if not missing:
            return True
        # What retention or compaction has taken away need not be handled.
        left = await self._database.read(lambda conn: store.fetch_each(conn, missing))
        return not any(one.offset < ends[one.place] for one in left)

    async def close(self) -> None:
        """See `Reader`."""
        self._closed(self)
        self._next.clear()
        if self.in_a_group:
            # Where it cannot be written, the others find out when this log is closed.
            with contextlib.suppress(Unavailable):
                await self._database.write(lambda conn: leases.leave(conn, self._group, self.member))

    async def _balance(self) -> bool:
        """Looks after the share of partitions; true where some have come."""
        if not self.in_a_group:
            if not self._next:
                self._next = dict.fromkeys(await self.ends(), 0)
            return False
        if self._next and asyncio.get_running_loop().time() < self._look_again:
            return False
        self._look_again = asyncio.get_running_loop().time() + BALANCE_SECONDS
        if await self._database.read(self._is_settled):
            return False
        share = await self._database.write(self._take_share)
        committed = await self._database.read(lambda conn: store.committed(conn, self._group))
        kept = {place: at for place, at in self._next.items() if place in share.kept}
        self._next = kept | {place: committed.get(place, 0) for place in share.held - kept.keys()}
        self._handled = {place: at for place, at in self._handled.items() if place in kept}
        return bool(share.held - kept.keys())

    async def _fetch(self) -> list[Stored]:
        # Those that gave nothing last time come first, so that a full partition does not starve the others.
        places = dict(self._next)
        records = await self._database.read(lambda conn: store.fetch(conn, places, AT_ONCE))
        for place in {one.place for one in records}:
            del self._next[place]
        self._next.update({one.place: one.offset + 1 for one in records})
        return records

    def _is_settled(self, connection: sqlite3.Connection) -> bool:
        return leases.settled(connection, self._me, now=self._now(), alive=self._alive)

    def _take_share(self, connection: sqlite3.Connection) -> leases.Share:
        return leases.balance(connection, self._me, now=self._now(), alive=self._alive)
