"""Tells everybody once more what is public of every entry: after the event log has lost its data."""

from __future__ import annotations

from notalone_chassis.clock import Clock

from notalone_catalog.authoring.ports import Records

# So few that staff at work on one of them do not wait long.
AT_ONCE = 100


async def republish(records: Records, *, clock: Clock) -> int:
    """Puts an event for each entry that ever was public into the outbox; returns how many.

    They bear the ids and revisions of the events before: whoever has applied them passes them over. It may be run at
    any time, also while the catalogue serves.

    Raises:
        Unavailable: "database"; what was told until then stays told.
    """
    count, after = 0, ""
    while True:
        async with records.work() as work:
            found = await work.tell_again(after=after, limit=AT_ONCE, at=clock.now())
        if not found:
            return count
        count += len(found)
        after = found[-1]
