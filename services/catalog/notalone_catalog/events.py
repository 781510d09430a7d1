"""The catalogue's events: whole public entries, and notices to staff."""

from __future__ import annotations

from datetime import datetime

from google.protobuf.message import Message
from notalone_chassis.events.event import Event
from notalone_kernel.entry_shelf import TOPIC, event_id

from notalone_catalog.domain.records import EntryRecord, public_entry

ENTRIES = TOPIC
NOTICES = "notalone.catalog.notices.v1"
SOURCE = "/notalone/catalog"
PUBLISHED, WITHDRAWN = "notalone.catalog.v1.EntryPublished", "notalone.catalog.v1.EntryWithdrawn"


def entry_event(record: EntryRecord, *, at: datetime) -> Event:
    """What is public of an entry now; a tombstone where nothing is."""
    entry = public_entry(record)
    return Event(
        id=event_id(record.id, record.public),
        type=WITHDRAWN if entry is None else PUBLISHED,
        source=SOURCE,
        key=record.id,
        time=at,
        data=None if entry is None else entry.SerializeToString(deterministic=True),
    )


def notice_event(entry_id: str, notice: Message, *, id_: str, at: datetime) -> Event:
    """A notice; its type is the name of the message."""
    return Event(
        id=id_,
        type=str(notice.DESCRIPTOR.full_name),
        source=SOURCE,
        key=entry_id,
        time=at,
        data=notice.SerializeToString(deterministic=True),
    )
