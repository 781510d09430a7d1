"""Forgets what is no longer needed, by the clock."""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy import delete

from notalone_chassis.sql import inbox, outbox
from notalone_chassis.sql.database import Database
from notalone_chassis.sql.tables import IDEMPOTENCY

# Longer than a paused relay may sleep and still put its traces right.
KEEP_PUBLISHED = timedelta(hours=1)
# Longer than any topic keeps its events (see topics.yaml), those of compacted topics aside.
KEEP_APPLIED = timedelta(days=60)


async def tidy(database: Database, *, now: datetime) -> None:
    """Called once in a while by the relay at work."""
    async with database.begin() as connection:
        await outbox.prune(connection, before=now - KEEP_PUBLISHED)
        await inbox.prune(connection, before=now - KEEP_APPLIED)
        await connection.execute(delete(IDEMPOTENCY).where(IDEMPOTENCY.c.expires_at <= now))
