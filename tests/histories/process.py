"""One process of the catalogue beside its consumers, put together as its `main` does, but moved step by step."""

from __future__ import annotations

import asyncio
import contextlib
import itertools
from collections import deque

from histories.effects import Effects, Watched
from notalone_catalog import projection
from notalone_catalog.adapters.sql_records import SqlRecords
from notalone_catalog.adapters.tantivy_index import TantivyProgrammeIndex
from notalone_catalog.authoring.partner import PartnerDesk
from notalone_catalog.authoring.staff import StaffDesk
from notalone_catalog.domain.records import public_entry
from notalone_catalog.domain.wording import Wording
from notalone_catalog.events import ENTRIES, NOTICES
from notalone_catalog.feeding import Feed
from notalone_chassis.clock import FixedClock
from notalone_chassis.errors import Unavailable
from notalone_chassis.events.bus import Bus
from notalone_chassis.events.crashpoints import Crash
from notalone_chassis.events.policy import Policy
from notalone_chassis.events.topics import Topics, load
from notalone_chassis.sql.database import open_database
from notalone_chassis.sql.relay import Relay
from notalone_kernel.entry_shelf import Change, EntryShelf

NEEDS = {"lonely.talk": {"ja": "話を聞いてほしい", "en": "Somebody who listens"}}
# Nothing is given up: dead letters have tests of their own.
PATIENT = Policy(tries=1_000_000, first_wait=0.001, longest_wait=0.005)
TOPICS = Topics([one.model_copy(update={"partitions": 2}) for one in load() if one.name in {ENTRIES, NOTICES}])
GROUP = "histories"


class CrashWhenTold:
    """Dies at the point it is given, once."""

    def __init__(self) -> None:
        self.next: str | None = None
        self.hit = False

    def reach(self, point: str) -> None:
        if point == self.next:
            self.next, self.hit = None, True
            raise Crash(point)


class Gate:
    """Lets handlers through one at a time, and says what becomes of them; open for all when a history ends."""

    def __init__(self) -> None:
        self.told: deque[str] = deque()
        self.open = self.killed = False
        self._moved = asyncio.Event()
        self.passed = asyncio.Event()

    def say(self, *told: str) -> None:
        self.told.extend(told)
        self._moved.set()

    async def enter(self) -> str:
        while not (self.open or self.killed or self.told):
            self._moved.clear()
            await self._moved.wait()
        if self.killed:
            raise Crash("killed")
        told = self.told.popleft() if self.told else "works"
        if not self.told:
            self.passed.set()
        return told


class Way:
    """The relay's way to the bus: may be away, lose an acknowledgement, or stand still in the middle."""

    def __init__(self, bus: Bus, world) -> None:
        self._bus = bus
        self._world = world
        self.fails_after: int | None = None
        self.unacknowledged = False
        self.pause_after: int | None = None
        self.is_paused, self.go_on = asyncio.Event(), asyncio.Event()

    async def publish(self, topic, events) -> None:
        for number, one in enumerate(events):
            if number == self.pause_after:
                self.pause_after = None
                self.go_on.clear()
                self.is_paused.set()
                await self.go_on.wait()
                self.is_paused.clear()
            if number == self.fails_after:
                self.fails_after = None
                raise Unavailable("events")
            await self._bus.publish(topic, [one])
            self._world.published[topic, one.key].append(one.id)
        if self.unacknowledged:
            self.unacknowledged = False
            raise Unavailable("events")


class Process:
    """A process; `start` after a kill begins anew on the same files."""

    tokens = itertools.count()

    def __init__(self, name: str, world) -> None:
        """`world` has the history's files, log, shared index and what was seen of it."""
        self.name, self._world = name, world
        self.clock = FixedClock(world.base)
        self.paused: asyncio.Task[int] | None = None

    async def start(self) -> None:
        world = self._world
        self.crash, self.gate = CrashWhenTold(), Gate()
        self.database = open_database(world.url, application=self.name, synchronous="NORMAL", crash=self.crash)
        self.records = SqlRecords(self.database, clock=self.clock, new_id=world.new_id)
        self.staff = StaffDesk(self.records, needs=NEEDS, clock=self.clock)
        self.partner = PartnerDesk(self.records, clock=self.clock, new_id=world.new_id)
        self.log = await world.open_log(self.name, self.clock)
        self.bus = Bus(self.log, TOPICS, clock=self.clock, policy=PATIENT, crash=self.crash)
        self.way = Way(self.bus, world)
        self.start_relay()
        self.effects = Effects(world)
        await self._read_model()
        self.group = await self.bus.consume([ENTRIES, NOTICES], self._handle, group=GROUP)

    async def _read_model(self) -> None:
        self.shelf = EntryShelf([])
        self.feed = Feed(self.shelf)
        self.index = TantivyProgrammeIndex(Wording(NEEDS))
        await self.feed.attach(self.index)
        self.model = Watched(self.feed.apply, self.index, self._world, shelf=self.shelf)
        await self.model.apply(await public(self.records))
        self.follower = await self.bus.follow([ENTRIES], self._follow)

    def start_relay(self) -> None:
        token = f"{self.name}{next(self.tokens)}"
        self.relay = Relay(
            self.database, self.way, service=self.name, token=token, clock=self.clock, crash=self.crash, batch=4
        )

    async def _follow(self, batch) -> None:
        await self._told(lambda: self.model.apply(projection.changes(batch)))

    async def _handle(self, batch) -> None:
        async def both() -> None:
            await self._world.shared.apply(projection.changes([one for one in batch if one.topic == ENTRIES]))
            await self.effects.apply(batch, now=self.clock.now())

        await self._told(both)

    async def _told(self, work) -> None:
        told = await self.gate.enter()
        if told == "is away":
            raise Unavailable("somebody")
        await work()
        if told == "fails late":
            raise ZeroDivisionError

    async def round(self) -> None:
        """A step of the relay; a crash is followed by a start."""
        try:
            with contextlib.suppress(Unavailable):
                await self.relay.hold()
                await self.relay.round()
        except Crash:
            self.start_relay()

    async def kill(self) -> None:
        """Nothing of it goes on."""
        if self.paused is not None:
            self.paused.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await self.paused
            self.paused = None
        self.gate.killed = True
        self.gate.say()
        await self.bus.close()
        await self.effects.close()
        await self.database.close()


async def public(records) -> list[Change]:
    """The truth, as `Truth.changes` reads it."""
    async with records.look() as look:
        found = await look.records()
    return [Change(one.id, one.public, public_entry(one)) for one in found if one.last_live]
