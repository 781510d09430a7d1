"""The payload of an event as JSON, for whoever looks into it."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator

from google.protobuf import descriptor_pool, json_format, message_factory
from google.protobuf.message import DecodeError

from notalone_chassis.events.cloudevents import MalformedEvent, to_event
from notalone_chassis.events.letters import Letter
from notalone_chassis.events.topics import Topics


def described(letter: Letter, topics: Topics) -> dict[str, object]:
    """All that a letter tells, as JSON can hold it; `payload` only where its message is known to this process."""
    told: dict[str, object] = {
        "topic": letter.topic,
        "letter": letter.name,
        "key": letter.record.key,
        "reason": letter.reason,
        "tries": letter.tries,
        "time": letter.time.isoformat(),
        "headers": {name: value.decode(errors="replace") for name, value in letter.record.headers},
        "tombstone": letter.record.value is None,
    }
    payload = _payload(letter, topics)
    return told if payload is None else {**told, "payload": payload}


def _payload(letter: Letter, topics: Topics) -> object:
    if letter.record.value is None:
        return None
    for name in _names(letter, topics):
        try:
            descriptor = descriptor_pool.Default().FindMessageTypeByName(name)
            message = message_factory.GetMessageClass(descriptor).FromString(letter.record.value)
        except (KeyError, DecodeError):
            continue
        return json_format.MessageToDict(message)
    return None


def _names(letter: Letter, topics: Topics) -> Iterator[str]:
    with contextlib.suppress(MalformedEvent):
        yield to_event(letter.record).type
    yield topics[letter.topic].payload
