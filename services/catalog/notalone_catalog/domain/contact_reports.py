"""What people tell of trying contacts: counts by day, and when staff must look. Reports alone change nothing."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import TypeAlias

from notalone.catalog.v1 import notices_pb2
from notalone.catalog.v1.contact_report_service_pb2 import (
    GOT_THROUGH,
    LED_ELSEWHERE,
    OUT_OF_SERVICE,
    WRONG_HOURS,
    ContactOutcome,
)
from notalone.catalog.v1.entry_pb2 import Entry
from notalone_kernel.programmes import visible

from notalone_catalog.domain.health import Mark, Told

Outcome: TypeAlias = ContactOutcome.ValueType
# Id of the entry and value of the channel, as withdrawals name a contact.
Contact: TypeAlias = tuple[str, str]

WRONG: frozenset[Outcome] = frozenset({LED_ELSEWHERE, OUT_OF_SERVICE, WRONG_HOURS})
# Counts are kept as long as they count.
WINDOW = timedelta(days=30)
# Of one outcome, contact and day: whoever sends more only wastes their time, and leaves room for the other outcomes.
DAILY_CAP = 20
# One person is no proof, and neither is one day: a line may be out of order for an evening.
ENOUGH_REPORTS, ENOUGH_DAYS = 3, 2
# So many times as many that got through make it likely that the others mistyped.
OUTWEIGHS = 10
# After so many days no number of those who got through keeps staff from being told: that could be made up too.
ALWAYS_DAYS = 5
AGAIN = timedelta(days=7)
REPORTED = "reported:"


@dataclass(frozen=True, slots=True)
class Cell:
    """How often one outcome was told of one contact on one day (Asia/Tokyo); `seen` of them staff has looked at."""

    entry_id: str
    value: str
    day: date
    outcome: Outcome
    count: int
    seen: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Summary:
    """What was told of one contact; `new_…`: what is wrong, and nobody has looked at yet."""

    entry_id: str
    value: str
    counts: Mapping[Outcome, int]
    new_wrong: int
    new_days: int

    @property
    def contact(self) -> Contact:
        """Which one it is."""
        return self.entry_id, self.value

    @property
    def got_through(self) -> int:
        """How many got through."""
        return self.counts.get(GOT_THROUGH, 0)

    @property
    def pressing(self) -> bool:
        """Whether staff is told of it."""
        if self.new_wrong < ENOUGH_REPORTS or self.new_days < ENOUGH_DAYS:
            return False
        return self.new_days >= ALWAYS_DAYS or self.got_through < OUTWEIGHS * self.new_wrong


def since(today: date) -> date:
    """The first day that still counts."""
    return today - WINDOW


def shown(entries: Iterable[Entry], now: datetime) -> dict[Contact, Entry]:
    """The contacts that people can see, with the entry of each."""
    return {
        (entry.id, channel.value): entry
        for entry in entries
        if visible(entry, now)
        for channel in entry.channels
        if channel.value not in entry.withdrawn
    }


def summaries(cells: Iterable[Cell]) -> list[Summary]:
    """One for each contact, what needs a look first; the same whatever the order of the cells."""
    found: defaultdict[Contact, list[Cell]] = defaultdict(list)
    for cell in cells:
        found[cell.entry_id, cell.value].append(cell)
    return sorted((_summary(contact, own) for contact, own in found.items()), key=_order)


def _summary(contact: Contact, cells: Iterable[Cell]) -> Summary:
    counts: defaultdict[Outcome, int] = defaultdict(int)
    new: defaultdict[date, int] = defaultdict(int)
    for cell in cells:
        counts[cell.outcome] += cell.count
        if cell.outcome in WRONG:
            new[cell.day] += cell.count - cell.seen
    return Summary(
        entry_id=contact[0],
        value=contact[1],
        counts=counts,
        new_wrong=sum(new.values()),
        new_days=sum(1 for count in new.values() if count),
    )


def _order(found: Summary) -> tuple[bool, int, int, int, Contact]:
    # Days before numbers: one person can tell it twenty times today, but not on five days.
    return not found.pressing, -found.new_days, -found.new_wrong, found.got_through, found.contact


def to_tell(
    found: Iterable[Summary], seen_by_people: Collection[Contact], marks: Mapping[str, Mark], *, now: datetime
) -> Iterator[Told]:
    """What staff must be told of contacts that people can see: each at most once a week."""
    for each in found:
        key = f"{REPORTED}{each.entry_id}:{each.value}"
        before = marks.get(key)
        if not each.pressing or each.contact not in seen_by_people or (before and now - before.at < AGAIN):
            continue
        notice = notices_pb2.ContactReportedWrong(
            entry_id=each.entry_id,
            value=each.value,
            reports=each.new_wrong,
            days=each.new_days,
            got_through=each.got_through,
        )
        yield Told(each.entry_id, notice, key, Mark(str(each.new_wrong), now))
