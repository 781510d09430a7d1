"""What is kept of an entry, as values: its live revision, the one that is being worked on, and what is public of it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from notalone.catalog.v1.authoring_pb2 import HistoryItem, Origin, RevisionState
from notalone.catalog.v1.entry_pb2 import Entry, Pause

Action = HistoryItem.Action


class Refused(Exception):
    """It cannot be done; `rule` says why."""

    def __init__(self, rule: str) -> None:
        super().__init__(rule)
        self.rule = rule


class Outdated(Refused):
    """Somebody else was faster: the caller looked at another revision than the one there is now."""

    def __init__(self) -> None:
        super().__init__("revision.changed")


class SameHand(Refused):
    """Who asks for approval does not give it."""

    def __init__(self) -> None:
        super().__init__("approver.is_submitter")


@dataclass(frozen=True, slots=True, kw_only=True)
class Revision:
    """One revision.

    Attributes:
        content: The entry as `content_of` gives it.
        based_on: Number of the revision it was written on; 0 for the first.
        submitter: Who asked for approval; empty before.
    """

    number: int
    state: RevisionState.ValueType
    origin: Origin.ValueType
    based_on: int
    content: bytes
    author: str
    created: datetime
    submitter: str = ""
    submitted: datetime | None = None
    approver: str = ""

    @property
    def entry(self) -> Entry:
        """What it says; a copy of the caller's own."""
        return Entry.FromString(self.content)


@dataclass(frozen=True, slots=True, kw_only=True)
class EntryRecord:
    """All that is kept of one entry but its older revisions.

    Attributes:
        version: Grows with every change; storage refuses a write that was made on an older one.
        public: Grows with every change of what is public: `Entry.revision` of the events.
        last: Number of the newest revision ever written.
        last_live: Number of the newest revision that ever was live.
        live: What everybody sees; None where nothing is public.
        open: What is being worked on: a draft, submitted, returned or approved.
        archived_by: Who took it from public; None while it is not archived.
        withdrawn: Values of channels that must not be shown.
        imported: Digest of the text file as it was last taken in; empty where it never was.
    """

    id: str
    organization_id: str = ""
    version: int = 0
    public: int = 0
    last: int = 0
    last_live: int = 0
    live: Revision | None = None
    open: Revision | None = None
    archived_by: Origin.ValueType | None = None
    pause: Pause | None = None
    withdrawn: frozenset[str] = frozenset()
    imported: str = ""

    @property
    def newest(self) -> int:
        """The revision that the next draft must be written on; 0 for a new entry."""
        return max(self.open.number if self.open else 0, self.last_live)

    @property
    def floor(self) -> bool:
        """Whether it is one of the contacts that ship with the code."""
        return self.live is not None and self.live.entry.floor


@dataclass(frozen=True, slots=True)
class Done:
    """One line of the entry's history."""

    action: Action.ValueType
    revision: int = 0


@dataclass(frozen=True, slots=True)
class Change:
    """A record after a change, the revisions that were written or have another state, and what was done."""

    record: EntryRecord
    revisions: tuple[Revision, ...] = ()
    done: tuple[Done, ...] = ()


def content_of(entry: Entry) -> bytes:
    """What an editor may say of an entry, always in the same bytes; the service's own fields are left out."""
    copy = Entry()
    copy.CopyFrom(entry)
    copy.ClearField("revision")
    copy.ClearField("pause")
    copy.ClearField("withdrawn")
    return copy.SerializeToString(deterministic=True)


def public_entry(record: EntryRecord) -> Entry | None:
    """The entry as everybody sees it and as events carry it; None where nothing is public."""
    if record.live is None:
        return None
    entry = record.live.entry
    entry.revision = record.public
    if record.pause is not None:
        entry.pause.CopyFrom(record.pause)
    entry.withdrawn.extend(sorted(record.withdrawn))
    return entry
