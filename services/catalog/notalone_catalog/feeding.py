"""What the catalogue answers from: its read model and its search index, fed by the same changes."""

from __future__ import annotations

from collections.abc import Sequence

from notalone_chassis.events.event import Delivery
from notalone_chassis.remembering import Memory
from notalone_kernel.entry_shelf import Change, EntryShelf
from notalone_kernel.left_out import LeftOut

from notalone_catalog.ports import ProgrammeIndex
from notalone_catalog.projection import changes


class Feed:
    """Hands changes on to both, the index from the moment that it is attached."""

    def __init__(self, shelf: EntryShelf, memory: Memory[dict[str, LeftOut]] | None = None) -> None:
        """`memory` is told what is left out of the read model, for a start while the database is away."""
        self._shelf = shelf
        self._memory = memory
        self._index: ProgrammeIndex | None = None

    async def attach(self, index: ProgrammeIndex) -> None:
        """Takes an index that was built from the shelf before, and brings it up to date."""
        self._index = index
        await index.apply([Change(entry.id, entry.revision, entry) for entry in self._shelf.all()])

    async def apply(self, found: Sequence[Change]) -> None:
        """Takes over changes by revision.

        Raises:
            Unavailable: the index cannot be reached.
        """
        # First what decides: a search never shows what the read model no longer has.
        self._shelf.apply(found)
        if self._memory is not None:
            await self._memory.keep(self._shelf.left_out)
        if self._index is not None:
            await self._index.apply(found)

    async def handle(self, batch: Sequence[Delivery]) -> None:
        """Handler of `EventBus.follow`.

        Raises:
            ValueError: an event that can never be applied.
            Unavailable: the index cannot be reached.
        """
        await self.apply(changes(batch))
