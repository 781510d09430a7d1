"""Opens the event bus that the settings ask for."""

from __future__ import annotations

from notalone_chassis.clock import Clock
from notalone_chassis.events import topics
from notalone_chassis.events.bus import Bus
from notalone_chassis.events.embedded.event_log import EmbeddedEventLog
from notalone_chassis.events.log import EventLog
from notalone_chassis.events.settings import EventSettings
from notalone_chassis.telemetry import Telemetry
from notalone_chassis.telemetry.events import EventWatch


class UnsafeInProduction(RuntimeError):
    """An embedded adapter that loses what a fallen machine held was asked for in production."""


async def open_bus(
    settings: EventSettings, *, clock: Clock, service: str = "events", telemetry: Telemetry | None = None
) -> Bus:
    """The embedded log under the data folder; `service` is the one whose bus it is.

    Raises:
        UnsafeInProduction: see there.
        Unavailable: the embedded log cannot be opened.
    """
    known = topics.load()
    watch = EventWatch(telemetry or Telemetry(), service=service, clock=clock)
    return Bus(await _open_log(settings, known, clock), known, clock=clock, watch=watch)


async def _open_log(settings: EventSettings, known: topics.Topics, clock: Clock) -> EventLog:
    if settings.kafka_bootstrap:
        raise NotImplementedError("NOTALONE_KAFKA_BOOTSTRAP: Kafka cannot be used yet")
    if settings.environment == "production":
        raise UnsafeInProduction("NOTALONE_KAFKA_BOOTSTRAP must name Kafka's brokers in production")
    return await EmbeddedEventLog.open(settings.data_dir / "events", known, clock=clock)
