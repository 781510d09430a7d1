"""The read model as it ships with the packages: it answers while everything else is down."""

from __future__ import annotations

from collections.abc import Sequence

import notalone_crisis
import notalone_data
from notalone.catalog.v1.entry_pb2 import Entry


class PackagedProgrammes:
    """The entries of the data package and the floor of the crisis package."""

    def __init__(self) -> None:
        # The floor wins: its facts are the best guarded.
        found = {entry.id: entry for entry in [*notalone_data.entries(), *notalone_crisis.floor_entries()]}
        self._by_id = found
        self._all = tuple(found.values())

    def all(self) -> Sequence[Entry]:
        """Every entry."""
        return self._all

    def get(self, programme_id: str) -> Entry | None:
        """One entry, None where there is none of that id."""
        return self._by_id.get(programme_id)
