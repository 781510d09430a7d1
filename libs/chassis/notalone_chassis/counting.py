"""Publishes counts by hour and prefecture: coarse, never of a person, and never in the way of a call.

Counting is an addition in memory. Once an hour is over, what may be told of it is published; while the bus is away it
waits, a bounded time, and then it is forgotten: a number is missing, and nobody is harmed.
"""

from __future__ import annotations

import asyncio
import contextlib
import uuid
from collections import deque
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Protocol

import structlog
from google.protobuf.message import Message
from notalone_kernel.counts import HourlyCounts, HourOfPlace

from notalone_chassis import logs
from notalone_chassis.clock import Clock
from notalone_chassis.events.event import Event
from notalone_chassis.events.opening import open_bus
from notalone_chassis.events.ports import EventBus
from notalone_chassis.events.settings import EventSettings
from notalone_chassis.telemetry import Telemetry

EVERY_SECONDS = 60.0
# At the end of a service, for what it has counted.
LAST_SECONDS = 2.0
# Events that wait for a bus that is away: two days of every prefecture.
MOST_WAITING = 48 * 48
_HOUR = timedelta(hours=1)


class Count(Protocol):
    """Counts one thing that happened now."""

    def __call__(self, prefecture: str, *cell: str) -> None:
        """Never fails, never waits.

        Args:
            prefecture: two digits; empty where unknown.
            cell: what happened, in words of ours; never a person's.
        """
        ...


def uncounted(prefecture: str, *cell: str) -> None:
    """Where nobody wants to know."""


@dataclass(slots=True, kw_only=True)
class Counting:
    """The counts of one service. `of_service` makes them.

    Attributes:
        service: whose they are; names the topic.
        payload: the event's message for one hour of one prefecture.
        clock: tells the hour.
        open_bus: opens the bus for one publishing; nothing stays open in between.
        log: told when counts could not be published.
    """

    service: str
    payload: Callable[[HourOfPlace], Message]
    clock: Clock
    open_bus: Callable[[], Awaitable[EventBus]]
    log: structlog.typing.FilteringBoundLogger
    _counts: HourlyCounts = field(default_factory=HourlyCounts)
    _waiting: deque[Event] = field(default_factory=lambda: deque(maxlen=MOST_WAITING))
    _publishing: asyncio.Task[None] | None = None

    def count(self, prefecture: str, *cell: str) -> None:
        """See `Count`."""
        self._counts.add(self._hour(), prefecture, cell)

    def start(self) -> None:
        """Publishes from now on, once a minute what is due."""
        self._publishing = asyncio.create_task(self._forever())

    async def stop(self) -> None:
        """Publishes what there is, the hour at work too, if the bus takes it at once."""
        if self._publishing is not None:
            self._publishing.cancel()
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(LAST_SECONDS):
                await self.publish(before=self._hour() + 1)

    async def publish(self, *, before: int | None = None) -> None:
        """Publishes all hours that are over; keeps them for the next time where that fails."""
        self._waiting.extend(
            self._event(one) for one in self._counts.take(before=self._hour() if before is None else before)
        )
        if not self._waiting:
            return
        events = list(self._waiting)
        try:
            bus = await self.open_bus()
            try:
                await bus.publish(self._topic, events)
            finally:
                await bus.close()
        except Exception as error:  # noqa: BLE001 whatever ails the bus, calls go on
            self.log.warning("counts not published", reason=type(error).__name__, count=len(events))
            return
        for _ in events:
            self._waiting.popleft()

    async def _forever(self) -> None:
        while True:
            await asyncio.sleep(EVERY_SECONDS)
            await self.publish()

    @property
    def _topic(self) -> str:
        return f"notalone.{self.service}.counts.v1"

    def _hour(self) -> int:
        return int(self.clock.now().timestamp()) // 3600

    def _event(self, one: HourOfPlace) -> Event:
        message = self.payload(one)
        begin = beginning(one.hour)
        return Event(
            id=str(uuid.uuid4()),
            type=str(message.DESCRIPTOR.full_name),
            source=f"/notalone/{self.service}",
            key=f"{begin:%Y-%m-%dT%H}/{one.place}",
            time=begin + _HOUR,
            data=message.SerializeToString(),
        )


def of_service(
    service: str,
    payload: Callable[[HourOfPlace], Message],
    settings: EventSettings,
    *,
    clock: Clock,
    telemetry: Telemetry | None,
) -> Counting:
    """The counts of a service, published where its settings say."""

    async def open_own_bus() -> EventBus:
        return await open_bus(settings, clock=clock, service=service, telemetry=telemetry)

    return Counting(service=service, payload=payload, clock=clock, open_bus=open_own_bus, log=logs.get(service))


def beginning(hour: int) -> datetime:
    """When an hour began."""
    return datetime.fromtimestamp(hour * 3600, UTC)
