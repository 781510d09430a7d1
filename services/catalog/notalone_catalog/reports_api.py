"""The gRPC face of reports about contacts."""

from __future__ import annotations

from typing import Any

import grpc
from notalone.catalog.v1 import contact_report_service_pb2 as pb
from notalone.catalog.v1.contact_report_service_pb2_grpc import ContactReportServiceServicer
from notalone_chassis.access.caller import caller

from notalone_catalog.authoring.reports import ReportsDesk
from notalone_catalog.reporting import Reporting

Context = grpc.aio.ServicerContext[Any, Any]


class ReportsApi(ContactReportServiceServicer):
    """Hands each call to its use case; requests are already held against the proto's rules."""

    def __init__(self, reporting: Reporting, desk: ReportsDesk) -> None:
        self._reporting = reporting
        self._desk = desk

    async def ReportContact(self, request: pb.ReportContactRequest, context: Context) -> pb.ReportContactResponse:
        """Counts what came of trying a contact."""
        return await self._reporting.report(request)

    async def ListReportedContacts(
        self, request: pb.ListReportedContactsRequest, context: Context
    ) -> pb.ListReportedContactsResponse:
        """What was told of contacts."""
        return await self._desk.reported(request)

    async def MarkReportsSeen(self, request: pb.MarkReportsSeenRequest, context: Context) -> pb.ReportedContact:
        """Says that somebody has looked."""
        return await self._desk.mark_seen(request, caller().subject)
