"""The gRPC face of authoring; the guard has let in only those whom the proto's grants name."""

from __future__ import annotations

from typing import Any

import grpc
from notalone.catalog.v1 import authoring_pb2
from notalone.catalog.v1 import catalog_authoring_service_pb2 as pb
from notalone.catalog.v1.catalog_authoring_service_pb2_grpc import CatalogAuthoringServiceServicer
from notalone_chassis.access.caller import caller
from notalone_chassis.sql.idempotency import key_of

from notalone_catalog.authoring.partner import PartnerDesk
from notalone_catalog.authoring.reading import StaffReading
from notalone_catalog.authoring.staff import StaffDesk

Context = grpc.aio.ServicerContext[Any, Any]


class AuthoringApi(CatalogAuthoringServiceServicer):
    """Hands each call to its use case; requests are already held against the proto's rules."""

    def __init__(self, *, staff: StaffDesk, reading: StaffReading, partner: PartnerDesk) -> None:
        self._staff = staff
        self._reading = reading
        self._partner = partner

    async def ListEntries(self, request: pb.ListEntriesRequest, context: Context) -> pb.ListEntriesResponse:
        """Entries with their state."""
        return await self._reading.entries(request)

    async def GetEntry(self, request: pb.GetEntryRequest, context: Context) -> pb.GetEntryResponse:
        """One entry."""
        return await self._reading.entry(request)

    async def ListHistory(self, request: pb.ListHistoryRequest, context: Context) -> pb.ListHistoryResponse:
        """What happened to an entry."""
        return await self._reading.history(request)

    async def DiffRevisions(self, request: pb.DiffRevisionsRequest, context: Context) -> pb.DiffRevisionsResponse:
        """What differs between two revisions."""
        return await self._reading.differences(request)

    async def ListAwaitingApproval(
        self, request: pb.ListAwaitingApprovalRequest, context: Context
    ) -> pb.ListAwaitingApprovalResponse:
        """What awaits approval."""
        return await self._reading.awaiting()

    async def ListWithdrawals(self, request: pb.ListWithdrawalsRequest, context: Context) -> pb.ListWithdrawalsResponse:
        """What is withdrawn."""
        return await self._reading.withdrawals()

    async def ListCorrections(self, request: pb.ListCorrectionsRequest, context: Context) -> pb.ListCorrectionsResponse:
        """What agencies say is wrong."""
        return await self._reading.corrections(request)

    async def SaveDraft(self, request: pb.SaveDraftRequest, context: Context) -> authoring_pb2.Revision:
        """Writes a draft."""
        return await self._staff.save_draft(request, caller().subject, key=key_of(context))

    async def SubmitDraft(self, request: pb.SubmitDraftRequest, context: Context) -> authoring_pb2.Revision:
        """Asks for approval."""
        return await self._staff.submit(request, caller().subject)

    async def DiscardDraft(self, request: pb.DiscardDraftRequest, context: Context) -> authoring_pb2.Revision:
        """Throws the open revision away."""
        return await self._staff.discard(request, caller().subject)

    async def ReturnDraft(self, request: pb.ReturnDraftRequest, context: Context) -> authoring_pb2.Revision:
        """Gives a submitted revision back."""
        return await self._staff.give_back(request, caller().subject)

    async def ApproveDraft(self, request: pb.ApproveDraftRequest, context: Context) -> authoring_pb2.Revision:
        """Approves a submitted revision."""
        return await self._staff.approve(request, caller().subject)

    async def PublishRevision(self, request: pb.PublishRevisionRequest, context: Context) -> authoring_pb2.Revision:
        """Makes an approved revision live."""
        return await self._staff.publish(request, caller().subject)

    async def ArchiveEntry(self, request: pb.ArchiveEntryRequest, context: Context) -> authoring_pb2.EntrySummary:
        """Takes an entry from public."""
        return await self._staff.archive(request, caller().subject)

    async def WithdrawContact(self, request: pb.WithdrawContactRequest, context: Context) -> authoring_pb2.EntrySummary:
        """Takes a contact from everywhere."""
        return await self._staff.withdraw(request, caller().subject)

    async def RestoreContact(self, request: pb.RestoreContactRequest, context: Context) -> authoring_pb2.EntrySummary:
        """Shows a contact again."""
        return await self._staff.restore(request, caller().subject)

    async def AcceptCorrection(self, request: pb.AcceptCorrectionRequest, context: Context) -> authoring_pb2.Correction:
        """Makes a draft of a correction."""
        return await self._staff.accept(request, caller().subject)

    async def RejectCorrection(self, request: pb.RejectCorrectionRequest, context: Context) -> authoring_pb2.Correction:
        """Answers a correction with no."""
        return await self._staff.reject(request, caller().subject)

    async def ListOwnEntries(self, request: pb.ListOwnEntriesRequest, context: Context) -> pb.ListOwnEntriesResponse:
        """The agency's entries."""
        return await self._partner.entries(caller())

    async def GetOwnEntry(self, request: pb.GetOwnEntryRequest, context: Context) -> pb.GetOwnEntryResponse:
        """One of them."""
        return await self._partner.entry(request, caller())

    async def ProposeCorrection(
        self, request: pb.ProposeCorrectionRequest, context: Context
    ) -> authoring_pb2.Correction:
        """Says what is wrong."""
        return await self._partner.propose(request, caller(), key=key_of(context))

    async def ListOwnCorrections(
        self, request: pb.ListOwnCorrectionsRequest, context: Context
    ) -> pb.ListOwnCorrectionsResponse:
        """What became of corrections."""
        return await self._partner.corrections(caller())

    async def GetOwnCorrection(self, request: pb.GetOwnCorrectionRequest, context: Context) -> authoring_pb2.Correction:
        """What became of one."""
        return await self._partner.correction(request, caller())

    async def PauseDesk(self, request: pb.PauseDeskRequest, context: Context) -> authoring_pb2.EntrySummary:
        """Closes a desk for a while."""
        return await self._partner.pause(request, caller())

    async def ResumeDesk(self, request: pb.ResumeDeskRequest, context: Context) -> authoring_pb2.EntrySummary:
        """Opens a desk again."""
        return await self._partner.resume(request, caller())
