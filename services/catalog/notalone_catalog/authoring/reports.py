"""What staff sees of reports about contacts, and that somebody has looked at them."""

from __future__ import annotations

from datetime import date

from notalone.catalog.v1 import contact_report_service_pb2 as pb
from notalone.catalog.v1.authoring_pb2 import HistoryItem
from notalone.catalog.v1.entry_pb2 import Entry
from notalone_chassis.clock import Clock
from notalone_chassis.errors import FieldViolation, InvalidArgument
from notalone_kernel import ruby
from notalone_kernel.entry_shelf import EntryShelf
from notalone_kernel.hours import JAPAN

from notalone_catalog.authoring import refusals
from notalone_catalog.authoring.ports import Act, Records, Seen
from notalone_catalog.domain import contact_reports, paging
from notalone_catalog.domain.contact_reports import Contact, Summary
from notalone_catalog.domain.records import Done, Outdated
from notalone_catalog.domain.times import iso

_SIZE = 50


class ReportsDesk:
    """The actions of staff. `who` is always the caller's lasting id."""

    def __init__(self, records: Records, entries: EntryShelf, *, clock: Clock) -> None:
        self._records = records
        self._entries = entries
        self._clock = clock

    async def reported(self, request: pb.ListReportedContactsRequest) -> pb.ListReportedContactsResponse:
        """The contacts of which something was told, as far as they are shown still.

        Raises:
            InvalidArgument: the page token is none.
        """
        try:
            offset = paging.offset_of(request.page_token, request)
        except paging.BrokenToken as error:
            raise InvalidArgument(FieldViolation("page_token", "value.invalid")) from error
        async with self._records.look() as look:
            cells = await look.report_cells(since=self._since())
            seen = await look.reports_seen()
        shown = self._shown()
        found = [each for each in contact_reports.summaries(cells) if each.contact in shown]
        end = offset + (request.page_size or _SIZE)
        return pb.ListReportedContactsResponse(
            contacts=[_told(each, shown[each.contact], seen.get(each.contact)) for each in found[offset:end]],
            next_page_token=paging.token(end, request) if end < len(found) else "",
        )

    async def mark_seen(self, request: pb.MarkReportsSeenRequest, who: str) -> pb.ReportedContact:
        """Notes that somebody has looked; what comes in after they have read counts as new.

        Raises:
            InvalidArgument: nothing was told of such a contact.
            Aborted: more has come in since it was read.
        """
        contact = request.entry_id, request.value
        act = Act(actor=who, at=self._clock.now(), contact=request.value)
        with refusals.told():
            async with self._records.work() as work:
                cells = await work.report_cells(since=self._since(), contact=contact)
                if not cells:
                    raise InvalidArgument(FieldViolation("value", "contact.unknown"))
                [found] = contact_reports.summaries(cells)
                if found.new_wrong != request.new_wrong:
                    raise Outdated
                await work.see_reports(contact, cells, Done(HistoryItem.REPORTS_SEEN), act)
                [after] = contact_reports.summaries(await work.report_cells(since=self._since(), contact=contact))
        return _told(after, self._entries.get(request.entry_id) or Entry(), Seen(act.actor, act.at))

    def _since(self) -> date:
        return contact_reports.since(self._clock.now().astimezone(JAPAN).date())

    def _shown(self) -> dict[Contact, Entry]:
        return contact_reports.shown(self._entries.all(), self._clock.now())


def _told(found: Summary, entry: Entry, seen: Seen | None) -> pb.ReportedContact:
    count = {outcome: found.counts.get(outcome, 0) for outcome in pb.ContactOutcome.values()}
    return pb.ReportedContact(
        entry_id=found.entry_id,
        name_ja=ruby.plain(entry.name.get("ja", "")),
        value=found.value,
        floor=entry.floor,
        got_through=count[pb.GOT_THROUGH],
        not_answered=count[pb.NOT_ANSWERED],
        closed=count[pb.CLOSED],
        led_elsewhere=count[pb.LED_ELSEWHERE],
        out_of_service=count[pb.OUT_OF_SERVICE],
        wrong_hours=count[pb.WRONG_HOURS],
        new_wrong=found.new_wrong,
        new_days=found.new_days,
        pressing=found.pressing,
        seen_time=iso(seen.at) if seen else "",
        seen_by=seen.actor if seen else "",
    )
