"""What staff must be told of an entry's health, and when again."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from google.protobuf.message import Message
from notalone.catalog.v1 import notices_pb2
from notalone.catalog.v1.authoring_pb2 import EXPIRING, STALE
from notalone.catalog.v1.entry_pb2 import Entry

from notalone_catalog.domain import freshness

LINK_EVERY = timedelta(days=1)
# In a row: a page may be away for a day.
DEAD_AFTER = 3
CONTACTS, LINKS = "contact:", "link:"
_MANY = 10
_GONE, _ANSWERS_BADLY = frozenset({0, 404, 410}), 500


@dataclass(frozen=True, slots=True)
class Mark:
    """What is remembered under a key."""

    value: str
    at: datetime


@dataclass(frozen=True, slots=True)
class Told:
    """A notice about an entry, and what is remembered so that it is not told again."""

    entry_id: str
    notice: Message
    key: str
    mark: Mark


def of_contacts(entry: Entry, marks: Mapping[str, Mark], *, today: date, now: datetime) -> Iterator[Told]:
    """Contacts that expire, each once; stale ones of the crisis floor, again after each period."""
    for state in freshness.contacts(entry, today):
        key = f"{CONTACTS}{entry.id}:{state.value}"
        if state.freshness == EXPIRING and state.expires_on:
            day = state.expires_on.isoformat()
            expiring = notices_pb2.ContactExpiring(entry_id=entry.id, value=state.value, expires_on=day)
            told = Told(entry.id, expiring, key, Mark(f"expiring {day}", now))
        elif state.freshness == STALE and entry.floor:
            stale = notices_pb2.FloorContactStale(entry_id=entry.id, value=state.value, checked_on=state.checked_on)
            told = Told(entry.id, stale, key, Mark(f"stale {state.checked_on}", now))
        else:
            continue
        if _is_new(told, marks.get(key)):
            yield told


def _is_new(told: Told, before: Mark | None) -> bool:
    if before is None or before.value != told.mark.value:
        return True
    again = isinstance(told.notice, notices_pb2.FloorContactStale)
    return again and told.mark.at - before.at >= freshness.FLOOR_PERIOD


def links(entry: Entry) -> Iterator[str]:
    """The addresses that an entry leads to."""
    shown = [entry.url, *(channel.value for channel in entry.channels if channel.value not in entry.withdrawn)]
    yield from dict.fromkeys(one for one in shown if one.startswith(("https://", "http://")))


def link_key(url: str) -> str:
    """Under which a link is remembered."""
    return f"{LINKS}{url}"


@dataclass(frozen=True, slots=True)
class Failing:
    """How often in a row a link has failed, and since when; None where it has not, or nobody noted when."""

    times: int = 0
    since: datetime | None = None

    @property
    def dead(self) -> bool:
        """Whether staff is told."""
        return self.times >= DEAD_AFTER


def failing(mark: Mark) -> Failing:
    """What a link's mark says: "3 2026-11-26T03:00:00+00:00", or "0"."""
    times, _, since = mark.value.partition(" ")
    return Failing(int(times), datetime.fromisoformat(since) if since else None)


def is_our_own_fault(statuses: Iterable[int]) -> bool:
    """Whether so many pages at once give no answer at all that the way to them must be broken."""
    found = list(statuses)
    return len(found) >= _MANY and sum(status == 0 for status in found) * 2 > len(found)


def opened(before: Mark | None, status: int, now: datetime) -> Mark:
    """The mark of a link after it was opened; a page that turns robots away is there."""
    if status not in _GONE and status < _ANSWERS_BADLY:
        return Mark("0", now)
    was = failing(before) if before else Failing()
    since = was.since or now
    return Mark(f"{was.times + 1} {since.isoformat(timespec='seconds')}", now)


def is_due(mark: Mark | None, now: datetime) -> bool:
    """Whether a link is to be opened again."""
    return mark is None or now - mark.at >= LINK_EVERY
