"""The catalogue's database at work: prepared, filled from the text files, read into memory, its events published.

A database that is away keeps nobody: the catalogue answers from what it has, and this goes on in the background.
"""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence

from notalone.catalog.v1.entry_pb2 import Entry
from notalone_chassis import logs
from notalone_chassis.clock import Clock
from notalone_chassis.sql.preparation import Preparation
from notalone_chassis.sql.relay import Relay
from notalone_kernel.entry_shelf import Change

from notalone_catalog.authoring.importing import import_entries
from notalone_catalog.authoring.ports import Records
from notalone_catalog.domain.records import public_entry

AGAIN_SECONDS = 2.0

Apply = Callable[[Sequence[Change]], Awaitable[None]]


class Truth:
    """Starts what stands on the database, in order."""

    def __init__(
        self,
        records: Records,
        files: Sequence[Entry],
        *,
        preparation: Preparation,
        relay: Relay,
        apply: Apply,
        clock: Clock,
    ) -> None:
        """`files` are the entries that ship with the code; `apply` gets what is public of every entry."""
        self._records = records
        self._files = files
        self._preparation = preparation
        self._relay = relay
        self._apply = apply
        self._clock = clock
        self._log = logs.get("catalog")
        self._task: asyncio.Task[None] | None = None

    async def start(self) -> None:
        """Does all of it where the database is there, else goes on in the background."""
        await self._preparation.start()
        if not (self._preparation.ready and await self._attempt()):
            self._task = asyncio.create_task(self._keep_trying())

    async def stop(self, grace: float) -> None:
        """Publishes what is there, within `grace` seconds."""
        if self._task is not None:
            self._task.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await self._task
        await self._preparation.stop()
        await self._relay.stop(grace)

    async def _keep_trying(self) -> None:
        await self._preparation.wait()
        done = await self._attempt()
        while not done:
            await asyncio.sleep(AGAIN_SECONDS)
            done = await self._attempt()

    async def _attempt(self) -> bool:
        try:
            count = await import_entries(self._records, self._files, clock=self._clock)
            await self._apply([change async for change in self.changes()])
            await self._relay.start()
        except Exception as error:  # noqa: BLE001 whatever it is, the catalogue lives on and says what it has
            self._log.warning("entries_not_read", part="database", exc_info=error)
            return False
        self._log.info("entries_read", count=count)
        return True

    async def changes(self) -> AsyncIterator[Change]:
        """What is public of every entry, and what is not any more.

        Raises:
            Unavailable: "database".
        """
        await self._preparation.wait()
        async with self._records.look() as look:
            records = await look.records()
        for record in records:
            if record.last_live:
                yield Change(record.id, record.public, public_entry(record))
