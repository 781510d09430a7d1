"""uvicorn inside an event loop that belongs to somebody else, who also keeps the signals."""

from __future__ import annotations

import asyncio
import socket
from collections.abc import Generator
from contextlib import contextmanager
from math import ceil

import uvicorn
from starlette.types import ASGIApp


class HttpServer:
    """Serves one application until it is stopped."""

    def __init__(self, address: str, server: uvicorn.Server, serving: asyncio.Task[None]) -> None:
        self.address = address
        self._server = server
        self._serving = serving

    @classmethod
    async def start(cls, app: ASGIApp, listener: socket.socket, *, trusted_proxies: tuple[str, ...] = ()) -> HttpServer:
        """Returns once it listens."""
        server = _Server(_config(app, trusted_proxies))
        serving = asyncio.create_task(server.serve(sockets=[listener]))
        listening = asyncio.create_task(server.listening.wait())
        await asyncio.wait({serving, listening}, return_when=asyncio.FIRST_COMPLETED)
        if serving.done():
            listening.cancel()
            await serving
        host, port = listener.getsockname()[:2]
        return cls(f"{host}:{port}", server, serving)

    async def stop(self, grace: float) -> None:
        """Ends requests under way within `grace` seconds."""
        self._server.config.timeout_graceful_shutdown = ceil(grace)
        self._server.should_exit = True
        await self._serving


class _Server(uvicorn.Server):
    def __init__(self, config: uvicorn.Config) -> None:
        super().__init__(config)
        self.listening = asyncio.Event()

    @contextmanager
    def capture_signals(self) -> Generator[None, None, None]:
        yield

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        await super().startup(sockets)
        self.listening.set()


def listen(host: str, port: int) -> socket.socket:
    """A socket that accepts; port 0 takes any free one.

    Raises:
        OSError: the port is taken.
    """
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    listener = socket.create_server((host, port), family=family, backlog=2048)
    # Head and body of an answer are two writes: without this the second waits 40 ms for the client's acknowledgement.
    listener.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    return listener


def _config(app: ASGIApp, trusted_proxies: tuple[str, ...]) -> uvicorn.Config:
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
        proxy_headers=bool(trusted_proxies),
        forwarded_allow_ips=list(trusted_proxies),
    )
