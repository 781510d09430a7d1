"""What the catalogue needs from outside."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Protocol

from notalone.catalog.v1.entry_pb2 import Entry
from notalone.catalog.v1.programme_pb2 import Programme
from notalone.common.v1.common_pb2 import AUDIENCE_UNSPECIFIED, Audience
from notalone_kernel.entry_shelf import Change

# As far as pages reach, and how many of the best are looked at where a filter is not in the index (open now).
MAX_HITS = 1000


@dataclass(frozen=True, slots=True, kw_only=True)
class Question:
    """What is looked for. Only what may be shown at `now` is ever found.

    Attributes:
        now: An aware instant; entries out of their dates by then are left out.
        words: As typed; without any letter or digit in them nothing is found. None browses.
        topics: Need ids, any of them; none is all.
        audience: Unspecified is anybody.
        prefecture: Two digits; leaves out what does not serve it. Empty is anywhere.
        kind: Unspecified is both.
        best_for: A need id. Browsing goes by how well an entry answers it, else by the reading of the name.
        offset: Where the page begins.
        limit: How many to the page; offset and limit together at most `MAX_HITS`.
    """

    now: datetime
    words: str | None = None
    topics: frozenset[str] = frozenset()
    audience: Audience.ValueType = AUDIENCE_UNSPECIFIED
    prefecture: str = ""
    kind: Programme.Kind.ValueType = Programme.KIND_UNSPECIFIED
    best_for: str = ""
    offset: int = 0
    limit: int = 20


@dataclass(frozen=True, slots=True)
class Hit:
    """One found entry; a higher score fits better, scores of two questions do not compare.

    `matched`: pieces of the entry's texts that the index says were meant, beside the words themselves.
    """

    entry: Entry
    score: float = 0.0
    matched: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Found:
    """One page of hits, and what stands behind it.

    Attributes:
        hits: Best first.
        total: How many there are on all pages.
        topics: How many of all results answer each need.
        kinds: How many of all results are of each kind, by its name.
        degraded: True where a thinner index had to answer.
    """

    hits: Sequence[Hit] = ()
    total: int = 0
    topics: Mapping[str, int] = field(default_factory=dict)
    kinds: Mapping[str, int] = field(default_factory=dict)
    degraded: bool = False


class ProgrammeSearch(Protocol):
    """Answers what people look for.

    Japanese is found whatever its writing: kana or kanji width, one character or many, with or without spaces.
    """

    async def search(self, question: Question) -> Found:
        """One page of the entries that fit.

        Raises:
            Unavailable: the index cannot be reached, or not in time.
        """
        ...

    async def suggest(self, question: Question) -> Found:
        """Entries for what is being typed, of which the last word may be unfinished.

        First those whose name begins so, then those another of whose words does, kana for kanji too, then those that
        have it within. Only one page, without counts.

        Raises:
            Unavailable: the index cannot be reached, or not in time.
        """
        ...


class ProgrammeIndex(ProgrammeSearch, Protocol):
    """A projection of the entries that can be searched. Nothing is lost with it: it is built from the entries."""

    async def apply(self, changes: Sequence[Change]) -> None:
        """Takes over changes, each only where its revision is newer than what is known of its entry, also if withdrawn.

        So order, repetition and a replay from the first change do not matter. Visible to searches soon after.

        Raises:
            Unavailable: the index cannot be reached; some may have been taken over all the same.
        """
        ...

    async def replace(self, entries: Iterable[Entry]) -> None:
        """Builds anew from these entries, beside what is there; searches never see a mixture or an empty index.

        Raises:
            Unavailable: the index cannot be reached; what was there goes on answering.
        """
        ...


class Entries(Protocol):
    """The entries that are to be served."""

    def all(self) -> Sequence[Entry]:
        """Every entry, also those that are not shown now."""
        ...

    def get(self, entry_id: str) -> Entry | None:
        """One entry; None where there is none of this id."""
        ...

    def current(self, entry: Entry) -> Entry | None:
        """The newest that is known of an entry that an index kept; None where it is withdrawn."""
        ...

    @property
    def withdrawn(self) -> frozenset[str]:
        """The contacts that must not be shown, each as "entry id:value"."""
        ...
