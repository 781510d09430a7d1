"""What an agency does with its own entries: reads them, corrects them, pauses a desk. No others exist for it."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

from google.protobuf.message import Message
from notalone.catalog.v1 import authoring_pb2, notices_pb2
from notalone.catalog.v1 import catalog_authoring_service_pb2 as pb
from notalone.catalog.v1.entry_pb2 import Pause
from notalone_chassis.access.caller import Caller
from notalone_chassis.clock import Clock
from notalone_chassis.errors import Aborted, FieldViolation, InvalidArgument, NotFound
from notalone_chassis.sql.idempotency import Call

from notalone_catalog.authoring import answers, refusals
from notalone_catalog.authoring.ports import ANSWERS_STAY, Act, CorrectionRecord, Look, Records, Work
from notalone_catalog.domain import revision, validation
from notalone_catalog.domain.records import Change, EntryRecord, content_of, public_entry
from notalone_catalog.domain.times import instant, iso

LONGEST_PAUSE = timedelta(days=31)
_MOST = 200


class PartnerDesk:
    """The calls of agencies."""

    def __init__(self, records: Records, *, clock: Clock, new_id: Callable[[], str]) -> None:
        """`new_id` gives ids of corrections, unique among all of all time."""
        self._records = records
        self._clock = clock
        self._new_id = new_id

    async def entries(self, who: Caller) -> pb.ListOwnEntriesResponse:
        """The agency's entries."""
        now = self._clock.now()
        async with self._records.look() as look:
            found = await look.records(organization_id=who.organization, limit=_MOST) if who.organization else ()
        return pb.ListOwnEntriesResponse(entries=[answers.summary(record, now) for record in found])

    async def entry(self, request: pb.GetOwnEntryRequest, who: Caller) -> pb.GetOwnEntryResponse:
        """One of them.

        Raises:
            NotFound: there is none of this id, or it is another's.
        """
        async with self._records.look() as look:
            record = await _own(look, request.entry_id, who)
        return pb.GetOwnEntryResponse(summary=answers.summary(record, self._clock.now()), entry=public_entry(record))

    async def propose(
        self, request: pb.ProposeCorrectionRequest, who: Caller, *, key: str = ""
    ) -> authoring_pb2.Correction:
        """Says what is wrong; once per Idempotency-Key.

        Raises:
            NotFound: there is no such entry, or it is another's.
            InvalidArgument: the entry is too large, or given to another agency.
            Aborted: there is a newer live revision.
        """
        if request.entry.ByteSize() > validation.MAX_BYTES:
            raise InvalidArgument(FieldViolation("entry", "entry.too_large"))
        now = self._clock.now()

        async def propose(work: Work) -> authoring_pb2.Correction:
            _check(await _own(work, request.entry.id, who), request)
            found = CorrectionRecord(
                id=self._new_id(),
                entry_id=request.entry.id,
                organization_id=who.organization,
                author=who.subject,
                content=content_of(request.entry),
                based_on=request.base_revision,
                comment=request.comment,
                created=now,
            )
            await work.save_correction(found)
            notice = notices_pb2.CorrectionProposed(
                correction_id=found.id, entry_id=found.entry_id, organization_id=found.organization_id
            )
            await work.tell(found.entry_id, notice, at=now)
            return answers.correction(found)

        call = Call(caller=who.subject, key=key, request=request, expires=now + ANSWERS_STAY)
        return await self._records.once(call, propose, answer=authoring_pb2.Correction)

    async def corrections(self, who: Caller) -> pb.ListOwnCorrectionsResponse:
        """What became of the agency's corrections."""
        async with self._records.look() as look:
            found = await look.corrections(organization_id=who.organization, limit=_MOST) if who.organization else ()
        return pb.ListOwnCorrectionsResponse(corrections=answers.corrections(found))

    async def correction(self, request: pb.GetOwnCorrectionRequest, who: Caller) -> authoring_pb2.Correction:
        """What became of one.

        Raises:
            NotFound: there is none of this id, or it is another's.
        """
        async with self._records.look() as look:
            found = await look.correction(request.correction_id)
        if found is None or not who.organization or found.organization_id != who.organization:
            raise NotFound("correction", request.correction_id)
        return answers.correction(found)

    async def pause(self, request: pb.PauseDeskRequest, who: Caller) -> authoring_pb2.EntrySummary:
        """Closes a desk for a while.

        Raises:
            NotFound: there is no such entry, or it is another's.
            InvalidArgument: the end is no moment within the next 31 days.
            FailedPrecondition: nothing of it is public, or it is an emergency contact.
        """
        now = self._clock.now()
        until = instant(request.until)
        if until is None or not now < until <= now + LONGEST_PAUSE:
            raise InvalidArgument(FieldViolation("until", "pause.time"))
        told = Pause(until=iso(until), reason=request.reason, since=iso(now))
        notice = notices_pb2.DeskPaused(entry_id=request.entry_id, organization_id=who.organization, until=told.until)
        return await self._do(request.entry_id, lambda record: revision.pause(record, told), who, notice)

    async def resume(self, request: pb.ResumeDeskRequest, who: Caller) -> authoring_pb2.EntrySummary:
        """Opens a desk again.

        Raises:
            NotFound: there is no such entry, or it is another's.
            FailedPrecondition: nothing of it is public.
        """
        notice = notices_pb2.DeskResumed(entry_id=request.entry_id, organization_id=who.organization)
        return await self._do(request.entry_id, revision.resume, who, notice)

    async def _do(
        self, entry_id: str, step: Callable[[EntryRecord], Change], who: Caller, notice: Message
    ) -> authoring_pb2.EntrySummary:
        act = Act(actor=who.subject, at=self._clock.now())
        with refusals.told():
            async with self._records.work() as work:
                record = await _own(work, entry_id, who)
                change = step(record)
                await work.save([(record, change)], act)
                if change.done:
                    await work.tell(entry_id, notice, at=act.at)
        return answers.summary(change.record, act.at)


async def _own(look: Look, entry_id: str, who: Caller) -> EntryRecord:
    """The record, where it is the agency's: to everybody else it does not exist."""
    record = await look.record(entry_id)
    if record is None or not who.organization or record.organization_id != who.organization:
        raise NotFound("entry", entry_id)
    return record


def _check(record: EntryRecord, request: pb.ProposeCorrectionRequest) -> None:
    if request.entry.organization_id != record.organization_id:
        raise InvalidArgument(FieldViolation("entry.organization_id", "value.invalid"))
    if record.live is None or record.live.number != request.base_revision:
        raise Aborted("revision.changed")
