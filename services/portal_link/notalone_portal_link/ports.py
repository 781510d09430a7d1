"""What portal_link needs from outside."""

from __future__ import annotations

from typing import Protocol

from notalone.catalog.v1.entry_pb2 import Entry


class Programmes(Protocol):
    """The programmes and desks, of which it is read who decides."""

    def get(self, programme_id: str) -> Entry | None:
        """One entry; None where there is none of this id."""
        ...
