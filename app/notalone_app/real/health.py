"""Whether a process serves."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable

from notalone_chassis import grpc_client

# Never raises.
Check = Callable[[], Awaitable[bool]]

PATIENCE = 2.0


def grpc_serves(address: str) -> Check:
    """Asks the gRPC health service, which every service has."""

    async def check() -> bool:
        async with grpc_client.channel(address) as line:
            return await grpc_client.serves(line, timeout=PATIENCE)

    return check


def http_is_ready(address: str) -> Check:
    """Asks `/readyz`, which says whether the gateway reaches all parts."""
    host, _, port = address.rpartition(":")

    async def check() -> bool:
        try:
            async with asyncio.timeout(PATIENCE):
                return await _get(host, int(port), "/readyz")
        except (OSError, TimeoutError):
            return False

    return check


async def _get(host: str, port: int, path: str) -> bool:
    reader, writer = await asyncio.open_connection(host, port)
    try:
        writer.write(f"GET {path} HTTP/1.1\r\nHost: {host}:{port}\r\nConnection: close\r\n\r\n".encode())
        return b" 200 " in await reader.readline()
    finally:
        writer.close()
