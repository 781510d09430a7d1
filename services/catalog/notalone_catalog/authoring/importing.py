"""Takes the reviewed text files and the crisis floor into the database, each time the catalogue starts."""

from __future__ import annotations

import contextlib
import hashlib
from collections.abc import Sequence

from notalone.catalog.v1 import notices_pb2
from notalone.catalog.v1.authoring_pb2 import HistoryItem
from notalone.catalog.v1.entry_pb2 import Entry
from notalone_chassis.clock import Clock

from notalone_catalog.authoring.ports import Act, Records
from notalone_catalog.domain import revision
from notalone_catalog.domain.records import Change, EntryRecord, Outdated, content_of

ACTOR = "system:import"
# Staff may be at work on the very entries meanwhile.
_TRIES = 3

# Entries and the digest of what they say, by id.
Files = dict[str, tuple[Entry, str]]


async def import_entries(records: Records, entries: Sequence[Entry], *, clock: Clock) -> int:
    """Brings the records up to the files; returns how many changed. Several may run at once, and any number of times.

    An entry follows its file while its live revision is a file's; where staff or an agency has published since, a
    changed file becomes a draft that awaits approval. An entry whose file is gone is archived while it is a file's.

    Raises:
        Unavailable: "database".
        Outdated: records kept changing meanwhile.
    """
    files = {entry.id: (entry, hashlib.sha256(content_of(entry)).hexdigest()) for entry in entries}
    async with records.look() as look:
        if not _steps(await look.records(), files, clock):
            return 0
    for _ in range(_TRIES - 1):
        with contextlib.suppress(Outdated):
            return await _take_in(records, files, clock)
    return await _take_in(records, files, clock)


async def _take_in(records: Records, files: Files, clock: Clock) -> int:
    async with records.work() as work:
        await work.alone()
        steps = _steps(await work.records(), files, clock)
        act = Act(actor=ACTOR, at=clock.now())
        await work.save(steps, act)
        for _, change in steps:
            if any(done.action == HistoryItem.SUBMITTED_FOR_APPROVAL for done in change.done):
                notice = notices_pb2.DraftSubmitted(entry_id=change.record.id, revision=change.record.last)
                await work.tell(change.record.id, notice, at=act.at)
    return len(steps)


def _steps(known: Sequence[EntryRecord], files: Files, clock: Clock) -> list[tuple[EntryRecord, Change]]:
    now = clock.now()
    records = {record.id: record for record in known}
    steps = []
    for entry_id, (entry, digest) in files.items():
        record = records.get(entry_id) or EntryRecord(id=entry_id)
        steps.append((record, revision.take_in(record, entry, digest=digest, author=ACTOR, at=now)))
    steps += [(record, revision.vanish(record)) for record in known if record.id not in files]
    return [(record, change) for record, change in steps if change.record != record]
