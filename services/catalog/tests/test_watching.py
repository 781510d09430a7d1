"""Operators see how well the crisis contacts are checked."""

from datetime import UTC, datetime, timedelta

from notalone.catalog.v1.entry_pb2 import Channel, Entry
from notalone.common.v1.contact_pb2 import Contact
from notalone_catalog.watching import watch_floor
from notalone_chassis.clock import FixedClock
from notalone_chassis.telemetry import Metrics
from notalone_kernel.entry_shelf import EntryShelf

NOW = datetime(2026, 11, 26, 3, tzinfo=UTC)


def channel(value, as_of):
    found = Channel(kind=Contact.PHONE, value=value)
    found.provenance.check_state = Contact.CHECKED
    found.provenance.as_of = as_of
    return found


def test_the_contacts_of_the_floor_are_counted_by_how_well_they_are_checked():
    clock, metrics = FixedClock(NOW), Metrics()
    entries = [
        Entry(id="a", floor=True, channels=[channel("110", "2026-11-25"), channel("119", "2026-09-01")]),
        Entry(id="b", channels=[channel("03-0000-0000", "2020-01-01")]),
    ]
    watch_floor(EntryShelf(entries), metrics, clock=clock)

    def shown():
        sample = metrics.collected.get_sample_value
        return {name: sample("notalone_floor_contacts", {"freshness": name}) for name in ("fresh", "expiring", "stale")}

    assert shown() == {"fresh": 1, "expiring": 0, "stale": 1}
    clock.advance(timedelta(days=20))
    assert shown() == {"fresh": 0, "expiring": 1, "stale": 1}
    clock.advance(timedelta(days=20))
    assert shown() == {"fresh": 0, "expiring": 0, "stale": 2}
