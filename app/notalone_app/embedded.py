"""All services in one process and one event loop, with real gRPC between them on loopback."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable
from dataclasses import dataclass

from notalone_catalog import main as catalog
from notalone_chassis.clock import Clock
from notalone_chassis.service import Running
from notalone_chassis.telemetry import Telemetry
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


async def start(*, clock: Clock, telemetry: Telemetry | None = None) -> Backend:
    """Starts all services on their embedded adapters; settings come from the environment.

    Raises:
        OSError: the HTTP port is taken.
        pydantic.ValidationError: a setting is wrong.
    """
    # All settings first: a wrong one is told before anything has started.
    catalog_settings, dialogue_settings = catalog.CatalogSettings(), dialogue.DialogueSettings()
    portal_settings, pdf_settings = portal_link.PortalLinkSettings(), pdf.PdfSettings()
    gateway_settings = GatewaySettings()
    telemetry = telemetry or Telemetry()
    started: list[Running] = []
    try:
        catalogue, conversation, places = await _together(
            catalog.start(catalog_settings, clock=clock, telemetry=telemetry),
            dialogue.start(dialogue_settings, clock=clock, telemetry=telemetry),
            portal_link.start(portal_settings, clock=clock, telemetry=telemetry),
            started=started,
        )
        update = {"dialogue_address": conversation.address}
        memos = await pdf.start(pdf_settings.model_copy(update=update), clock=clock, telemetry=telemetry)
        started.insert(0, memos)
        update |= {
            "catalog_address": catalogue.address,
            "pdf_address": memos.address,
            "portal_link_address": places.address,
        }
        front = await gateway.start(gateway_settings.model_copy(update=update), clock=clock, telemetry=telemetry)
    except BaseException:
        await Backend(address="", services=tuple(started)).stop(0)
        raise
    return Backend(address=front.address, services=(front, *started))


async def _together(*starting: Awaitable[Running], started: list[Running]) -> list[Running]:
    """Starts several at once; those that did start are in `started` even where another did not."""
    found = await asyncio.gather(*starting, return_exceptions=True)
    started.extend(one for one in found if not isinstance(one, BaseException))
    for one in found:
        if isinstance(one, BaseException):
            raise one
    return list(started)
