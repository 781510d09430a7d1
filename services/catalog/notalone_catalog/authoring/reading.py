"""What staff reads: entries with their state, revisions and what differs between them, histories, what waits."""

from __future__ import annotations

from collections.abc import AsyncIterator

from notalone.catalog.v1 import authoring_pb2
from notalone.catalog.v1 import catalog_authoring_service_pb2 as pb
from notalone.catalog.v1.entry_pb2 import Entry
from notalone_chassis.clock import Clock
from notalone_chassis.errors import FieldViolation, InvalidArgument, NotFound

from notalone_catalog.authoring import answers
from notalone_catalog.authoring.ports import Look, Records
from notalone_catalog.domain import health, paging
from notalone_catalog.domain.diff import diff
from notalone_catalog.domain.records import EntryRecord
from notalone_catalog.domain.times import iso

_PAGE, _CHUNK, _MOST = 50, 200, 200


class StaffReading:
    """The questions of staff; nothing here changes anything."""

    def __init__(self, records: Records, *, clock: Clock) -> None:
        self._records = records
        self._clock = clock

    async def entries(self, request: pb.ListEntriesRequest) -> pb.ListEntriesResponse:
        """Entries in the order of their ids.

        Raises:
            InvalidArgument: a page token of another question.
        """
        now, size = self._clock.now(), request.page_size or _PAGE
        found: list[authoring_pb2.EntrySummary] = []
        async with self._records.look() as look:
            links = await look.marks(health.LINKS)
            async for record in _from(look, request):
                summary = answers.summary(record, now, links)
                if _wanted(summary, request):
                    found.append(summary)
                if len(found) > size:
                    break
        more = paging.token_after(found[size - 1].id, request) if len(found) > size else ""
        return pb.ListEntriesResponse(entries=found[:size], next_page_token=more)

    async def entry(self, request: pb.GetEntryRequest) -> pb.GetEntryResponse:
        """One entry.

        Raises:
            NotFound: there is none.
        """
        async with self._records.look() as look:
            record = await _record(look, request.entry_id)
            links = await look.marks(health.LINKS)
        return pb.GetEntryResponse(
            summary=answers.summary(record, self._clock.now(), links),
            live=answers.revision(record.live) if record.live else None,
            open=answers.revision(record.open) if record.open else None,
            newest_revision=record.newest,
        )

    async def history(self, request: pb.ListHistoryRequest) -> pb.ListHistoryResponse:
        """What happened to an entry.

        Raises:
            NotFound: there is none.
        """
        async with self._records.look() as look:
            await _record(look, request.entry_id)
            return pb.ListHistoryResponse(items=await look.history(request.entry_id, limit=_MOST))

    async def differences(self, request: pb.DiffRevisionsRequest) -> pb.DiffRevisionsResponse:
        """What differs between two revisions.

        Raises:
            NotFound: one of them is not there.
        """
        async with self._records.look() as look:
            before = await _content(look, request.entry_id, request.from_revision) if request.from_revision else Entry()
            after = await _content(look, request.entry_id, request.to_revision)
        return pb.DiffRevisionsResponse(changes=diff(before, after))

    async def awaiting(self) -> pb.ListAwaitingApprovalResponse:
        """What awaits approval, longest first."""
        now = self._clock.now()
        async with self._records.look() as look:
            records = await look.records(open_state=authoring_pb2.SUBMITTED, limit=_MOST)
        waiting = [(record, record.open) for record in records if record.open is not None]
        waiting.sort(key=lambda pair: (pair[1].submitted or pair[1].created, pair[0].id))
        return pb.ListAwaitingApprovalResponse(
            awaiting=[
                pb.Awaiting(
                    entry=answers.summary(record, now),
                    revision=open_.number,
                    submitter=open_.submitter,
                    submit_time=iso(open_.submitted or open_.created),
                )
                for record, open_ in waiting
            ]
        )

    async def withdrawals(self) -> pb.ListWithdrawalsResponse:
        """What is withdrawn now."""
        async with self._records.look() as look:
            found = await look.withdrawals()
        return pb.ListWithdrawalsResponse(
            contacts=[
                authoring_pb2.WithdrawnContact(
                    entry_id=each.entry_id,
                    value=each.value,
                    time=iso(each.at),
                    actor=each.actor,
                    reason=each.reason,
                )
                for each in found
            ]
        )

    async def corrections(self, request: pb.ListCorrectionsRequest) -> pb.ListCorrectionsResponse:
        """What agencies say is wrong."""
        state = request.state or authoring_pb2.Correction.OPEN
        async with self._records.look() as look:
            found = await look.corrections(limit=_MOST, state=state)
        return pb.ListCorrectionsResponse(corrections=answers.corrections(found))


def _wanted(summary: authoring_pb2.EntrySummary, request: pb.ListEntriesRequest) -> bool:
    fresh = request.freshness in (authoring_pb2.FRESHNESS_UNSPECIFIED, summary.freshness)
    return fresh and (not request.dead_links or any(link.dead for link in summary.links))


async def _from(look: Look, request: pb.ListEntriesRequest) -> AsyncIterator[EntryRecord]:
    """The records that the database can tell apart, from where the page begins."""
    try:
        after = paging.place_of(request.page_token, request)
    except paging.BrokenToken as error:
        raise InvalidArgument(FieldViolation("page_token", "value.invalid")) from error
    while True:
        chunk = await look.records(
            after=after, limit=_CHUNK, organization_id=request.organization_id, open_state=request.open_state
        )
        for record in chunk:
            yield record
        if len(chunk) < _CHUNK:
            return
        after = chunk[-1].id


async def _record(look: Look, entry_id: str) -> EntryRecord:
    record = await look.record(entry_id)
    if record is None:
        raise NotFound("entry", entry_id)
    return record


async def _content(look: Look, entry_id: str, number: int) -> Entry:
    found = await look.revision(entry_id, number)
    if found is None:
        raise NotFound("revision", f"{entry_id}@{number}")
    return found.entry
