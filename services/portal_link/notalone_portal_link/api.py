"""The gRPC face of portal_link."""

from __future__ import annotations

from typing import Any

import grpc
from notalone.portal_link.v1 import portal_link_service_pb2 as pb
from notalone.portal_link.v1.portal_link_service_pb2_grpc import PortalLinkServiceServicer

from notalone_portal_link.usecases import PortalLinks

Context = grpc.aio.ServicerContext[Any, Any]


class PortalLinkApi(PortalLinkServiceServicer):
    """Hands each call to its use case; requests are already held against the proto's rules."""

    def __init__(self, links: PortalLinks) -> None:
        self._links = links

    async def FindMunicipalities(
        self, request: pb.FindMunicipalitiesRequest, context: Context
    ) -> pb.FindMunicipalitiesResponse:
        """Finds municipalities."""
        return self._links.find(request)

    async def CreateHandoff(self, request: pb.CreateHandoffRequest, context: Context) -> pb.Handoff:
        """Says where to go on."""
        return self._links.hand_on(request)
