"""Spans and metrics round the event bus, whatever adapter it is."""

from __future__ import annotations

import dataclasses
from collections import Counter
from collections.abc import Sequence

from notalone_chassis.clock import Clock
from notalone_chassis.events.event import Delivery, Event
from notalone_chassis.events.ports import Consuming, EventBus, Handler
from notalone_chassis.telemetry.process import Telemetry
from notalone_chassis.telemetry.tracing import traceparent


class ObservedBus:
    """An event bus that is watched: every event carries the trace it came from, and its handling goes on with it."""

    def __init__(self, bus: EventBus, *, telemetry: Telemetry, service: str, clock: Clock) -> None:
        self._bus = bus
        self._metrics = telemetry.metrics
        self._tracing = telemetry.tracing(service)
        self._service = service
        self._clock = clock

    async def publish(self, topic: str, events: Sequence[Event]) -> None:
        """See `EventBus.publish`; an event without a trace gets the one at work."""
        header = traceparent()
        try:
            await self._bus.publish(
                topic,
                [event if event.traceparent else dataclasses.replace(event, traceparent=header) for event in events],
            )
        except BaseException:
            self._metrics.count("notalone_event_publish_failures_total", topic=topic)
            raise
        self._metrics.count("notalone_events_published_total", len(events), topic=topic)

    async def consume(self, topics: Sequence[str], handler: Handler, *, group: str) -> Consuming:
        """See `EventBus.consume`."""
        return await self._bus.consume(topics, self._observed(handler, group), group=group)

    async def follow(self, topics: Sequence[str], handler: Handler) -> Consuming:
        """See `EventBus.follow`."""
        return await self._bus.follow(topics, self._observed(handler, f"{self._service}-follows"))

    async def close(self) -> None:
        """See `EventBus.close`."""
        await self._bus.close()

    def _observed(self, handler: Handler, group: str) -> Handler:
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
                    self._metrics.count("notalone_event_batch_failures_total", group=group)
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
