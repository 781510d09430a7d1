"""What a service knows of all entries: those packaged with the code first, then what the catalogue's events say.

Changes are taken over by revision, so that order, repetition and a replay from the first event do not matter.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from google.protobuf.message import DecodeError
from notalone.catalog.v1.entry_pb2 import Entry

from notalone_kernel import telephone
from notalone_kernel.left_out import LeftOut, left_out, without

TOPIC = "notalone.catalog.entries.v1"
"""Where the catalogue tells of every change of what is public."""


@dataclass(frozen=True, slots=True)
class Change:
    """An entry as of a revision; `entry` None: withdrawn by that revision."""

    entry_id: str
    revision: int
    entry: Entry | None


def event_id(entry_id: str, revision: int) -> str:
    """The id of the event that publishes or withdraws an entry; a tombstone has no other place for its revision."""
    return f"{entry_id}@{revision}"


def change(id_: str, key: str, data: bytes | None) -> Change:
    """What an event of `TOPIC` says.

    Args:
        id_: Of the event.
        key: Of the event.
        data: Its payload; None where the entry is withdrawn.

    Raises:
        ValueError: It is none, also after any number of tries.
    """
    entry_id, _, revision = id_.rpartition("@")
    if entry_id != key or not revision.isdecimal():
        raise ValueError("not the id of an entry event")
    if data is None:
        return Change(entry_id, int(revision), None)
    try:
        entry = Entry.FromString(data)
    except DecodeError as error:
        raise ValueError("not an entry") from error
    if (entry.id, entry.revision) != (entry_id, int(revision)):
        raise ValueError("the entry is not the one its event names")
    return Change(entry_id, entry.revision, entry)


class EntryShelf:
    """All entries, whatever their state, the crisis floor first; no caller changes one."""

    def __init__(self, packaged: Iterable[Entry], *, remembered: Mapping[str, LeftOut] | None = None) -> None:
        """Begins with the entries as packaged: revision 0.

        What is `remembered` as left out, by entry id, stays so until a revision that is not older says otherwise.
        """
        self._packaged = {entry.id: entry for entry in packaged}
        self._left_out = dict(remembered or {})
        # As told, and as they may be shown.
        self._told: dict[str, Entry] = {}
        self._entries: dict[str, Entry] = {}
        # Contacts of the floor that are withdrawn: what must be dialled for them, or their address.
        self._wrong: frozenset[str] = frozenset()
        # Of what was withdrawn too: an older event must not bring it back.
        self._revisions: dict[str, int] = {entry.id: entry.revision for entry in self._packaged.values()}
        for entry in self._packaged.values():
            self._set(entry.id, self._left(entry))
        self._order: tuple[Entry, ...] = ()
        self._withdrawn: frozenset[str] = frozenset()
        self._version = 0
        self._arrange()

    @property
    def version(self) -> int:
        """Grows whenever what the entries say changes; a new revision that says the same leaves it."""
        return self._version

    @property
    def withdrawn(self) -> frozenset[str]:
        """The contacts that must not be shown, each as "entry id:value", as libs/crisis takes them."""
        return self._withdrawn

    @property
    def left_out(self) -> dict[str, LeftOut]:
        """What must not be shown of the packaged entries, by entry id: to be remembered for the next start."""
        return dict(self._left_out)

    def all(self) -> Sequence[Entry]:
        """Every entry, also those that are not shown now, in one order."""
        return self._order

    def get(self, entry_id: str) -> Entry | None:
        """One entry; None where there is none of this id."""
        return self._entries.get(entry_id)

    def current(self, entry: Entry) -> Entry | None:
        """The newest that is known of an entry that somebody else kept; None where it is withdrawn."""
        if entry.revision > self._revisions.get(entry.id, -1):
            return entry
        return self._entries.get(entry.id)

    def apply(self, changes: Iterable[Change]) -> None:
        """Takes over changes, each only where its revision is newer than what is known of its entry."""
        different = False
        for each in changes:
            if each.revision > self._revisions.get(each.entry_id, -1):
                different |= self._put(each)
        if different:
            self._version += 1
        self._arrange()

    def _put(self, each: Change) -> bool:
        """Returns whether the entry says something else now."""
        self._revisions[each.entry_id] = each.revision
        self._note(each)
        entry = None if each.entry is None else self._left(each.entry)
        before = self._told.get(each.entry_id)
        self._set(each.entry_id, entry)
        return not _same(before, entry)

    def _note(self, each: Change) -> None:
        packaged, known = self._packaged.get(each.entry_id), self._left_out.get(each.entry_id)
        if packaged is None or (known is not None and known.revision > each.revision):
            return
        found = left_out(packaged, each.revision, each.entry)
        if found.anything or known is not None:
            self._left_out[each.entry_id] = found

    def _left(self, entry: Entry) -> Entry | None:
        """Without what a newer revision is known to have taken away."""
        known = self._left_out.get(entry.id)
        return known.of(entry) if known is not None and known.revision > entry.revision else entry

    def _set(self, entry_id: str, entry: Entry | None) -> None:
        if entry is None:
            self._told.pop(entry_id, None)
            self._entries.pop(entry_id, None)
        else:
            self._told[entry_id] = entry
            self._entries[entry_id] = self._right(entry)

    def _right(self, entry: Entry) -> Entry:
        """Without a contact that is withdrawn from the floor: the same number is wrong wherever else it stands."""
        if entry.floor or not self._wrong:
            return entry
        return without(entry, {each.value for each in entry.channels if _reached_by(each.value) in self._wrong})

    def _arrange(self) -> None:
        floor = [entry for entry in self._told.values() if entry.floor]
        wrong = frozenset(_reached_by(value) for entry in floor for value in entry.withdrawn)
        if wrong != self._wrong:
            self._wrong = wrong
            self._entries = {entry_id: self._right(entry) for entry_id, entry in self._told.items()}
        self._order = tuple(sorted(self._entries.values(), key=lambda entry: (not entry.floor, entry.id)))
        self._withdrawn = frozenset(f"{each.id}:{value}" for each in self._told.values() for value in each.withdrawn)


def _reached_by(value: str) -> str:
    """What is dialled, however it is written; an address as it is."""
    return value if telephone.problem(value) else telephone.digits(value)


def _same(before: Entry | None, after: Entry | None) -> bool:
    if before is None or after is None:
        return before is after
    copy = Entry()
    copy.CopyFrom(after)
    copy.revision = before.revision
    return copy == before
