"""An event as a record of a log: CloudEvents 1.0 in Kafka's binary mode, seven headers and the bare payload."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime

from notalone_chassis.events.event import Event
from notalone_chassis.events.log import Headers, Record

SPEC_VERSION = "1.0"
CONTENT_TYPE = "application/protobuf"


class MalformedEvent(ValueError):
    """A record that is no event of ours: a header is missing or cannot be read."""


def to_record(event: Event) -> Record:
    """The record of an event; its key is the event's key, its value the payload.

    Raises:
        ValueError: it lacks an id, type, source or key, or its time is naive.
    """
    if not (event.id and event.type and event.source and event.key):
        raise ValueError("an event needs an id, a type, a source and a key")
    headers = {
        "ce_specversion": SPEC_VERSION,
        "ce_id": event.id,
        "ce_type": event.type,
        "ce_source": event.source,
        "ce_subject": event.key,
        "ce_time": _written(event.time),
        "content-type": CONTENT_TYPE,
    }
    if event.traceparent:
        headers["traceparent"] = event.traceparent
    return Record(key=event.key, value=event.data, headers=to_headers(headers))


def to_event(record: Record) -> Event:
    """The event of a record.

    Raises:
        MalformedEvent: see there.
    """
    headers = texts(record.headers)
    if headers.get("ce_specversion") != SPEC_VERSION:
        raise MalformedEvent("ce_specversion")
    if record.value is not None and headers.get("content-type") != CONTENT_TYPE:
        raise MalformedEvent("content-type")
    return Event(
        id=_needed(headers, "ce_id"),
        type=_needed(headers, "ce_type"),
        source=_needed(headers, "ce_source"),
        key=_needed(headers, "ce_subject"),
        time=_read(_needed(headers, "ce_time")),
        data=record.value,
        traceparent=headers.get("traceparent", ""),
    )


def to_headers(headers: Mapping[str, str]) -> Headers:
    """Headers as a log keeps them."""
    return tuple((name, value.encode()) for name, value in headers.items())


def texts(headers: Headers) -> dict[str, str]:
    """Headers as text.

    Raises:
        MalformedEvent: a value is not UTF-8.
    """
    try:
        return {name: value.decode() for name, value in headers}
    except UnicodeDecodeError as error:
        raise MalformedEvent("headers") from error


def _needed(headers: Mapping[str, str], name: str) -> str:
    value = headers.get(name, "")
    if not value:
        raise MalformedEvent(name)
    return value


def _written(time: datetime) -> str:
    if time.tzinfo is None:
        raise ValueError("an event needs an aware time")
    return time.astimezone(UTC).isoformat().replace("+00:00", "Z")


def _read(text: str) -> datetime:
    try:
        time = datetime.fromisoformat(text)
    except ValueError as error:
        raise MalformedEvent("ce_time") from error
    if time.tzinfo is None:
        raise MalformedEvent("ce_time")
    return time.astimezone(UTC)
