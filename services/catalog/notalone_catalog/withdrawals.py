"""Which contacts must not be shown: from the database, so that it is known at once and without the event bus."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Awaitable, Callable, Sequence

from notalone_chassis import logs
from notalone_crisis import contact_id
from notalone_kernel.entry_shelf import Change, EntryShelf

from notalone_catalog.authoring.ports import Records
from notalone_catalog.domain.records import public_entry

EVERY_SECONDS = 15.0


class Withdrawals:
    """Knows them, and keeps the read model of this process in step even while the event bus is away."""

    def __init__(
        self, records: Records, shelf: EntryShelf, *, apply: Callable[[Sequence[Change]], Awaitable[None]]
    ) -> None:
        self._records = records
        self._shelf = shelf
        self._apply = apply
        self._log = logs.get("catalog")
        self._task: asyncio.Task[None] | None = None

    async def now(self) -> frozenset[str]:
        """All of them, as libs/crisis names them; what the read model knows while the database is away."""
        try:
            async with self._records.look() as look:
                found = await look.withdrawals()
        except Exception as error:  # noqa: BLE001 away, or not prepared yet: what is known is still the best answer
            self._log.warning("withdrawals_not_read", part="database", reason=type(error).__name__)
            return self._shelf.withdrawn
        return frozenset(contact_id(each.entry_id, each.value) for each in found)

    async def catch_up(self) -> None:
        """Brings the read model in step with the database, where they differ."""
        different = {name.partition(":")[0] for name in await self.now() ^ self._shelf.withdrawn}
        changes = [change for entry_id in sorted(different) if (change := await self._read(entry_id))]
        if changes:
            await self._apply(changes)

    async def start(self) -> None:
        """Catches up from now on, four times a minute."""
        self._task = asyncio.create_task(self._forever())

    async def stop(self) -> None:
        """Ends it."""
        if self._task is not None:
            self._task.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await self._task

    async def _forever(self) -> None:
        while True:
            await asyncio.sleep(EVERY_SECONDS)
            try:
                await self.catch_up()
            except Exception as error:  # noqa: BLE001 the next time may do better
                self._log.warning("withdrawals_not_applied", part="database", reason=type(error).__name__)

    async def _read(self, entry_id: str) -> Change | None:
        async with self._records.look() as look:
            record = await look.record(entry_id)
        return None if record is None else Change(record.id, record.public, public_entry(record))
