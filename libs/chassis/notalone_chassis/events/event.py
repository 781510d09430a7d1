"""One event: CloudEvents 1.0, its payload a protobuf message."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Event:
    """A fact that has happened.

    Attributes:
        id: unique among all events of all time; consumers apply each id at most once.
        type: versioned name of the payload, as "notalone.catalog.v1.EntryPublished".
        source: who says so, as "/notalone/catalog".
        key: id of the aggregate; events of one key keep their order. CloudEvents calls it `subject`.
        time: when it happened, aware.
        data: the payload, a serialised protobuf message; None is a tombstone: the aggregate is withdrawn.
        traceparent: the W3C trace it belongs to; empty where none.
    """

    id: str
    type: str
    source: str
    key: str
    time: datetime
    data: bytes | None
    traceparent: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Delivery:
    """An event as a consumer gets it: again after a crash, always in the order of its key."""

    event: Event
    topic: str
    partition: int
    offset: int
    # 1 for the first time this process tries it.
    attempt: int = 1
