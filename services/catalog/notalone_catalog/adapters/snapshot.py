"""The entries as packaged with the code."""

from __future__ import annotations

from collections.abc import AsyncIterator, Sequence

import notalone_crisis
import notalone_data
from notalone.catalog.v1.entry_pb2 import Entry

from notalone_catalog.ports import Change


class PackagedEntries:
    """Reviewed text files and the crisis floor, read once."""

    def __init__(self) -> None:
        self._entries = [*notalone_crisis.floor_entries(), *notalone_data.entries()]

    def all(self) -> Sequence[Entry]:
        """Every entry, the floor first."""
        return self._entries

    async def changes(self) -> AsyncIterator[Change]:
        """Every entry as a change, to build an index from."""
        for entry in self._entries:
            yield Change(entry.id, entry.revision, entry)
