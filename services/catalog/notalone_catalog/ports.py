"""What the catalogue needs from outside."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Protocol

from notalone.catalog.v1.entry_pb2 import Entry

MAX_HITS = 1000


@dataclass(frozen=True, slots=True)
class Hit:
    """One found entry; a higher score fits better. Scores of two queries do not compare."""

    entry_id: str
    score: float


class ProgrammeIndex(Protocol):
    """Finds entries by words.

    Japanese is found whatever its writing: kana or kanji width, one character or many, with or without spaces.
    """

    def replace(self, entries: Iterable[Entry]) -> None:
        """Takes these entries instead of all it held; searches never see a mixture."""
        ...

    def search(self, words: str) -> Sequence[Hit]:
        """The entries that fit, best first, at most `MAX_HITS`; none for words without letters or digits."""
        ...


class Entries(Protocol):
    """The entries that are to be served."""

    def all(self) -> Sequence[Entry]:
        """Every entry, also those that are not shown now."""
        ...
