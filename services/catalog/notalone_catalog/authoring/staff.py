"""What staff does: drafts, approval by a second person, publishing, archiving, withdrawing a contact, corrections."""

from __future__ import annotations

from collections.abc import Callable, Collection
from dataclasses import replace

import notalone_crisis
from google.protobuf.message import Message
from notalone.catalog.v1 import authoring_pb2, notices_pb2
from notalone.catalog.v1 import catalog_authoring_service_pb2 as pb
from notalone.catalog.v1.entry_pb2 import Entry
from notalone_chassis.clock import Clock
from notalone_chassis.errors import FailedPrecondition, FieldViolation, InvalidArgument, NotFound
from notalone_chassis.sql.idempotency import Call
from notalone_kernel.hours import JAPAN

from notalone_catalog.authoring import answers, refusals
from notalone_catalog.authoring.ports import ANSWERS_STAY, Act, CorrectionRecord, Look, Records, Work
from notalone_catalog.domain import revision, validation
from notalone_catalog.domain.records import Change, EntryRecord

# What is done with a record, and what staff is told of it.
Step = Callable[[EntryRecord], Change]


class StaffDesk:
    """The actions of staff. `who` is always the caller's lasting id."""

    def __init__(self, records: Records, *, needs: Collection[str], clock: Clock) -> None:
        self._records = records
        self._needs = needs
        self._clock = clock

    async def save_draft(self, request: pb.SaveDraftRequest, who: str, *, key: str = "") -> authoring_pb2.Revision:
        """Writes a draft on the newest revision; once per Idempotency-Key.

        Raises:
            InvalidArgument: the entry is too large.
            Aborted: there is a newer revision.
            FailedPrecondition: it is one of the contacts that ship with the code.
        """
        entry = Entry()
        entry.CopyFrom(request.entry)
        entry.ClearField("floor")
        if entry.ByteSize() > validation.MAX_BYTES:
            raise InvalidArgument(FieldViolation("entry", "entry.too_large"))
        act = self._act(who)

        async def save(work: Work) -> authoring_pb2.Revision:
            record = await work.record(entry.id) or EntryRecord(id=entry.id)
            change = revision.write(
                record, entry, base=request.base_revision, author=who, origin=authoring_pb2.STAFF, at=act.at
            )
            await work.save([(record, change)], act)
            return _written(change)

        with refusals.told():
            call = Call(caller=who, key=key, request=request, expires=act.at + ANSWERS_STAY)
            return await self._records.once(call, save, answer=authoring_pb2.Revision)

    async def submit(self, request: pb.SubmitDraftRequest, who: str) -> authoring_pb2.Revision:
        """Asks for approval.

        Raises:
            InvalidArgument: what a published entry needs is missing or wrong, each field named.
            NotFound, Aborted, FailedPrecondition: see the domain.
        """
        act = self._act(who)

        def submit(record: EntryRecord) -> Change:
            change = revision.submit(record, request.revision, by=who, at=act.at)
            self._check(change.record)
            return change

        notice = notices_pb2.DraftSubmitted(entry_id=request.entry_id, revision=request.revision)
        return _written(await self._do(request.entry_id, submit, act, notice))

    async def give_back(self, request: pb.ReturnDraftRequest, who: str) -> authoring_pb2.Revision:
        """Returns a submitted revision with a reason.

        Raises:
            NotFound, Aborted, FailedPrecondition: see the domain.
        """
        notice = notices_pb2.DraftReturned(entry_id=request.entry_id, revision=request.revision)
        act = self._act(who, request.reason)
        return _written(
            await self._do(request.entry_id, lambda record: revision.give_back(record, request.revision), act, notice)
        )

    async def discard(self, request: pb.DiscardDraftRequest, who: str) -> authoring_pb2.Revision:
        """Throws the open revision away.

        Raises:
            NotFound, Aborted: see the domain.
        """
        change = await self._do(
            request.entry_id, lambda record: revision.discard(record, request.revision), self._act(who)
        )
        return _written(change)

    async def approve(self, request: pb.ApproveDraftRequest, who: str) -> authoring_pb2.Revision:
        """Approves, and publishes in the same step where asked.

        Raises:
            PermissionDenied: the caller submitted it.
            NotFound, Aborted, FailedPrecondition: see the domain.
        """

        def approve(record: EntryRecord) -> Change:
            approved = revision.approve(record, request.revision, by=who)
            if not request.publish:
                return approved
            published = revision.publish(approved.record, request.revision)
            return replace(published, done=(*approved.done, *published.done))

        return _written(await self._do(request.entry_id, approve, self._act(who)))

    async def publish(self, request: pb.PublishRevisionRequest, who: str) -> authoring_pb2.Revision:
        """Makes an approved revision live.

        Raises:
            NotFound, Aborted, FailedPrecondition: see the domain.
        """
        return _written(
            await self._do(request.entry_id, lambda record: revision.publish(record, request.revision), self._act(who))
        )

    async def archive(self, request: pb.ArchiveEntryRequest, who: str) -> authoring_pb2.EntrySummary:
        """Takes an entry from public.

        Raises:
            NotFound, Aborted, FailedPrecondition: see the domain.
        """
        act = self._act(who, request.reason)
        change = await self._do(request.entry_id, lambda record: revision.archive(record, request.revision), act)
        return answers.summary(change.record, act.at)

    async def withdraw(self, request: pb.WithdrawContactRequest, who: str) -> authoring_pb2.EntrySummary:
        """Takes a contact from everywhere.

        Raises:
            FailedPrecondition: 110 and 119 stay; or the entry has no such contact.
            NotFound: there is no such entry.
        """
        if request.entry_id in notalone_crisis.NEVER_WITHDRAWN:
            raise FailedPrecondition("contact.never_withdrawn")
        act = self._act(who, request.reason, contact=request.value)
        notice = notices_pb2.FloorContactWithdrawn(entry_id=request.entry_id, value=request.value)
        change = await self._do(
            request.entry_id, lambda record: revision.withdraw(record, request.value), act, notice, if_floor=True
        )
        return answers.summary(change.record, act.at)

    async def restore(self, request: pb.RestoreContactRequest, who: str) -> authoring_pb2.EntrySummary:
        """Shows a contact again.

        Raises:
            NotFound, FailedPrecondition: see the domain.
        """
        act = self._act(who, request.reason, contact=request.value)
        notice = notices_pb2.FloorContactRestored(entry_id=request.entry_id, value=request.value)
        change = await self._do(
            request.entry_id, lambda record: revision.restore(record, request.value), act, notice, if_floor=True
        )
        return answers.summary(change.record, act.at)

    async def accept(self, request: pb.AcceptCorrectionRequest, who: str) -> authoring_pb2.Correction:
        """Makes a draft of a correction.

        Raises:
            NotFound: there is no such correction.
            Aborted: somebody decided on it already, or there is a newer revision of the entry.
            FailedPrecondition: it is one of the contacts that ship with the code.
        """
        act = self._act(who)
        with refusals.told():
            async with self._records.work() as work:
                found = await _correction(work, request.correction_id)
                record = await work.record(found.entry_id) or EntryRecord(id=found.entry_id)
                change = revision.write(
                    record,
                    found.entry,
                    base=request.base_revision,
                    author=found.author,
                    origin=authoring_pb2.PARTNER,
                    at=act.at,
                )
                await work.save([(record, change)], act)
                decided = replace(
                    found, state=authoring_pb2.Correction.ACCEPTED, revision=change.record.last, decided=act.at
                )
                await work.save_correction(decided)
        return answers.correction(decided)

    async def reject(self, request: pb.RejectCorrectionRequest, who: str) -> authoring_pb2.Correction:
        """Says no to a correction, and why.

        Raises:
            NotFound: there is no such correction.
            Aborted: somebody decided on it already.
        """
        act = self._act(who, request.reason)
        with refusals.told():
            async with self._records.work() as work:
                found = await _correction(work, request.correction_id)
                decided = replace(found, state=authoring_pb2.Correction.REJECTED, reason=act.reason, decided=act.at)
                await work.save_correction(decided)
        return answers.correction(decided)

    async def _do(
        self, entry_id: str, step: Step, act: Act, notice: Message | None = None, *, if_floor: bool = False
    ) -> Change:
        """Takes one step with an entry; staff is told where something changed."""
        with refusals.told():
            async with self._records.work() as work:
                record = await work.record(entry_id)
                if record is None:
                    raise NotFound("entry", entry_id)
                change = step(record)
                await work.save([(record, change)], act)
                if notice is not None and change.done and (record.floor or not if_floor):
                    await work.tell(entry_id, notice, at=act.at)
        return change

    def _check(self, record: EntryRecord) -> None:
        if record.open is None:
            return
        today = self._clock.now().astimezone(JAPAN).date()
        found = validation.problems(record.open.entry, needs=self._needs, today=today)
        if found:
            raise InvalidArgument(*(FieldViolation(f"entry.{each.field}", each.rule) for each in found))

    def _act(self, who: str, reason: str = "", *, contact: str = "") -> Act:
        return Act(actor=who, at=self._clock.now(), reason=reason, contact=contact)


async def _correction(look: Look, correction_id: str) -> CorrectionRecord:
    found = await look.correction(correction_id)
    if found is None:
        raise NotFound("correction", correction_id)
    return found


def _written(change: Change) -> authoring_pb2.Revision:
    """The revision that a change wrote or gave another state: always its last one."""
    return answers.revision(change.revisions[-1])
