"""What the conversation needs from outside."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Protocol

from notalone.catalog.v1.entry_pb2 import Entry
from notalone.common.v1.common_pb2 import Audience


class Programmes(Protocol):
    """The read model: programmes and desks, the floor among them."""

    def all(self) -> Sequence[Entry]:
        """Every entry, whatever its state."""
        ...

    def get(self, programme_id: str) -> Entry | None:
        """One entry, None where there is none of that id."""
        ...

    @property
    def version(self) -> int:
        """Grows whenever what the entries say changes: what was made of them must be made anew."""
        ...

    @property
    def withdrawn(self) -> frozenset[str]:
        """The contacts that must not be shown, each as "entry id:value"."""
        ...


class Need(Protocol):
    """A need and how sure it is."""

    @property
    def need(self) -> str:
        """Its id."""
        ...

    @property
    def weight(self) -> float:
        """0 to 1."""
        ...


class RankedEntry(Protocol):
    """An entry in its place."""

    @property
    def entry(self) -> Entry:
        """The entry."""
        ...

    @property
    def score(self) -> float:
        """How well it fits, 0 and up."""
        ...

    @property
    def because(self) -> tuple[str, ...]:
        """The needs it answers, strongest first."""
        ...


class Understanding(Protocol):
    """Makes needs of words, and an order of entries for needs."""

    def understand(self, text: str, *, audience: Audience.ValueType, language: str) -> Sequence[Need]:
        """The needs that speak from a text, surest first; empty where none is recognised."""
        ...

    def rank(
        self,
        needs: Mapping[str, float],
        entries: Sequence[Entry],
        *,
        audience: Audience.ValueType,
        language: str,
        prefecture: str,
        now: datetime,
    ) -> Sequence[RankedEntry]:
        """The visible entries that serve the person and answer at least one need, best first."""
        ...
