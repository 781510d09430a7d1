"""How well contacts are checked: a number that nobody has compared with its operator's page for long may be wrong."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta

from notalone.catalog.v1.authoring_pb2 import EXPIRING, FRESH, NO_CONTACTS, STALE, Freshness
from notalone.catalog.v1.entry_pb2 import Channel, Entry
from notalone.common.v1.contact_pb2 import Contact

FLOOR_PERIOD = timedelta(days=30)
PERIOD = timedelta(days=90)
# Long enough to look at the operator's page before it is too late.
WARNING = timedelta(days=14)


@dataclass(frozen=True, slots=True)
class ContactState:
    """One contact and how fresh it is; `expires_on` is the day on which that ends, None where it is over."""

    value: str
    checked_on: str
    freshness: Freshness.ValueType
    expires_on: date | None = None


def contacts(entry: Entry, today: date) -> Iterator[ContactState]:
    """The contacts of an entry that are still within their dates and not withdrawn."""
    period = FLOOR_PERIOD if entry.floor else PERIOD
    for channel in entry.channels:
        if channel.value not in entry.withdrawn and not _over(channel, today):
            yield _state(channel, period, today)


def of_entry(entry: Entry, today: date) -> Freshness.ValueType:
    """As fresh as its least fresh contact."""
    found = {state.freshness for state in contacts(entry, today)}
    return next((freshness for freshness in (STALE, EXPIRING, FRESH) if freshness in found), NO_CONTACTS)


def checked_on(entry: Entry) -> str:
    """The oldest date that its contacts bear; empty where one bears none, or where there are none."""
    return min((channel.provenance.as_of for channel in entry.channels), default="")


def _state(channel: Channel, period: timedelta, today: date) -> ContactState:
    checked = channel.provenance.as_of
    ends = [day for day in (_check_ends(channel, period), _date(channel.valid_until)) if day is not None]
    if not _check_ends(channel, period) or min(ends) < today:
        return ContactState(channel.value, checked, STALE)
    freshness = EXPIRING if min(ends) <= today + WARNING else FRESH
    return ContactState(channel.value, checked, freshness, min(ends))


def _check_ends(channel: Channel, period: timedelta) -> date | None:
    """The last day on which the check counts; None where nobody has checked it on a known day."""
    if channel.provenance.check_state != Contact.CHECKED:
        return None
    checked = _date(channel.provenance.as_of)
    return checked + period if checked else None


def _over(channel: Channel, today: date) -> bool:
    until = _date(channel.valid_until)
    return until is not None and until < today


def _date(written: str) -> date | None:
    try:
        return date.fromisoformat(written)
    except ValueError:
        return None
