"""When a contact must be checked again: every 30 days on the crisis floor, every 90 elsewhere."""

from datetime import date, timedelta

import pytest
from notalone.catalog.v1 import authoring_pb2 as pb
from notalone.catalog.v1.entry_pb2 import Channel, Entry, Provenance
from notalone.common.v1.contact_pb2 import Contact
from notalone_catalog.domain import freshness

TODAY = date(2026, 11, 26)


def line(days_ago: int, *, state=Contact.CHECKED, **fields) -> Channel:
    checked = (TODAY - timedelta(days=days_ago)).isoformat()
    return Channel(value="110", provenance=Provenance(as_of=checked, check_state=state), **fields)


@pytest.mark.parametrize(
    ("days_ago", "floor", "expected"),
    [
        (0, False, pb.FRESH),
        (75, False, pb.FRESH),
        (76, False, pb.EXPIRING),
        (90, False, pb.EXPIRING),
        (91, False, pb.STALE),
        (15, True, pb.FRESH),
        (16, True, pb.EXPIRING),
        (30, True, pb.EXPIRING),
        (31, True, pb.STALE),
    ],
)
def test_a_check_counts_for_its_period(days_ago, floor, expected):
    assert freshness.of_entry(Entry(floor=floor, channels=[line(days_ago)]), TODAY) == expected


@pytest.mark.parametrize("state", [Contact.NEEDS_RECHECK, Contact.UNCHECKED])
def test_what_nobody_has_checked_is_stale_however_new(state):
    assert freshness.of_entry(Entry(channels=[line(0, state=state)]), TODAY) == pb.STALE


def test_a_check_without_a_day_does_not_count():
    channel = Channel(provenance=Provenance(as_of="2026-11", check_state=Contact.CHECKED))
    assert freshness.of_entry(Entry(channels=[channel]), TODAY) == pb.STALE


def test_a_contact_expires_with_its_own_dates_too():
    (state,) = freshness.contacts(Entry(channels=[line(0, valid_until="2026-12-01")]), TODAY)
    assert (state.freshness, state.expires_on) == (pb.EXPIRING, date(2026, 12, 1))


def test_what_is_over_or_withdrawn_needs_no_check():
    over = Entry(channels=[line(500, valid_until="2026-11-25")])
    withdrawn = Entry(channels=[line(500)], withdrawn=["110"])
    assert [freshness.of_entry(each, TODAY) for each in (over, withdrawn, Entry())] == [pb.NO_CONTACTS] * 3


def test_the_least_fresh_contact_decides():
    assert freshness.of_entry(Entry(channels=[line(0), line(400)]), TODAY) == pb.STALE


def test_an_entry_is_as_old_as_its_oldest_check():
    assert freshness.checked_on(Entry(channels=[line(3), line(40)])) == line(40).provenance.as_of
    assert freshness.checked_on(Entry(channels=[line(3), Channel(value="119")])) == ""
    assert freshness.checked_on(Entry()) == ""
