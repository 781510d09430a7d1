"""Histories of the catalogue from command to projection, in which anything may fail, stand still, repeat or jump.

Two processes work on one SQLite file; each has the real use cases, outbox and relay, a read model with its index that
follows the entries, and one of a group of two consumers: a shared index, and a count in SQL behind an inbox.
"""

from __future__ import annotations

import asyncio
import contextlib
import itertools
import tempfile
from collections import defaultdict
from datetime import UTC, datetime, timedelta

from histories import commands
from histories.effects import Watched
from histories.process import NEEDS, TOPICS, Process, public
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, rule
from notalone_catalog import projection
from notalone_catalog.adapters.tantivy_index import TantivyProgrammeIndex
from notalone_catalog.domain.wording import Wording
from notalone_catalog.events import ENTRIES, NOTICES
from notalone_catalog.feeding import Feed
from notalone_chassis.events.crashpoints import Crash
from notalone_chassis.sql import migrations
from notalone_chassis.sql.database import open_database
from notalone_chassis.sql.lease import TERM
from notalone_chassis.sql.tables import OUTBOX
from notalone_kernel.entry_shelf import EntryShelf
from sqlalchemy import select

NOON = datetime(2026, 11, 26, 3, tzinfo=UTC)
# How long a history waits for handlers that were let through; what takes longer is delayed a little more.
MOMENT = 0.05
SECONDS = 60
WHO = st.integers(0, 1)
RELAY_POINTS = ["relay.before_publish", "relay.after_publish_before_mark", "relay.after_mark"]
CONSUMER_POINTS = ["consumer.before_handler", "consumer.after_handler_before_commit", "consumer.after_commit"]


class Histories(RuleBasedStateMachine):
    """`runner` and `logs` outlast a history: see `logs`."""

    def __init__(self, runner: asyncio.Runner, logs) -> None:
        super().__init__()
        self.runner, self.logs = runner, logs
        self.processes: list[Process] = []

    def run(self, work):
        return self.runner.run(asyncio.wait_for(work, SECONDS))

    @initialize()
    def begin(self) -> None:
        self.folder = tempfile.TemporaryDirectory()
        self.url = f"sqlite+aiosqlite:///{self.folder.name}/catalog.db"
        self.effects_url = f"sqlite+aiosqlite:///{self.folder.name}/effects.db"
        self.base, self.skew = NOON, [timedelta(0), timedelta(0)]
        self.mark = self.logs.begin()
        numbers = itertools.count(1)
        self.new_id = lambda: f"{self.mark}id-{next(numbers)}"
        self.committed: dict[tuple[str, str], list[str]] = defaultdict(list)
        self.published: dict[tuple[str, str], list[str]] = defaultdict(list)
        self.faults: list[str] = []
        self.sights: list[dict[tuple[str, str], list[str]]] = []
        self.seen = 0
        # A relay that published late and died before it could put that right; see the decision on the outbox.
        self.died_late = False
        self.run(self._begin())

    async def _begin(self) -> None:
        index = TantivyProgrammeIndex(Wording(NEEDS))
        self.shared = Watched(index.apply, index, self)
        self.checker = open_database(self.url, application="checker", synchronous="NORMAL")
        await migrations.migrate(self.checker, "notalone_catalog")
        effects = open_database(self.effects_url, application="checker", synchronous="NORMAL")
        await migrations.migrate(effects, "example_migrations")
        await effects.close()
        self.processes = [Process(name, self) for name in ("one", "two")]
        for process in self.processes:
            await process.start()

    async def open_log(self, name, clock):
        return await self.logs.open(self.folder.name, TOPICS, name=name, clock=clock)

    async def note(self) -> None:
        """Remembers what was committed, before anything is pruned."""
        async with self.checker.read() as connection:
            query = select(OUTBOX).where(OUTBOX.c.seq > self.seen).order_by(OUTBOX.c.seq)
            for row in await connection.execute(query):
                self.seen = row.seq
                self.committed[row.topic, row.key].append(row.event_id)

    @rule(
        who=WHO,
        what=st.sampled_from(sorted(commands.ALL)),
        key=st.sampled_from(commands.KEYS),
        text=st.sampled_from("abc"),
        end=st.sampled_from(["commits", "commits", "commits", "outbox.before_commit", "outbox.after_commit"]),
    )
    def command(self, who: int, what: str, key: str, text: str, end: str) -> None:
        """A use case; it may be refused, or its process may die: without its relay having been told."""
        process = self.processes[who]
        process.crash.next = end
        try:
            self.run(commands.do(process, what, self.mark + key, text))
        except Crash:
            if process.paused is None:
                process.start_relay()
            else:
                self.restart(who)
        process.crash.next = None
        self.run(self.note())

    @rule(who=WHO, point=st.sampled_from([None, None, *RELAY_POINTS]))
    def relay(self, who: int, point: str | None) -> None:
        process = self.processes[who]
        if process.paused is None:
            process.crash.next = point
            self.run(process.round())
            process.crash.next = None

    @rule(who=WHO, how=st.sampled_from(["away", "in part", "unacknowledged"]), after=st.integers(0, 3))
    def trouble(self, who: int, how: str, after: int) -> None:
        """The next publication fails, or seems to."""
        way = self.processes[who].way
        way.unacknowledged = how == "unacknowledged"
        way.fails_after = {"away": 0, "in part": after}.get(how)

    @rule(who=WHO, after=st.integers(0, 3))
    def pause(self, who: int, after: int) -> None:
        """Stops a relay in the middle of publishing."""
        process = self.processes[who]
        if process.paused is not None:
            return
        process.way.pause_after = after

        async def until_paused() -> None:
            task = asyncio.ensure_future(process.round())
            waiting = asyncio.ensure_future(process.way.is_paused.wait())
            await asyncio.wait([task, waiting], return_when=asyncio.FIRST_COMPLETED)
            process.paused = None if task.done() else task
            waiting.cancel()

        self.run(until_paused())
        process.way.pause_after = None

    @rule(who=WHO, point=st.sampled_from([None, "relay.after_publish_before_mark"]))
    def go_on(self, who: int, point: str | None) -> None:
        process = self.processes[who]
        if process.paused is not None:
            before = process.relay
            process.crash.next = point
            process.way.go_on.set()
            self.run(process.paused)
            self.died_late |= process.relay is not before
            process.crash.next, process.paused = None, None

    @rule(who=WHO, key=st.sampled_from(commands.KEYS), after=st.integers(0, 1))
    def overtake(self, who: int, key: str, after: int) -> None:
        """A relay sleeps while it publishes; the other takes over, publishes newer events, and then it wakes."""
        self.relay(who, None)
        self.command(who, "publish", key, "a", "commits")
        self.pause(who, after)
        self.command(1 - who, "publish", key, "b", "commits")
        for _ in range(2):
            self.time_passes(int(TERM.total_seconds()))
            self.relay(1 - who, None)
        self.relay(1 - who, None)
        self.go_on(who, None)

    @rule(who=WHO, told=st.lists(st.sampled_from(["works", "works", "is away", "fails late"]), min_size=1, max_size=4))
    def handle(self, who: int, told: list[str]) -> None:
        """Lets some batches through to the handlers of a process; all others are late."""
        self.run(self._handle(who, told))

    async def _handle(self, who: int, told: list[str]) -> None:
        gate = self.processes[who].gate
        gate.passed.clear()
        gate.say(*told)
        with contextlib.suppress(TimeoutError):
            await asyncio.wait_for(gate.passed.wait(), MOMENT)

    @rule(who=WHO, point=st.sampled_from(CONSUMER_POINTS), before=st.integers(0, 2))
    def consumer_crashes(self, who: int, point: str, before: int) -> None:
        crash = self.processes[who].crash
        self.handle(who, ["works"] * before)
        crash.next = point
        self.handle(who, ["works", "works"])
        crash.next = None
        if crash.hit:
            self.restart(who)

    @rule(who=WHO, count=st.integers(1, 10))
    def hand_out_again(self, who: int, count: int) -> None:
        self.processes[who].log.group_reader.hand_out_again(count)

    @rule(who=WHO)
    def restart(self, who: int) -> None:
        self.run(self.processes[who].kill())
        self.run(self.processes[who].start())
        self.set_clocks()

    @rule(seconds=st.integers(0, 15))
    def time_passes(self, seconds: int) -> None:
        self.base += timedelta(seconds=seconds)
        self.set_clocks()

    @rule(who=WHO, seconds=st.integers(-600, 600))
    def clock_jumps(self, who: int, seconds: int) -> None:
        self.skew[who] = timedelta(seconds=seconds)
        self.set_clocks()

    def set_clocks(self) -> None:
        for process, skew in zip(self.processes, self.skew, strict=True):
            process.clock.advance(self.base + skew - process.clock.now())

    def teardown(self) -> None:
        """All troubles end; then everything must have come right."""
        if not self.processes:
            return
        try:
            for who in range(2):
                self.go_on(who, None)
            self.run(self.settle())
            self.run(self.check())
            self.run(self.replay())
            self.run(self.check())
        finally:
            self.run(self.end())
            self.folder.cleanup()

    async def settle(self) -> None:
        """Relays and consumers go on until nothing waits."""
        for process in self.processes:
            process.gate.open = True
            process.gate.say()
            process.way.fails_after, process.way.unacknowledged = None, False
        first = self.processes[0].relay
        for _ in range(100):
            self.time_passes(int(TERM.total_seconds()) + 1)
            before = sum(map(len, self.published.values()))
            for process in self.processes:
                await process.round()
                await process.relay.hold()
            if first.backlog_size == 0 and sum(map(len, self.published.values())) == before:
                break
        assert first.backlog_size == 0
        for process in self.processes:
            await process.group.caught_up()
            await process.follower.caught_up()

    async def check(self) -> None:
        assert not self.faults, self.faults[0]
        truth = await public(self.processes[0].records)
        for process in self.processes:
            assert await process.model.differs_from(truth) is None
        assert await self.shared.differs_from(truth) is None
        for place, ids in self.committed.items():
            assert list(dict.fromkeys(self.published[place])) == ids, "not published, or out of order"
            assert self.died_late or self.published[place][-1] == ids[-1], "an old event stands last"
        await self.check_effects()

    async def check_effects(self) -> None:
        done: dict[tuple[str, str], list[str]] = defaultdict(list)
        for place, id_, count in await self.processes[0].effects.done():
            assert count == 1, f"{id_} was applied {count} times"
            if place[1].startswith(self.mark):
                done[place].append(id_)
        for place, ids in self.committed.items():
            if place[0] == NOTICES:
                assert done[place] == ids, "lost, or out of order"
            else:
                # Compaction takes away all but the last. What it took is seen late, behind newer ones, by an inbox that
                # never had it: when a late relay publishes it once more, or when a consumer that stood still with it in
                # hand goes on after another has had its partition. So whoever keeps a state by this topic holds
                # revisions against each other, as the read models do, which are compared after every batch. Each
                # consumer by itself sees the order of the log.
                assert {*done[place]} <= {*ids}
                assert self.published[place][-1] in done[place], "lost"
        assert {*done} <= {*self.committed}
        for place, ids in ((place, ids) for one in self.sights for place, ids in one.items()):
            if place[1].startswith(self.mark):
                assert _are_among(ids, in_order=self.published[place]), "not in the order of the log"

    async def replay(self) -> None:
        """All topics from their first event: for a new read model, and once more for those that there are."""
        process = self.processes[0]
        shelf, index, deliveries = EntryShelf([]), TantivyProgrammeIndex(Wording(NEEDS)), []

        async def keep(batch) -> None:
            deliveries.extend(one for one in batch if one.event.key.startswith(self.mark))

        follower = await process.bus.follow([ENTRIES, NOTICES], keep)
        await follower.caught_up()
        await follower.stop()
        changes = projection.changes([one for one in deliveries if one.topic == ENTRIES])
        feed = Feed(shelf)
        await feed.attach(index)
        model = Watched(feed.apply, index, self, shelf=shelf)
        await model.apply(changes)
        if not self.died_late:
            assert await model.differs_from(await public(process.records)) is None
        for one in self.processes:
            await one.model.apply(changes)
        await self.shared.apply(changes)
        await process.effects.apply(deliveries, now=self.base)

    async def end(self) -> None:
        for process in self.processes:
            await process.kill()
        await self.checker.close()


def _are_among(seen, *, in_order) -> bool:
    left = iter(in_order)
    return all(one in left for one in seen)
