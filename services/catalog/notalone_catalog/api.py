"""The catalogue's gRPC face."""

from __future__ import annotations

from typing import Any

import grpc
from notalone.catalog.v1 import catalog_service_pb2 as pb
from notalone.catalog.v1.catalog_service_pb2_grpc import CatalogServiceServicer
from notalone.catalog.v1.programme_pb2 import Programme

from notalone_catalog.usecases import Catalogue
from notalone_catalog.withdrawals import Withdrawals

Context = grpc.aio.ServicerContext[Any, Any]


class CatalogApi(CatalogServiceServicer):
    """Hands each call to its use case; requests are already held against the proto's rules."""

    def __init__(self, catalogue: Catalogue, withdrawals: Withdrawals) -> None:
        self._catalogue = catalogue
        self._withdrawals = withdrawals

    async def SearchProgrammes(
        self, request: pb.SearchProgrammesRequest, context: Context
    ) -> pb.SearchProgrammesResponse:
        """Finds programmes by words."""
        return await self._catalogue.search(request)

    async def SuggestProgrammes(
        self, request: pb.SuggestProgrammesRequest, context: Context
    ) -> pb.SuggestProgrammesResponse:
        """Programmes for what is being typed."""
        return await self._catalogue.suggest(request)

    async def ListProgrammes(self, request: pb.ListProgrammesRequest, context: Context) -> pb.ListProgrammesResponse:
        """Browses programmes."""
        return await self._catalogue.browse(request)

    async def GetProgramme(self, request: pb.GetProgrammeRequest, context: Context) -> Programme:
        """One programme."""
        return self._catalogue.get(request)

    async def ListWithdrawnContacts(
        self, request: pb.ListWithdrawnContactsRequest, context: Context
    ) -> pb.ListWithdrawnContactsResponse:
        """The contacts that must not be shown."""
        return pb.ListWithdrawnContactsResponse(contacts=sorted(await self._withdrawals.now()))
