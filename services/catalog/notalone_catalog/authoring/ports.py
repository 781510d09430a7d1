"""What authoring needs from outside: records that change in transactions, together with the events that tell of it."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping, Sequence
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Protocol, TypeVar

from google.protobuf.message import Message
from notalone.catalog.v1.authoring_pb2 import Correction, HistoryItem, RevisionState
from notalone.catalog.v1.entry_pb2 import Entry
from notalone_chassis.sql.idempotency import Call

from notalone_catalog.domain.contact_reports import Cell, Contact, Outcome
from notalone_catalog.domain.health import Mark
from notalone_catalog.domain.records import Change, Done, EntryRecord, Revision

Answer = TypeVar("Answer", bound=Message)

# As long as a caller may repeat a call with its Idempotency-Key.
ANSWERS_STAY = timedelta(hours=24)


@dataclass(frozen=True, slots=True, kw_only=True)
class CorrectionRecord:
    """What an agency says is wrong with its entry, and what became of it."""

    id: str
    entry_id: str
    organization_id: str
    author: str
    content: bytes
    based_on: int
    created: datetime
    comment: str = ""
    state: Correction.State.ValueType = Correction.OPEN
    reason: str = ""
    revision: int = 0
    decided: datetime | None = None

    @property
    def entry(self) -> Entry:
        """The entry as the agency wants it; a copy of the caller's own."""
        return Entry.FromString(self.content)


@dataclass(frozen=True, slots=True)
class Withdrawal:
    """A contact that is shown nowhere any more."""

    entry_id: str
    value: str
    at: datetime
    actor: str
    reason: str


@dataclass(frozen=True, slots=True)
class Seen:
    """Who of staff looked last at what was told of a contact, and when."""

    actor: str
    at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Act:
    """Who does something, when, and why; `contact` is the one that it is done with, where it is one."""

    actor: str
    at: datetime
    reason: str = ""
    contact: str = ""


class Look(Protocol):
    """One snapshot of all records."""

    async def record(self, entry_id: str) -> EntryRecord | None:
        """One entry's record; None where there is none."""
        ...

    async def records(
        self,
        *,
        after: str = "",
        limit: int | None = None,
        organization_id: str = "",
        open_state: RevisionState.ValueType = RevisionState.REVISION_STATE_UNSPECIFIED,
    ) -> Sequence[EntryRecord]:
        """Records in the order of their ids, those after an id; of an agency, or with an open revision, where asked."""
        ...

    async def revision(self, entry_id: str, number: int) -> Revision | None:
        """One revision; None where there is none."""
        ...

    async def history(self, entry_id: str, *, limit: int) -> Sequence[HistoryItem]:
        """The newest lines of an entry's history, newest first."""
        ...

    async def correction(self, correction_id: str) -> CorrectionRecord | None:
        """One correction; None where there is none."""
        ...

    async def corrections(
        self, *, limit: int, organization_id: str = "", state: Correction.State.ValueType = Correction.STATE_UNSPECIFIED
    ) -> Sequence[CorrectionRecord]:
        """Corrections, oldest first; of an agency newest first."""
        ...

    async def withdrawals(self) -> Sequence[Withdrawal]:
        """All contacts that are withdrawn now."""
        ...

    async def marks(self, prefix: str) -> dict[str, Mark]:
        """All marks whose key begins so."""
        ...

    async def report_cells(self, *, since: date, contact: Contact | None = None) -> Sequence[Cell]:
        """What was told of trying contacts, or one contact, on a day or later."""
        ...

    async def reports_seen(self) -> Mapping[Contact, Seen]:
        """Who looked last at what was told, of all contacts that somebody looked at."""
        ...


class Work(Look, Protocol):
    """One transaction: all of it is kept, with its events, or nothing."""

    async def alone(self) -> None:
        """Waits until no other such work is going on, in this process or another; holds until the end."""
        ...

    async def save(self, changes: Sequence[tuple[EntryRecord, Change]], act: Act) -> None:
        """Writes changes, each made on the record beside it, their history, and the events of what is public.

        Raises:
            Outdated: a record has changed since it was read.
        """
        ...

    async def save_correction(self, correction: CorrectionRecord) -> None:
        """Writes a new correction, or what became of one.

        Raises:
            Outdated: somebody has decided on it already.
        """
        ...

    async def tell(self, entry_id: str, notice: Message, *, at: datetime) -> None:
        """Tells staff of something, with the rest of this transaction."""
        ...

    async def tell_again(self, *, after: str, limit: int, at: datetime) -> Sequence[str]:
        """Publishes anew, in order of their ids, what is public of entries after an id that ever were; gives their ids.

        Nobody changes them until the end of this transaction.
        """
        ...

    async def tell_withdrawn_again(self, *, at: datetime) -> Sequence[str]:
        """The same for all entries of which nothing is public any more."""
        ...

    async def mark(self, marks: dict[str, Mark]) -> None:
        """Remembers."""
        ...

    async def count_report(self, entry_id: str, value: str, outcome: Outcome, *, day: date, cap: int) -> bool:
        """Counts one report more, up to `cap` in its cell; tells whether it was counted."""
        ...

    async def see_reports(self, contact: Contact, cells: Sequence[Cell], done: Done, act: Act) -> None:
        """Notes that somebody looked at as much as these cells hold, with a line of history."""
        ...

    async def forget_reports(self, *, before: date) -> None:
        """Deletes what was told before a day."""
        ...


class LinkProbe(Protocol):
    """Looks whether pages are there."""

    async def status(self, url: str) -> int:
        """The HTTP status of a page; 0 where no answer came. Never raises."""
        ...


class Records(Protocol):
    """The truth about all entries."""

    def work(self) -> AbstractAsyncContextManager[Work]:
        """A transaction that writes; an error takes everything back.

        Raises:
            Unavailable: "database".
        """
        ...

    async def once(self, call: Call, do: Callable[[Work], Awaitable[Answer]], *, answer: type[Answer]) -> Answer:
        """Does work in a transaction and gives its answer, or the one that the same call got before.

        Raises:
            InvalidArgument, Aborted: the key was used for another call, or the same call is at work.
            Unavailable: "database".
        """
        ...

    def look(self) -> AbstractAsyncContextManager[Look]:
        """A snapshot to read.

        Raises:
            Unavailable: "database".
        """
        ...
