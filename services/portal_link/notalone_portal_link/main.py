"""Builds portal_link from its parts and runs it."""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial

from notalone.portal_link.v1 import portal_link_service_pb2
from notalone.portal_link.v1.portal_link_service_pb2_grpc import add_PortalLinkServiceServicer_to_server
from notalone_chassis import service
from notalone_chassis.clock import Clock
from notalone_chassis.counting import Counting, of_service
from notalone_chassis.events.following import Following, applying
from notalone_chassis.events.opening import open_bus
from notalone_chassis.grpc_server import GrpcServer
from notalone_chassis.remembering import Memory
from notalone_chassis.telemetry import Telemetry
from notalone_kernel import left_out
from notalone_kernel.entry_shelf import TOPIC, change

from notalone_portal_link import counts
from notalone_portal_link.adapters import links_of, packaged_programmes, shared_procedures
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
    following: Following

    async def stop(self, grace: float) -> None:
        """Ends what is under way, then closes."""
        await self.server.stop(grace)
        await self.following.stop()
        await self.counting.stop()


async def start(settings: PortalLinkSettings, *, clock: Clock, telemetry: Telemetry | None = None) -> RunningPortalLink:
    """Starts portal_link on its packaged data, which the catalogue's events then keep true.

    Raises:
        OSError: the port is taken.
        SettingsError: the file of the entrances cannot be used.
        notalone_data.DataError: a packaged file is wrong.
    """
    memory = Memory(settings.data_dir / "portal_link" / "left_out.json", left_out, service="portal_link")
    places, programmes = Places.packaged(), packaged_programmes(memory.known)
    bus = partial(open_bus, settings, clock=clock, service="portal_link", telemetry=telemetry)
    follow = applying(change, programmes.apply, then=lambda: memory.keep(programmes.left_out))
    following = Following(bus, [TOPIC], follow, service="portal_link")
    counting = of_service("portal_link", counts.payload, settings, clock=clock, telemetry=telemetry)
    links = PortalLinks(
        places=places,
        programmes=programmes,
        writer=HandoffWriter(
            places=places,
            wording=Wording.packaged(),
            link=current(links_of(settings.entrances)),
            procedures=shared_procedures(),
        ),
        clock=clock,
        count=counting.count,
    )
    server = GrpcServer("portal_link", settings=settings, telemetry=telemetry)
    server.add(add_PortalLinkServiceServicer_to_server, PortalLinkApi(links), SERVICE)
    await following.start()
    try:
        address = await server.start()
    except BaseException:
        await following.stop()
        raise
    counting.start()
    return RunningPortalLink(address=address, server=server, counting=counting, following=following)


def main() -> None:
    """Runs portal_link alone until a signal."""
    service.run(start, PortalLinkSettings)


if __name__ == "__main__":
    main()
