"""Which contacts must not be shown any more: asked of the catalogue again and again, and remembered while it is away.

Errors and the help pages show contacts that ship with the code; a wrong number among them must be gone within a minute.
"""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Awaitable, Callable, Collection
from pathlib import Path

import grpc
from notalone_chassis import logs
from notalone_chassis.remembering import Memory

EVERY_SECONDS = 15.0


class Withdrawn:
    """What the catalogue last said."""

    def __init__(
        self,
        ask: Callable[[], Awaitable[Collection[str]]],
        *,
        file: Path,
        changed: Callable[[frozenset[str]], None],
    ) -> None:
        """Remembers in `file`, so that a start while the catalogue is away knows it too; tells `changed` of changes."""
        self._ask = ask
        self._memory = Memory(file, _LastSaid(), service="gateway")
        self._changed = changed
        self._log = logs.get("gateway")
        self._task: asyncio.Task[None] | None = None
        self.contacts: frozenset[str] = frozenset()

    async def start(self) -> None:
        """Takes what is remembered, asks once, and goes on asking."""
        self._take(self._memory.known or frozenset())
        await self.refresh()
        self._task = asyncio.create_task(self._forever())

    async def stop(self) -> None:
        """Ends the asking."""
        if self._task is not None:
            self._task.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await self._task

    async def refresh(self) -> None:
        """Asks; where there is no answer, what was known stays."""
        try:
            found = frozenset(await self._ask())
        except grpc.aio.AioRpcError as error:
            self._log.warning("withdrawn contacts not known", part="catalog", code=error.code().name)
            return
        if found != self.contacts:
            self._take(found)
            await self._memory.keep(found)

    async def _forever(self) -> None:
        while True:
            await asyncio.sleep(EVERY_SECONDS)
            await self.refresh()

    def _take(self, found: frozenset[str]) -> None:
        self.contacts = found
        self._changed(found)


class _LastSaid:
    """Names in a list; the last answer holds."""

    def parse(self, found: object) -> frozenset[str]:
        if not isinstance(found, list) or not all(isinstance(name, str) for name in found):
            raise ValueError("not a list of contacts")
        return frozenset(found)

    def dump(self, value: frozenset[str]) -> object:
        return sorted(value)

    def join(self, _known: frozenset[str], new: frozenset[str]) -> frozenset[str]:
        return new
