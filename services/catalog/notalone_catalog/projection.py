"""Keeps a search index in step with the entry events."""

from __future__ import annotations

from collections.abc import Sequence

from notalone.catalog.v1.entry_pb2 import Entry
from notalone_chassis.events.event import Delivery, Event

from notalone_catalog.ports import Change, ProgrammeIndex

# Of the consumers that share one index; an index in memory follows the topic instead.
GROUP = "catalog.search-index"


def event_id(entry_id: str, revision: int) -> str:
    """The id of the event that publishes or withdraws an entry; a tombstone has no other place for its revision."""
    return f"{entry_id}@{revision}"


def change(event: Event) -> Change:
    """What an event of `notalone.catalog.entries.v1` says.

    Raises:
        ValueError: it is none, also after any number of tries.
    """
    entry_id, _, revision = event.id.rpartition("@")
    if entry_id != event.key or not revision.isdecimal():
        raise ValueError("not the id of an entry event")
    if event.data is None:
        return Change(entry_id, int(revision), None)
    try:
        entry = Entry.FromString(event.data)
    except Exception as error:
        raise ValueError("not an entry") from error
    if (entry.id, entry.revision) != (entry_id, int(revision)):
        raise ValueError("the entry is not the one its event names")
    return Change(entry_id, entry.revision, entry)


async def project(index: ProgrammeIndex, batch: Sequence[Delivery]) -> None:
    """Handler of a batch, for `EventBus.consume` with `GROUP`, or for `follow`.

    Raises:
        ValueError: an event that can never be applied.
        Unavailable: the index cannot be reached: the batch comes again.
    """
    await index.apply([change(delivery.event) for delivery in batch])
