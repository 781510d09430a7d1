"""Takes what anybody tells of trying a contact: one count more, and nothing of who tells it."""

from __future__ import annotations

import asyncio
from datetime import date, timedelta

from notalone.catalog.v1 import contact_report_service_pb2 as pb
from notalone.catalog.v1.entry_pb2 import Entry
from notalone_chassis.clock import Clock
from notalone_chassis.errors import FieldViolation, InvalidArgument, ResourceExhausted, Unavailable
from notalone_kernel.entry_shelf import EntryShelf
from notalone_kernel.hours import JAPAN

from notalone_catalog.authoring.ports import Records
from notalone_catalog.domain.contact_reports import DAILY_CAP, Outcome

# Of the connections to the database, and how long one waits for it: staff needs it more.
AT_ONCE, SECONDS = 3, 2.0
AGAIN = timedelta(seconds=5)


class Reporting:
    """Counts reports. While the database is away none is taken, and nothing else waits."""

    def __init__(self, records: Records, entries: EntryShelf, *, clock: Clock, seconds: float = SECONDS) -> None:
        self._records = records
        self._entries = entries
        self._clock = clock
        self._seconds = seconds
        self._at_work = 0
        # What is full today needs no database any more; at most as many as there are contacts and outcomes.
        self._full: set[tuple[str, str, Outcome]] = set()
        self._full_on = date.min

    async def report(self, request: pb.ReportContactRequest) -> pb.ReportContactResponse:
        """Counts one report; over the day's cap it is taken and not counted.

        Raises:
            InvalidArgument: there is no such programme, or no such contact.
            ResourceExhausted: too many at once.
            Unavailable: "database".
        """
        entry_id = self._entry(request).id
        today = self._clock.now().astimezone(JAPAN).date()
        if today != self._full_on:
            self._full, self._full_on = set(), today
        cell = (entry_id, request.value, request.outcome)
        if cell not in self._full and not await self._count(*cell, today):
            self._full.add(cell)
        return pb.ReportContactResponse()

    def _entry(self, request: pb.ReportContactRequest) -> Entry:
        """The entry that the contact belongs to; without a programme, of several the crisis floor's."""
        if request.programme_id:
            named = self._entries.get(request.programme_id)
            if named is None:
                raise InvalidArgument(FieldViolation("programme_id", "programme.unknown"))
            candidates = [named]
        else:
            candidates = list(self._entries.all())
        for entry in candidates:
            if any(channel.value == request.value for channel in entry.channels):
                return entry
        raise InvalidArgument(FieldViolation("value", "contact.unknown"))

    async def _count(self, entry_id: str, value: str, outcome: Outcome, day: date) -> bool:
        if self._at_work >= AT_ONCE:
            raise ResourceExhausted(AGAIN)
        self._at_work += 1
        try:
            async with asyncio.timeout(self._seconds), self._records.work() as work:
                return await work.count_report(entry_id, value, outcome, day=day, cap=DAILY_CAP)
        except TimeoutError as error:
            raise Unavailable("database") from error
        finally:
            self._at_work -= 1
