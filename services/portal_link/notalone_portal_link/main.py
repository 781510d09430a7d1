"""Builds portal_link from its parts and runs it."""

from __future__ import annotations

from dataclasses import dataclass

from notalone.portal_link.v1 import portal_link_service_pb2
from notalone.portal_link.v1.portal_link_service_pb2_grpc import add_PortalLinkServiceServicer_to_server
from notalone_chassis import service
from notalone_chassis.clock import Clock
from notalone_chassis.counting import Counting, of_service
from notalone_chassis.grpc_server import GrpcServer
from notalone_chassis.telemetry import Telemetry

from notalone_portal_link import counts
from notalone_portal_link.adapters import PackagedProgrammes, packaged_links
from notalone_portal_link.api import PortalLinkApi
from notalone_portal_link.domain.places import Places
from notalone_portal_link.domain.portal import current
from notalone_portal_link.handoffs import HandoffWriter
from notalone_portal_link.settings import PortalLinkSettings
from notalone_portal_link.usecases import PortalLinks
from notalone_portal_link.wording import Wording

__all__ = ["PortalLinkSettings", "main", "start"]

SERVICE = portal_link_service_pb2.DESCRIPTOR.services_by_name["PortalLinkService"]


@dataclass(frozen=True, slots=True)
class RunningPortalLink:
    """portal_link, serving."""

    address: str
    server: GrpcServer
    counting: Counting

    async def stop(self, grace: float) -> None:
        """Ends what is under way, then closes."""
        await self.server.stop(grace)
        await self.counting.stop()


async def start(settings: PortalLinkSettings, *, clock: Clock, telemetry: Telemetry | None = None) -> RunningPortalLink:
    """Starts portal_link on its packaged data.

    Raises:
        OSError: the port is taken.
        notalone_data.DataError: a packaged file is wrong.
    """
    places = Places.packaged()
    counting = of_service("portal_link", counts.payload, settings, clock=clock, telemetry=telemetry)
    links = PortalLinks(
        places=places,
        programmes=PackagedProgrammes(),
        writer=HandoffWriter(places=places, wording=Wording.packaged(), link=current(packaged_links())),
        clock=clock,
        count=counting.count,
    )
    server = GrpcServer("portal_link", settings=settings, telemetry=telemetry)
    server.add(add_PortalLinkServiceServicer_to_server, PortalLinkApi(links), SERVICE)
    address = await server.start()
    counting.start()
    return RunningPortalLink(address=address, server=server, counting=counting)


def main() -> None:
    """Runs portal_link alone until a signal."""
    service.run(start, PortalLinkSettings)


if __name__ == "__main__":
    main()
