"""Takes entries from elsewhere in as drafts, which go the way of every draft: nothing is public before two people."""

from __future__ import annotations

from collections.abc import Collection, Sequence

from notalone.catalog.v1 import authoring_pb2
from notalone.catalog.v1.entry_pb2 import Entry
from notalone_chassis.clock import Clock

from notalone_catalog.authoring.ports import Act, Records
from notalone_catalog.domain import revision
from notalone_catalog.domain.records import EntryRecord


async def take_in(
    records: Records, entries: Sequence[Entry], *, who: str, packaged: Collection[str], clock: Clock
) -> frozenset[str]:
    """Writes a draft for each entry of which nothing is known yet; returns the ids that it wrote.

    What is there already is left as it is, whether public, a draft or archived: a line of somebody's list must not
    overwrite what people have worked on. So the same list may be taken in any number of times.

    Args:
        records: The truth about all entries.
        entries: Each with an id of its own.
        who: Stands in the history.
        packaged: Ids of the entries that ship with the code.
        clock: Says when.

    Raises:
        Unavailable: "database"; then nothing was written.
    """
    act = Act(actor=who, at=clock.now())
    async with records.work() as work:
        await work.alone()
        changes = [
            (fresh, revision.write(fresh, entry, base=0, author=who, origin=authoring_pb2.STAFF, at=act.at))
            for entry in entries
            if entry.id not in packaged and await work.record(entry.id) is None
            for fresh in [EntryRecord(id=entry.id)]
        ]
        await work.save(changes, act)
    return frozenset(record.id for record, _ in changes)
