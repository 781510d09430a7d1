"""Opens the event bus that the settings ask for."""

from __future__ import annotations

from notalone_chassis.clock import Clock
from notalone_chassis.events import topics
from notalone_chassis.events.bus import Bus
from notalone_chassis.events.embedded.event_log import EmbeddedEventLog
from notalone_chassis.events.kafka.client import KafkaOptions
from notalone_chassis.events.kafka.event_log import KafkaEventLog
from notalone_chassis.events.log import EventLog
from notalone_chassis.events.settings import EventSettings
from notalone_chassis.telemetry import Telemetry
from notalone_chassis.telemetry.events import EventWatch


class UnsafeInProduction(RuntimeError):
    """An embedded adapter that loses what a fallen machine held was asked for in production."""


async def open_bus(
    settings: EventSettings, *, clock: Clock, service: str = "events", telemetry: Telemetry | None = None
) -> Bus:
    """Kafka where `NOTALONE_KAFKA_BOOTSTRAP` names it, else the embedded log under the data folder.

    Kafka need not be there yet: publishing raises Unavailable until it is, consumers wait. `service` is the one whose
    bus it is.

    Raises:
        UnsafeInProduction: see there.
        Unavailable: the embedded log cannot be opened.
    """
    known = topics.load()
    watch = EventWatch(telemetry or Telemetry(), service=service, clock=clock)
    bus = Bus(await _open_log(settings, known, clock), known, clock=clock, watch=watch)
    bus.show_lag([topic for topic in known if topic.owner == service])
    return bus


def kafka_options(settings: EventSettings) -> KafkaOptions:
    """How the settings say that Kafka is reached."""
    return KafkaOptions(bootstrap=settings.kafka_bootstrap, prefix=settings.kafka_prefix)


async def _open_log(settings: EventSettings, known: topics.Topics, clock: Clock) -> EventLog:
    if settings.kafka_bootstrap:
        return KafkaEventLog(kafka_options(settings))
    if settings.environment == "production":
        raise UnsafeInProduction("NOTALONE_KAFKA_BOOTSTRAP must name Kafka's brokers in production")
    return await EmbeddedEventLog.open(settings.data_dir / "events", known, clock=clock)
