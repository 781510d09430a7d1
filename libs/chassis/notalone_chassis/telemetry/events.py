"""Spans and metrics round the event bus, whatever log it stands on."""

from __future__ import annotations

import dataclasses
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager

from notalone_chassis.clock import Clock
from notalone_chassis.events.event import Delivery, Event
from notalone_chassis.events.ports import Handler
from notalone_chassis.telemetry.process import Telemetry
from notalone_chassis.telemetry.tracing import traceparent


class EventWatch:
    """Watches the bus of one service: the handling of an event goes on with the trace of the call that made it."""

    def __init__(self, telemetry: Telemetry, *, service: str, clock: Clock) -> None:
        self._metrics = telemetry.metrics
        self._tracing = telemetry.tracing(service)
        self._service = service
        self._clock = clock

    @contextmanager
    def publishing(self, topic: str, events: Sequence[Event]) -> Iterator[None]:
        """Counts what is published in this block, or that it failed."""
        try:
            yield
        except BaseException:
            self._metrics.count("notalone_event_publish_failures_total", topic=topic)
            raise
        self._metrics.count("notalone_events_published_total", len(events), topic=topic)

    def letters(self, group: str, unsettled: Callable[[], int]) -> None:
        """Shows how many dead letters of a group are unsettled; asked from another thread."""
        self._metrics.ask("notalone_dead_letters", unsettled, group=group)

    def lag(self, topic: str, group: str, events: int) -> None:
        """Shows how many events of a topic a group has still to handle."""
        self._metrics.set("notalone_event_lag", events, group=group, topic=topic)

    def follower(self, handler: Handler) -> Handler:
        """The handler of a read model, watched."""
        return self.handler(handler, f"{self._service}-follows")

    def handler(self, handler: Handler, group: str) -> Handler:
        """The handler of a group, watched."""

        async def handle(deliveries: Sequence[Delivery]) -> None:
            attributes: dict[str, str | int] = {
                "messaging.destination.name": deliveries[0].topic,
                "messaging.consumer.group.name": group,
                "messaging.batch.message_count": len(deliveries),
            }
            parents = [delivery.event.traceparent for delivery in deliveries]
            with self._tracing.span("event.process", attributes, parents=parents):
                try:
                    await handler(deliveries)
                except BaseException:
                    self._metrics.count("notalone_event_failures_total", group=group)
                    raise
            self._count_handled(deliveries, group)

        return handle

    def _count_handled(self, deliveries: Sequence[Delivery], group: str) -> None:
        for topic, handled in Counter(delivery.topic for delivery in deliveries).items():
            self._metrics.count("notalone_events_handled_total", handled, group=group, topic=topic)
        now = self._clock.now()
        for delivery in deliveries:
            age = (now - delivery.event.time).total_seconds()
            self._metrics.observe("notalone_event_age_seconds", max(0.0, age), group=group, topic=delivery.topic)


def stamped(events: Sequence[Event]) -> list[Event]:
    """The same events; those without a trace get the one at work."""
    header = traceparent()
    return [event if event.traceparent else dataclasses.replace(event, traceparent=header) for event in events]
