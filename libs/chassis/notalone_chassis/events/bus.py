"""The bus: events, retries and dead letters over any log."""

from __future__ import annotations

import asyncio
import re
from collections.abc import Sequence
from random import Random

from notalone_chassis import logs
from notalone_chassis.clock import Clock
from notalone_chassis.events.cloudevents import to_record
from notalone_chassis.events.consumer import Closed, Consumer
from notalone_chassis.events.correspondence import Correspondence
from notalone_chassis.events.crashpoints import CrashPoints, NoCrash
from notalone_chassis.events.dead_letters import DeadLetterDesk
from notalone_chassis.events.delivery import Deliverer
from notalone_chassis.events.event import Event
from notalone_chassis.events.lag import LagWatch
from notalone_chassis.events.log import EventLog, Stored
from notalone_chassis.events.policy import Policy
from notalone_chassis.events.ports import Handler
from notalone_chassis.events.topics import DEAD, Topic, Topics, UnknownTopic
from notalone_chassis.events.waiting import Patience, Sleep
from notalone_chassis.telemetry import Telemetry
from notalone_chassis.telemetry.events import EventWatch, stamped

GROUP = re.compile(r"[a-z0-9][a-z0-9._-]{0,99}")

# Of a payload: below what a broker takes by default, on every log.
MAX_BYTES = 900_000


class Bus:
    """See `EventBus`. Made by `opening.open_bus`; tests make it over a log of theirs."""

    def __init__(
        self,
        log: EventLog,
        topics: Topics,
        *,
        clock: Clock,
        policy: Policy | None = None,
        sleep: Sleep = asyncio.sleep,
        random: Random | None = None,
        crash: CrashPoints | None = None,
        watch: EventWatch | None = None,
    ) -> None:
        """Takes the log over: closing the bus closes it. `random` is for the jitter of waits only."""
        self._log = log
        self._topics = topics
        self._clock = clock
        self._policy = policy or Policy()
        self._sleep = sleep
        self._random = random or Random()  # noqa: S311 jitter is no secret
        self._crash = crash or NoCrash()
        self._watch = watch or EventWatch(Telemetry(), service="events", clock=clock)
        self._consumers: list[Consumer] = []
        self._lag: LagWatch | None = None
        self._closed = False

    @property
    def dead_letters(self) -> DeadLetterDesk:
        """Looks into dead letters, replays and discards them."""
        self._check()
        return DeadLetterDesk(self._log, self._topics)

    async def publish(self, topic: str, events: Sequence[Event]) -> None:
        """See `EventBus`."""
        self._check()
        self._own(topic)
        if any(len(event.data or b"") > MAX_BYTES for event in events):
            raise ValueError(f"an event's payload has at most {MAX_BYTES} bytes")
        if events:
            with self._watch.publishing(topic, events):
                await self._log.append(topic, [to_record(event) for event in stamped(events)])

    async def consume(self, topics: Sequence[str], handler: Handler, *, group: str) -> Consumer:
        """See `EventBus`."""
        self._check()
        if not GROUP.fullmatch(group):
            raise ValueError("a group's name has lower case letters, digits, dots, hyphens, underscores")
        names = [self._own(topic) for topic in topics]
        patience = self._patience()
        letters = Correspondence(self._log, self._topics, group=group, clock=self._clock, patience=patience)
        reader = await self._log.read(names, group=group)
        consumer = Consumer(
            lambda: self._log.read(names, group=group),
            reader,
            Deliverer(self._watch.handler(handler, group), patience=patience, letters=letters),
            letters,
            patience=patience,
            crash=self._crash,
        )
        await letters.start(names, asked=consumer.wake)
        self._watch.letters(group, letters.unsettled)
        self._consumers.append(consumer)
        return consumer

    async def follow(self, topics: Sequence[str], handler: Handler) -> Consumer:
        """See `EventBus`."""
        self._check()
        names = [self._own(topic) for topic in topics]
        patience = self._patience()
        consumer = Consumer(
            lambda: self._log.read(names, group=None),
            await self._log.read(names, group=None),
            Deliverer(self._watch.follower(handler), patience=patience, letters=_Skipped()),
            None,
            patience=patience,
            crash=self._crash,
        )
        self._consumers.append(consumer)
        return consumer

    def show_lag(self, topics: Sequence[Topic]) -> None:
        """Shows from now on how far the groups of these topics are behind."""
        self._check()
        self._lag = LagWatch(self._log, topics, self._watch)
        self._lag.start()

    async def close(self) -> None:
        """See `EventBus`."""
        if self._closed:
            return
        self._closed = True
        if self._lag is not None:
            await self._lag.stop()
        await asyncio.gather(*(consumer.stop() for consumer in self._consumers))
        await self._log.close()

    def _check(self) -> None:
        if self._closed:
            raise Closed("the event bus is closed")

    def _own(self, topic: str) -> str:
        if topic.endswith(DEAD):
            raise UnknownTopic(topic)
        return self._topics[topic].name

    def _patience(self) -> Patience:
        return Patience(self._policy, sleep=self._sleep, random=self._random)


class _Skipped:
    """What a follower does with an event that it cannot handle: it is logged, and left out of the read model."""

    def is_known(self, _stored: Stored) -> bool:
        return False

    def is_parked(self, _stored: Stored) -> bool:
        return False

    async def park(self, stored: Stored) -> None:
        raise NotImplementedError

    async def give_up(self, _stored: Stored, *, reason: str, tries: int) -> None:
        logs.get("events").error("an event is left out of a read model", reason=reason, attempt=tries)
