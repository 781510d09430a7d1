"""Mails and notices for tests of notify."""

from datetime import UTC, datetime

from google.protobuf.message import Message
from notalone.notify.v1 import events_pb2 as pb
from notalone_chassis.events.event import Event
from notalone_notify.domain.mail import Mail

NOW = datetime(2026, 11, 26, 3, tzinfo=UTC)


def fresh(**more) -> Mail:
    values = {
        "id": "m",
        "digest_id": "d",
        "role": "catalog-approver",
        "kind": pb.DRAFT_SUBMITTED,
        "urgent": False,
        "recipient": "r",
        "notices": 1,
        "state": pb.CREATED,
        "attempts": 0,
        "repeats": 0,
        "since": NOW,
        "due": NOW,
    }
    return Mail(**values | more)


def event(message: Message, **more) -> Event:
    values = {"id": "e1", "source": "/notalone/catalog", "key": "k", "time": NOW}
    kind = message.DESCRIPTOR.full_name
    return Event(**{"type": kind, "data": message.SerializeToString()} | values | more)
