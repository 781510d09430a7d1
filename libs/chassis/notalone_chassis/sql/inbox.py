"""What a consumer has applied, so that no event has its effect twice."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import delete
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.ext.asyncio import AsyncConnection

from notalone_chassis.sql.tables import INBOX


async def first_time(connection: AsyncConnection, consumer: str, event_id: str, *, now: datetime) -> bool:
    """Whether this consumer has not applied the event yet; from this transaction's commit on, it has.

    Called in the transaction of the effect, before it. Another transaction with the same event waits for this one.
    """
    insert = postgresql.insert if connection.dialect.name == "postgresql" else sqlite.insert
    row = {"consumer": consumer, "event_id": event_id, "applied_at": now}
    query = insert(INBOX).values(row).on_conflict_do_nothing().returning(INBOX.c.event_id)
    return (await connection.execute(query)).first() is not None


async def prune(connection: AsyncConnection, *, before: datetime) -> int:
    """Forgets what was applied before a moment; returns how many.

    That moment must lie further back than the oldest event a topic can still hand out. For a compacted topic there is
    none: its consumers compare revisions too.
    """
    done = await connection.execute(delete(INBOX).where(INBOX.c.applied_at < before))
    return done.rowcount
