"""What must not be shown any more of entries that ship with the code.

It is remembered, so that a wrong number does not come back when a service starts while the catalogue cannot be heard.
A memory only ever takes away: it can hide what the code ships with, and neither add nor change anything.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass

from notalone.catalog.v1.entry_pb2 import Entry

_LARGEST_REVISION = 2**63 - 1


@dataclass(frozen=True, slots=True)
class LeftOut:
    """What is hidden of an entry as of a revision: all of it, or the channels of these values, or nothing any more."""

    revision: int
    whole: bool = False
    values: frozenset[str] = frozenset()

    @property
    def anything(self) -> bool:
        """Whether something is hidden."""
        return self.whole or bool(self.values)

    def of(self, entry: Entry) -> Entry | None:
        """The entry without what is hidden; None where that is all of it."""
        return None if self.whole else without(entry, self.values)

    def joined(self, other: LeftOut) -> LeftOut:
        """What the newer of both says; all that both hide where they are of one revision."""
        if self.revision != other.revision:
            return max(self, other, key=lambda each: each.revision)
        return LeftOut(self.revision, self.whole or other.whole, self.values | other.values)


def without(entry: Entry, values: Collection[str]) -> Entry:
    """The entry with the channels of these values withdrawn; itself where they are already."""
    more = {*values} - {*entry.withdrawn}
    if not more:
        return entry
    copy = Entry()
    copy.CopyFrom(entry)
    copy.withdrawn.extend(sorted(more))
    return copy


def left_out(packaged: Entry, revision: int, entry: Entry | None) -> LeftOut:
    """What a revision hides of an entry as it ships with the code.

    Args:
        packaged: As it ships.
        revision: Of `entry`.
        entry: As the catalogue tells it; None where it is withdrawn.
    """
    if entry is None or (entry.status != Entry.ACTIVE and packaged.status == Entry.ACTIVE):
        return LeftOut(revision, whole=True)
    values = set(entry.withdrawn)
    # The numbers of the floor are changed in the code alone: one that the catalogue does not know yet is the newer one.
    if not packaged.floor:
        values |= {channel.value for channel in packaged.channels} - {channel.value for channel in entry.channels}
    return LeftOut(revision, values=frozenset(values))


def join(one: Mapping[str, LeftOut], other: Mapping[str, LeftOut]) -> dict[str, LeftOut]:
    """What two memories hide together, by entry id; their order does not matter."""
    joined = dict(one)
    for entry_id, each in other.items():
        joined[entry_id] = each.joined(joined[entry_id]) if entry_id in joined else each
    return joined


def dump(memory: Mapping[str, LeftOut]) -> object:
    """A memory as JSON has it."""
    return {
        entry_id: {"revision": each.revision, "whole": each.whole, "values": sorted(each.values)}
        for entry_id, each in sorted(memory.items())
    }


def parse(found: object) -> dict[str, LeftOut]:
    """A memory read from JSON.

    Raises:
        ValueError: It is none.
    """
    if not isinstance(found, dict):
        raise ValueError("not a memory of what is left out")  # noqa: TRY004 one kind of error for every fault of a file
    return {_text(entry_id): _parse_one(each) for entry_id, each in found.items()}


def _parse_one(found: object) -> LeftOut:
    match found:
        case {"revision": int() as revision, "whole": bool() as whole, "values": list() as values} if (
            not isinstance(revision, bool) and 0 <= revision <= _LARGEST_REVISION
        ):
            return LeftOut(revision, whole, frozenset(_text(value) for value in values))
    raise ValueError("not what is left out of an entry")


def _text(found: object) -> str:
    if not isinstance(found, str):
        raise ValueError("not a text")  # noqa: TRY004 as above
    # JSON can name half a character, which no message can bear.
    found.encode("utf-8")
    return found
