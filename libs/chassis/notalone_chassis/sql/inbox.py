"""What a consumer has applied, so that no event has its effect twice."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime

from sqlalchemy import delete
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.ext.asyncio import AsyncConnection

from notalone_chassis.sql.tables import INBOX


async def first_times(
    connection: AsyncConnection, consumer: str, event_ids: Collection[str], *, now: datetime
) -> set[str]:
    """Which of these events the consumer has not applied yet; from this transaction's commit on, it has.

    Called in the transaction of the effects, before them. Another transaction with one of them waits for this one.
    """
    if not event_ids:
        return set()
    insert = postgresql.insert if connection.dialect.name == "postgresql" else sqlite.insert
    query = insert(INBOX).on_conflict_do_nothing().returning(INBOX.c.event_id)
    # In one order for all, so that two transactions with the same events never wait for each other.
    rows = [{"consumer": consumer, "event_id": one, "applied_at": now} for one in sorted(set(event_ids))]
    return set((await connection.execute(query, rows)).scalars())


async def first_time(connection: AsyncConnection, consumer: str, event_id: str, *, now: datetime) -> bool:
    """Whether the consumer has not applied this event yet; see `first_times`, which is faster for a batch."""
    return bool(await first_times(connection, consumer, [event_id], now=now))


async def prune(connection: AsyncConnection, *, before: datetime) -> int:
    """Forgets what was applied before a moment; returns how many.

    That moment must lie further back than the oldest event a topic can still hand out. For a compacted topic there is
    none: its consumers compare revisions too.
    """
    done = await connection.execute(delete(INBOX).where(INBOX.c.applied_at < before))
    return done.rowcount
