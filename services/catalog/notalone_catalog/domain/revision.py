"""The life of an entry: how its revisions may change.

draft → submitted → approved → published, then superseded by the next or archived with the entry; a submitted one may be
returned with a reason. What a revision says never changes: whoever edits writes the next one. Every function here gives
a new record and touches nothing; the storage adapter writes what `Change` names, in one transaction.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from datetime import datetime

from notalone.catalog.v1.authoring_pb2 import (
    APPROVED,
    ARCHIVED,
    DISCARDED,
    DRAFT,
    IMPORT,
    PUBLISHED,
    RETURNED,
    STAFF,
    SUBMITTED,
    SUPERSEDED,
    HistoryItem,
    Origin,
    RevisionState,
)
from notalone.catalog.v1.entry_pb2 import Entry, Pause

from notalone_catalog.domain.records import (
    Action,
    Change,
    Done,
    EntryRecord,
    Outdated,
    Refused,
    Revision,
    SameHand,
    content_of,
)


def write(
    record: EntryRecord, entry: Entry, *, base: int, author: str, origin: Origin.ValueType, at: datetime
) -> Change:
    """A draft on the newest revision; an open one before it is superseded.

    Raises:
        Outdated: `base` is not the newest revision.
        Refused: the contacts that ship with the code are changed in the code.
    """
    if base != record.newest:
        raise Outdated
    if record.floor or entry.floor:
        raise Refused("floor.fixed")
    draft = Revision(
        number=record.last + 1,
        state=DRAFT,
        origin=origin,
        based_on=base,
        content=content_of(entry),
        author=author,
        created=at,
    )
    before = _in_state([record.open], SUPERSEDED)
    return Change(
        _next(record, open=draft, last=draft.number), (*before, draft), (Done(HistoryItem.DRAFTED, draft.number),)
    )


def submit(record: EntryRecord, number: int, *, by: str, at: datetime) -> Change:
    """Asks for approval of a draft.

    Raises:
        Outdated, Refused: it is not the open revision, or no draft.
    """
    revision = _open(record, number, DRAFT)
    submitted = replace(revision, state=SUBMITTED, submitter=by, submitted=at)
    return Change(
        _next(record, open=submitted), (submitted,), (Done(HistoryItem.SUBMITTED_FOR_APPROVAL, revision.number),)
    )


def give_back(record: EntryRecord, number: int) -> Change:
    """Returns a submitted revision to its writer.

    Raises:
        Outdated, Refused: it is not the open revision, or not submitted.
    """
    returned = replace(_open(record, number, SUBMITTED), state=RETURNED)
    return Change(_next(record, open=returned), (returned,), (Done(HistoryItem.RETURNED_WITH_REASON, returned.number),))


def discard(record: EntryRecord, number: int) -> Change:
    """Throws the open revision away, also one that a newer live revision has overtaken.

    Raises:
        Outdated: it is not the open revision.
    """
    if record.open is None or record.open.number != number:
        raise Outdated
    return Change(
        _next(record, open=None), _in_state([record.open], DISCARDED), (Done(HistoryItem.DISCARDED_DRAFT, number),)
    )


def approve(record: EntryRecord, number: int, *, by: str) -> Change:
    """Approves a submitted revision.

    Raises:
        SameHand: `by` submitted it.
        Outdated, Refused: it is not the open revision, or not submitted.
    """
    revision = _open(record, number, SUBMITTED)
    if by == revision.submitter:
        raise SameHand
    approved = replace(revision, state=APPROVED, approver=by)
    return Change(_next(record, open=approved), (approved,), (Done(HistoryItem.APPROVED_BY, number),))


def publish(record: EntryRecord, number: int) -> Change:
    """Makes an approved revision the live one.

    Raises:
        Outdated, Refused: it is not the open revision, or not approved.
    """
    revision = _open(record, number, APPROVED)
    return _go_live(record, revision, HistoryItem.PUBLISHED_LIVE)


def archive(record: EntryRecord, number: int) -> Change:
    """Takes an entry from public.

    Raises:
        Outdated, Refused: it is not the live revision; or the contact ships with the code.
    """
    if record.live is None or record.live.number != number:
        raise Outdated
    if record.floor:
        raise Refused("floor.fixed")
    return _take_down(record, STAFF)


def pause(record: EntryRecord, told: Pause) -> Change:
    """Closes a desk for a while; a later pause takes the place of an earlier one.

    Raises:
        Refused: nothing of it is public; or the contact ships with the code.
    """
    _must_be_public(record)
    if record.floor:
        raise Refused("floor.fixed")
    return Change(_next(record, pause=told, public=record.public + 1), done=(Done(HistoryItem.PAUSED),))


def resume(record: EntryRecord) -> Change:
    """Opens a desk again; nothing happens where it is not paused.

    Raises:
        Refused: nothing of it is public.
    """
    _must_be_public(record)
    if record.pause is None:
        return Change(record)
    return Change(_next(record, pause=None, public=record.public + 1), done=(Done(HistoryItem.RESUMED),))


def withdraw(record: EntryRecord, value: str) -> Change:
    """Shows a contact nowhere any more; nothing happens where it is withdrawn already.

    Raises:
        Refused: the entry has no such contact.
    """
    _must_be_public(record)
    if value in record.withdrawn:
        return Change(record)
    if record.live is None or value not in {channel.value for channel in record.live.entry.channels}:
        raise Refused("contact.unknown")
    after = _next(record, withdrawn=record.withdrawn | {value}, public=record.public + 1)
    return Change(after, done=(Done(HistoryItem.CONTACT_WITHDRAWN),))


def restore(record: EntryRecord, value: str) -> Change:
    """Shows a contact again; nothing happens where it is not withdrawn.

    Raises:
        Refused: nothing of the entry is public.
    """
    _must_be_public(record)
    if value not in record.withdrawn:
        return Change(record)
    after = _next(record, withdrawn=record.withdrawn - {value}, public=record.public + 1)
    return Change(after, done=(Done(HistoryItem.CONTACT_RESTORED),))


def take_in(record: EntryRecord, entry: Entry, *, digest: str, author: str, at: datetime) -> Change:
    """What a text file says of an entry: live at once while the live revision is a text file's too, else submitted.

    Nothing happens where the file is the one taken in before, or while somebody works on the entry: the next import
    looks again.
    """
    back = record.archived_by == IMPORT
    if digest == record.imported and not back:
        return Change(record)
    owned = back if record.live is None and record.last_live else record.live is None or record.live.origin == IMPORT
    if not owned and record.open is not None:
        return Change(record)
    revision = Revision(
        number=record.last + 1,
        state=APPROVED if owned else SUBMITTED,
        origin=IMPORT,
        based_on=record.last_live,
        content=content_of(entry),
        author=author,
        created=at,
        submitter="" if owned else author,
        submitted=None if owned else at,
    )
    written = _next(record, last=revision.number, imported=digest)
    if owned:
        return _go_live(written, revision, HistoryItem.IMPORTED)
    return Change(
        replace(written, open=revision), (revision,), (Done(HistoryItem.SUBMITTED_FOR_APPROVAL, revision.number),)
    )


def vanish(record: EntryRecord) -> Change:
    """The text file is gone: so is the entry, while its live revision is a text file's."""
    owned = record.live is not None and record.live.origin == IMPORT
    return _take_down(record, IMPORT) if owned else Change(record)


def _take_down(record: EntryRecord, by: Origin.ValueType) -> Change:
    number = record.last_live
    after = _next(record, live=None, archived_by=by, pause=None, public=record.public + 1)
    return Change(after, _in_state([record.live], ARCHIVED), (Done(HistoryItem.ARCHIVED_FROM_PUBLIC, number),))


def _go_live(record: EntryRecord, revision: Revision, action: Action.ValueType) -> Change:
    live = replace(revision, state=PUBLISHED)
    after = _next(
        record,
        live=live,
        open=None if record.open is None or record.open.number == live.number else record.open,
        last_live=live.number,
        public=record.public + 1,
        archived_by=None,
        organization_id=live.entry.organization_id,
    )
    return Change(after, (*_in_state([record.live], SUPERSEDED), live), (Done(action, live.number),))


def _open(record: EntryRecord, number: int, *states: RevisionState.ValueType) -> Revision:
    """The open revision, which the caller looked at and which nothing has overtaken since."""
    revision = record.open
    if revision is None or revision.number != number or record.newest != number:
        raise Outdated
    if revision.state not in states:
        raise Refused("revision.state")
    return revision


def _must_be_public(record: EntryRecord) -> None:
    if record.live is None:
        raise Refused("revision.state")


def _in_state(revisions: Iterable[Revision | None], state: RevisionState.ValueType) -> tuple[Revision, ...]:
    return tuple(replace(revision, state=state) for revision in revisions if revision is not None)


def _next(record: EntryRecord, **fields: object) -> EntryRecord:
    return replace(record, version=record.version + 1, **fields)  # type: ignore[arg-type]
