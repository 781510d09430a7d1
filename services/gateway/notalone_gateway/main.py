"""Puts the gateway together and runs it."""

from __future__ import annotations

from collections.abc import Sequence
from importlib.resources import files
from pathlib import Path

import notalone_crisis
from google.protobuf.descriptor import ServiceDescriptor
from notalone.common.v1.contact_pb2 import Contact
from notalone_chassis import logs, service
from notalone_chassis.clock import Clock
from notalone_chassis.telemetry import Telemetry
from notalone_crisis import NEVER_WITHDRAWN

from notalone_gateway.api import Api
from notalone_gateway.app import Gateway, Parts
from notalone_gateway.contract import all_services, calls, services
from notalone_gateway.errors import HelpContacts
from notalone_gateway.http_server import HttpServer, listen
from notalone_gateway.limits import CallerRate
from notalone_gateway.settings import GatewaySettings
from notalone_gateway.site import Site, file_of
from notalone_gateway.upstream import Upstream
from notalone_gateway.withdrawn import Withdrawn


class RunningGateway:
    """A gateway that serves."""

    def __init__(self, app: Gateway, server: HttpServer, upstream: Upstream, withdrawn: Withdrawn) -> None:
        self._app = app
        self._server = server
        self._upstream = upstream
        self._withdrawn = withdrawn

    @property
    def address(self) -> str:
        """Where it answers, as "host:port"."""
        return self._server.address

    async def stop(self, grace: float) -> None:
        """Not ready from now on; ends requests under way within `grace` seconds; closes the channels."""
        self._app.drain()
        await self._server.stop(grace)
        await self._withdrawn.stop()
        await self._upstream.close()


async def start(settings: GatewaySettings, *, clock: Clock, telemetry: Telemetry | None = None) -> RunningGateway:
    """Starts to serve.

    Raises:
        OSError: the port is taken.
        ValueError: a setting is missing.
    """
    telemetry = telemetry or Telemetry()
    upstream = Upstream(services(), settings, telemetry)
    site = Site.read(settings.web_root)
    withdrawn = Withdrawn(
        upstream.withdrawn_contacts,
        file=settings.data_dir / "gateway" / "withdrawn.json",
        changed=lambda found: site.leave_out([one for one in found if one.partition(":")[0] not in NEVER_WITHDRAWN]),
    )

    def contacts(language: str) -> Sequence[Contact]:
        return notalone_crisis.help_contacts(language=language, now=clock.now(), withdrawn=withdrawn.contacts)

    await withdrawn.start()
    try:
        app = build(settings, clock=clock, upstream=upstream, contacts=contacts, telemetry=telemetry, site=site)
        listener = listen(settings.host, settings.port)
        server = await HttpServer.start(app, listener, trusted_proxies=settings.trusted_proxies)
    except OSError:
        await withdrawn.stop()
        await upstream.close()
        raise
    logs.get("gateway").info("serving", address=server.address, environment=settings.environment)
    return RunningGateway(app, server, upstream, withdrawn)


def build(
    settings: GatewaySettings,
    *,
    clock: Clock,
    upstream: Upstream,
    contacts: HelpContacts,
    telemetry: Telemetry | None = None,
    offered: Sequence[ServiceDescriptor] | None = None,
    site: Site | None = None,
) -> Gateway:
    """The application, without a server round it.

    It offers all services unless `offered` names others, and the site of the settings unless `site` is another.
    """
    log = logs.get("gateway")
    telemetry = telemetry or Telemetry()

    def always(language: str) -> Sequence[Contact]:
        # An error while telling of an error must not end in none.
        try:
            return contacts(language)
        except Exception:
            log.exception("no help contacts")
            return ()

    assets = Path(str(files("notalone_gateway").joinpath("assets")))
    return Gateway(
        Parts(
            settings=settings,
            calls=calls(all_services() if offered is None else offered),
            api=Api(upstream, settings, contacts=always),
            services=upstream,
            contacts=always,
            rate=CallerRate(*settings.rate, clock=clock),
            report_rate=CallerRate(*settings.report_rate, clock=clock),
            site=site or Site.read(settings.web_root),
            docs=Site.read(assets / "docs", prefix="/docs/"),
            fixed={
                "/openapi.json": file_of((assets / "openapi.json").read_bytes(), ".json"),
                "/docs": file_of((assets / "docs" / "index.html").read_bytes(), ".html"),
            },
            log=log,
            metrics=telemetry.metrics,
            tracing=telemetry.tracing("gateway", at_the_edge=True),
        )
    )


def main() -> None:
    """Runs the gateway as a process."""
    service.run(start, GatewaySettings)


if __name__ == "__main__":
    main()
