"""What every client of Kafka here has in common."""

from __future__ import annotations

import logging
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

from confluent_kafka import KafkaException, Message

from notalone_chassis import logs
from notalone_chassis.events.log import Record, Stored

PART = "kafka"


@dataclass(frozen=True, slots=True, kw_only=True)
class KafkaOptions:
    """How to reach Kafka.

    Attributes:
        bootstrap: addresses of brokers, "host:port,host:port".
        prefix: stands before every topic and group, so that several installations share a cluster.
        publish_seconds: how long publishing may take before it is Unavailable.
        group_protocol: "consumer" is KIP-848 (brokers from 4.0 on), "classic" the older one.
        librdkafka: settings of the library that are added to ours.
    """

    bootstrap: str
    prefix: str = ""
    publish_seconds: float = 10.0
    group_protocol: Literal["consumer", "classic"] = "consumer"
    librdkafka: Mapping[str, str | int | bool] = field(default_factory=dict)

    def common(self) -> dict[str, str | int | float | bool]:
        """Settings of producers and consumers."""
        return {
            "bootstrap.servers": self.bootstrap,
            "client.id": "notalone",
            # A broker that is back should be used soon.
            "reconnect.backoff.max.ms": 1000,
            "topic.metadata.refresh.interval.ms": 30_000,
            "log.connection.close": False,
            **self.librdkafka,
        }


def logger() -> logging.Logger:
    """Brings librdkafka's own lines into our log. They speak of connections, never of payloads."""
    made = logging.Logger("librdkafka")
    made.addHandler(_Forward())
    return made


class _Forward(logging.Handler):
    def emit(self, record: logging.LogRecord) -> None:
        logs.get("events").info("librdkafka", reason=record.getMessage())


def stored(topic: str, message: Message) -> Stored:
    """A message without an error as a record. What a stranger wrote may be no event: the bus finds that out."""
    partition, offset, headers = message.partition(), message.offset(), message.headers() or []
    if partition is None or offset is None:
        raise KafkaException(message.error())
    pairs = headers.items() if isinstance(headers, dict) else headers
    record = Record(
        key=_bytes(message.key()).decode(errors="replace"),
        value=message.value(),
        headers=tuple((name, _bytes(content)) for name, content in pairs),
    )
    return Stored(topic, partition, offset, record)


def _bytes(content: str | bytes | None) -> bytes:
    return content.encode() if isinstance(content, str) else content or b""
