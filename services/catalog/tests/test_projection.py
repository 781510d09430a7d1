"""What entry events say to a search index."""

from datetime import UTC, datetime

from notalone.catalog.v1.entry_pb2 import Entry
from notalone_catalog import projection
from notalone_chassis.events.event import Delivery, Event
from notalone_kernel.entry_shelf import Change, event_id

NOW = datetime(2026, 4, 1, 3, tzinfo=UTC)


def event(id_: str, data: bytes | None, key: str = "a") -> Event:
    type_ = "notalone.catalog.v1.EntryPublished"
    return Event(id=id_, type=type_, source="/notalone/catalog", key=key, time=NOW, data=data)


class Kept:
    def __init__(self):
        self.changes: list[Change] = []

    async def apply(self, changes) -> None:
        self.changes += changes


async def test_events_become_changes_in_their_order():
    index = Kept()
    entry = Entry(id="a", revision=3)
    events = [event(event_id("a", 3), entry.SerializeToString()), event(event_id("a", 4), None)]
    batch = [Delivery(event=one, topic="t", partition=0, offset=place) for place, one in enumerate(events)]
    await projection.project(index, batch)
    assert index.changes == [Change("a", 3, entry), Change("a", 4, None)]
