"""What an adapter gives: records in partitions, kept durably, and readers of them.

The bus (`bus.py`) makes events, retries and dead letters out of it, the same for every adapter.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol

Headers = tuple[tuple[str, bytes], ...]
# A topic and the number of one of its partitions.
Place = tuple[str, int]


@dataclass(frozen=True, slots=True)
class Record:
    """What is appended. Records of one key stand in one partition, in order; value None is a tombstone."""

    key: str
    value: bytes | None
    headers: Headers


@dataclass(frozen=True, slots=True)
class Stored:
    """A record and where it stands."""

    topic: str
    partition: int
    offset: int
    record: Record

    @property
    def place(self) -> Place:
        """Its topic and partition."""
        return self.topic, self.partition


@dataclass(frozen=True, slots=True)
class Taken:
    """What a reader took at once: in order within each partition.

    `fresh` says that partitions have come to this reader since the last one: what others did there must be learned
    before these records are handled.
    """

    records: Sequence[Stored]
    fresh: bool = False


class Reader(Protocol):
    """Reads topics; as one of a group (each partition has one reader at a time) or all of them from the beginning."""

    async def take(self) -> Taken:
        """The next records. Empty after a while without any, and after `wake`."""
        ...

    async def done(self, records: Sequence[Stored]) -> None:
        """Says that these, all that came before them in their partitions included, are handled: of a group, for ever.

        Never fails: what cannot be written now is written with the next ones, or is read again after a restart.
        """
        ...

    def holds(self, place: Place) -> bool:
        """Whether a partition is still this reader's. Work on one that is not should be dropped."""
        ...

    def wake(self) -> None:
        """Lets `take` return at once."""
        ...

    async def ends(self) -> Mapping[Place, int]:
        """For every partition of the topics, the offset that the next record will have.

        Raises:
            Unavailable: the log cannot be reached.
        """
        ...

    async def reached(self, ends: Mapping[Place, int]) -> bool:
        """Whether all before these offsets is handled, by whichever reader of the group.

        Raises:
            Unavailable: the log cannot be reached.
        """
        ...

    async def close(self) -> None:
        """Gives its partitions back; what is handled is written."""
        ...


class EventLog(Protocol):
    """A durable log. Topics are those of the topic list; whoever calls has checked their names."""

    async def append(self, topic: str, records: Sequence[Record]) -> None:
        """Returns when all are durable.

        Raises:
            Unavailable: the log cannot be reached; some may have been written all the same, in order.
        """
        ...

    async def read(self, topics: Sequence[str], *, group: str | None) -> Reader:
        """A reader of a group, or with None one that reads everything from the beginning."""
        ...

    async def behind(self, topic: str, group: str) -> int | None:
        """How many records of a topic a group has still to handle, about; None where it has never handled one.

        Raises:
            Unavailable: the log cannot be reached.
        """
        ...

    async def close(self) -> None:
        """Closes what was opened; readers are closed before."""
        ...
