"""All services in one process and one event loop, with real gRPC between them on loopback."""

from __future__ import annotations

import asyncio
import secrets
from collections.abc import Awaitable
from dataclasses import dataclass

from notalone_catalog import main as catalog
from notalone_chassis.clock import Clock
from notalone_chassis.service import Running
from notalone_chassis.telemetry import Telemetry
from notalone_dialogue import main as dialogue
from notalone_gateway import main as gateway
from notalone_gateway.settings import GatewaySettings
from notalone_notify import main as notify
from notalone_pdf import main as pdf
from notalone_portal_link import main as portal_link
from pydantic import SecretStr

from notalone_app.issuer import server as embedded_issuer
from notalone_app.settings import AppSettings


@dataclass(frozen=True, slots=True)
class Backend:
    """The running services, the ones that others call last."""

    address: str
    services: tuple[Running, ...]
    # Of the development sign-in; empty where a real identity provider is set.
    issuer: str = ""

    async def stop(self, grace: float) -> None:
        """Ends the gateway first, then what stands behind it."""
        for service in self.services:
            await service.stop(grace)


async def start(*, clock: Clock, telemetry: Telemetry | None = None) -> Backend:
    """Starts all services on their embedded adapters; settings come from the environment.

    Raises:
        OSError: a port is taken.
        pydantic.ValidationError, SettingsError: a setting is wrong, or not safe in production.
    """
    # All settings first: a wrong one is told before anything has started.
    catalog_settings, dialogue_settings = catalog.CatalogSettings(), dialogue.DialogueSettings()
    portal_settings, pdf_settings = portal_link.PortalLinkSettings(), pdf.PdfSettings()
    notify_settings = notify.NotifySettings()
    gateway_settings, app_settings = GatewaySettings(), AppSettings()
    telemetry = telemetry or Telemetry()
    started: list[Running] = []
    sign_in = ""
    try:
        # Within one process nobody else can know it.
        update: dict[str, object] = {"internal_key": SecretStr(secrets.token_urlsafe(32))}
        if not app_settings.oidc_issuer:
            issuer = await embedded_issuer.start(app_settings, port=app_settings.issuer_port, clock=clock)
            started.append(issuer)
            sign_in = update["oidc_issuer"] = issuer.issuer
        catalogue, conversation, places, notices = await _together(
            catalog.start(catalog_settings.model_copy(update=update), clock=clock, telemetry=telemetry),
            dialogue.start(dialogue_settings.model_copy(update=update), clock=clock, telemetry=telemetry),
            portal_link.start(portal_settings.model_copy(update=update), clock=clock, telemetry=telemetry),
            notify.start(notify_settings.model_copy(update=update), clock=clock, telemetry=telemetry),
            started=started,
        )
        update["dialogue_address"] = conversation.address
        memos = await pdf.start(pdf_settings.model_copy(update=update), clock=clock, telemetry=telemetry)
        started.insert(0, memos)
        update |= {
            "catalog_address": catalogue.address,
            "pdf_address": memos.address,
            "portal_link_address": places.address,
            "notify_address": notices.address,
        }
        front = await gateway.start(gateway_settings.model_copy(update=update), clock=clock, telemetry=telemetry)
    except BaseException:
        await Backend(address="", services=tuple(started)).stop(0)
        raise
    return Backend(address=front.address, services=(front, *started), issuer=sign_in)


async def _together(*starting: Awaitable[Running], started: list[Running]) -> list[Running]:
    """Starts several at once; those that did start are in `started` even where another did not."""
    found = await asyncio.gather(*starting, return_exceptions=True)
    good = [one for one in found if not isinstance(one, BaseException)]
    started[:0] = good
    for one in found:
        if isinstance(one, BaseException):
            raise one
    return good
