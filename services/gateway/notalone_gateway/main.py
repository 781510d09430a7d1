"""Puts the gateway together and runs it."""

from __future__ import annotations

import asyncio
import socket
from collections.abc import Generator, Sequence
from contextlib import contextmanager
from importlib.resources import files
from math import ceil
from pathlib import Path

import notalone_crisis
import uvicorn
from google.protobuf.descriptor import ServiceDescriptor
from notalone.common.v1.contact_pb2 import Contact
from notalone_chassis import logs, service
from notalone_chassis.clock import Clock
from notalone_chassis.telemetry import Telemetry

from notalone_gateway.api import Api
from notalone_gateway.app import Gateway, Parts
from notalone_gateway.contract import all_services, calls, services
from notalone_gateway.errors import HelpContacts
from notalone_gateway.limits import CallerRate
from notalone_gateway.settings import GatewaySettings
from notalone_gateway.site import Site, file_of
from notalone_gateway.upstream import Upstream


class RunningGateway:
    """A gateway that serves."""

    def __init__(
        self, address: str, *, app: Gateway, server: _Server, serving: asyncio.Task[None], up: Upstream
    ) -> None:
        self._address = address
        self._app = app
        self._server = server
        self._serving = serving
        self._upstream = up

    @property
    def address(self) -> str:
        """Where it answers, as "host:port"."""
        return self._address

    async def stop(self, grace: float) -> None:
        """Not ready from now on; ends requests under way within `grace` seconds; closes the channels."""
        self._app.drain()
        self._server.config.timeout_graceful_shutdown = ceil(grace)
        self._server.should_exit = True
        await self._serving
        await self._upstream.close()


class _Server(uvicorn.Server):
    """Runs inside a loop that belongs to somebody else, who also keeps the signals."""

    def __init__(self, config: uvicorn.Config) -> None:
        super().__init__(config)
        self.listening = asyncio.Event()

    @contextmanager
    def capture_signals(self) -> Generator[None, None, None]:
        yield

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        await super().startup(sockets)
        self.listening.set()


async def start(settings: GatewaySettings, *, clock: Clock, telemetry: Telemetry | None = None) -> RunningGateway:
    """Starts to serve.

    Raises:
        OSError: the port is taken.
        ValueError: a setting is missing.
    """

    def contacts(language: str) -> Sequence[Contact]:
        return notalone_crisis.help_contacts(language=language, now=clock.now())

    telemetry = telemetry or Telemetry()
    upstream = Upstream(services(), settings, telemetry)
    try:
        app = build(settings, clock=clock, upstream=upstream, contacts=contacts, telemetry=telemetry)
        listener = _listen(settings)
    except OSError:
        await upstream.close()
        raise
    server = _Server(_config(app, settings))
    serving = asyncio.create_task(server.serve(sockets=[listener]))
    listening = asyncio.create_task(server.listening.wait())
    await asyncio.wait({serving, listening}, return_when=asyncio.FIRST_COMPLETED)
    if serving.done():
        listening.cancel()
        await upstream.close()
        await serving
    host, port = listener.getsockname()[:2]
    address = f"{host}:{port}"
    logs.get("gateway").info("serving", address=address, environment=settings.environment)
    return RunningGateway(address, app=app, server=server, serving=serving, up=upstream)


def build(
    settings: GatewaySettings,
    *,
    clock: Clock,
    upstream: Upstream,
    contacts: HelpContacts,
    telemetry: Telemetry | None = None,
    offered: Sequence[ServiceDescriptor] | None = None,
) -> Gateway:
    """The application, without a server round it; it offers all services unless `offered` names others."""
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
    per_second, burst = settings.rate
    return Gateway(
        Parts(
            settings=settings,
            calls=calls(all_services() if offered is None else offered),
            api=Api(upstream, settings, contacts=always),
            services=upstream,
            contacts=always,
            rate=CallerRate(per_second, burst, clock=clock),
            site=Site.read(settings.web_root),
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


def _listen(settings: GatewaySettings) -> socket.socket:
    family = socket.AF_INET6 if ":" in settings.host else socket.AF_INET
    listener = socket.create_server((settings.host, settings.port), family=family, backlog=2048)
    # Head and body of an answer are two writes: without this the second waits 40 ms for the client's acknowledgement.
    listener.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    return listener


def _config(app: Gateway, settings: GatewaySettings) -> uvicorn.Config:
    return uvicorn.Config(
        app,
        # Parsers without limits are no good at the front: h11 refuses headers beyond 64 KB.
        http="h11",
        h11_max_incomplete_event_size=64 * 1024,
        ws="none",
        lifespan="off",
        log_config=None,
        log_level="critical",
        access_log=False,
        server_header=False,
        proxy_headers=bool(settings.trusted_proxies),
        forwarded_allow_ips=list(settings.trusted_proxies),
    )


def main() -> None:
    """Runs the gateway as a process."""
    service.run(start, GatewaySettings)


if __name__ == "__main__":
    main()
