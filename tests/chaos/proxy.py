"""Stands between a service and a server on loopback, and cuts or slows what goes through."""

from __future__ import annotations

import asyncio
import contextlib

HOST = "127.0.0.1"
CHUNK_BYTES = 16 * 1024


class Proxy:
    """Passes connections on to an address; what is said to it holds for open connections too."""

    def __init__(self, target: str) -> None:
        self._host, _, port = target.rpartition(":")
        self._port = int(port)
        self._server: asyncio.Server | None = None
        self._writers: set[asyncio.StreamWriter] = set()
        self._cut = False
        self._delay = 0.0

    async def start(self) -> str:
        """Listens on a free port; returns the address to give to clients."""
        self._server = await asyncio.start_server(self._pass, HOST, 0)
        return f"{HOST}:{self._server.sockets[0].getsockname()[1]}"

    def cut(self) -> None:
        """Breaks all connections, and takes no new ones."""
        self._cut = True
        for writer in self._writers:
            writer.transport.abort()

    def slow(self, seconds: float) -> None:
        """Keeps back every piece for a while, in either direction."""
        self._delay = seconds

    def mend(self) -> None:
        """All goes through again, at once."""
        self._cut, self._delay = False, 0.0

    async def stop(self) -> None:
        """Ends all connections."""
        self.cut()
        if self._server is not None:
            self._server.close()

    async def _pass(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        if self._cut:
            writer.transport.abort()
            return
        try:
            far_reader, far_writer = await asyncio.open_connection(self._host, self._port)
        except OSError:
            writer.transport.abort()
            return
        ends = {writer, far_writer}
        self._writers |= ends
        try:
            await asyncio.gather(self._copy(reader, far_writer), self._copy(far_reader, writer))
        finally:
            self._writers -= ends
            for end in ends:
                end.transport.abort()

    async def _copy(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        with contextlib.suppress(OSError):
            while piece := await reader.read(CHUNK_BYTES):
                if self._delay:
                    await asyncio.sleep(self._delay)
                writer.write(piece)
                await writer.drain()
            if writer.can_write_eof():
                writer.write_eof()
