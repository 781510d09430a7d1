"""What entry events say to a search index."""

from datetime import UTC, datetime

import pytest
from notalone.catalog.v1.entry_pb2 import Entry
from notalone_catalog import projection
from notalone_catalog.ports import Change
from notalone_chassis.events.event import Delivery, Event

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
    events = [event(projection.event_id("a", 3), entry.SerializeToString()), event(projection.event_id("a", 4), None)]
    batch = [Delivery(event=one, topic="t", partition=0, offset=place) for place, one in enumerate(events)]
    await projection.project(index, batch)
    assert index.changes == [Change("a", 3, entry), Change("a", 4, None)]


@pytest.mark.parametrize(
    "wrong",
    [
        event("a", None),
        event("a@x", None),
        event("b@1", None),
        event("a@1", b"\xff\xff"),
        event("a@1", Entry(id="a", revision=2).SerializeToString()),
        event("a@1", Entry(id="b", revision=1).SerializeToString()),
    ],
)
def test_what_is_no_entry_event_is_refused(wrong):
    with pytest.raises(ValueError, match=r"entry"):
        projection.change(wrong)
