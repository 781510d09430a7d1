"""All services in one process and one event loop, with real gRPC between them on loopback."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass

from notalone_catalog import main as catalog
from notalone_chassis.clock import Clock
from notalone_chassis.service import Running
from notalone_dialogue import main as dialogue
from notalone_gateway import main as gateway
from notalone_gateway.settings import GatewaySettings
from notalone_pdf import main as pdf
from notalone_portal_link import main as portal_link


@dataclass(frozen=True, slots=True)
class Backend:
    """The running services, the ones that others call last."""

    address: str
    services: tuple[Running, ...]

    async def stop(self, grace: float) -> None:
        """Ends the gateway first, then what stands behind it."""
        for service in self.services:
            await service.stop(grace)


async def start(*, clock: Clock) -> Backend:
    """Starts all services on their embedded adapters; settings come from the environment.

    Raises:
        OSError: the HTTP port is taken.
        pydantic.ValidationError: a setting is wrong.
    """
    catalogue, conversation, places = await asyncio.gather(
        catalog.start(catalog.CatalogSettings(), clock=clock),
        dialogue.start(dialogue.DialogueSettings(), clock=clock),
        portal_link.start(portal_link.PortalLinkSettings(), clock=clock),
    )
    memos = await pdf.start(pdf.PdfSettings(dialogue_address=conversation.address), clock=clock)
    front = await gateway.start(
        GatewaySettings(
            catalog_address=catalogue.address,
            dialogue_address=conversation.address,
            pdf_address=memos.address,
            portal_link_address=places.address,
        ),
        clock=clock,
    )
    return Backend(address=front.address, services=(front, memos, catalogue, conversation, places))
