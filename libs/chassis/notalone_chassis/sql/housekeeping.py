"""Forgets what is no longer needed, by the clock."""

from __future__ import annotations

from datetime import datetime, timedelta

from notalone_chassis.sql import idempotency, inbox, outbox
from notalone_chassis.sql.database import Database

# Longer than a paused relay may sleep and still put its traces right.
KEEP_PUBLISHED = timedelta(hours=1)
# Longer than any topic keeps its events (topics.yaml), those of compacted topics aside.
KEEP_APPLIED = timedelta(days=100)


async def tidy(database: Database, *, now: datetime) -> None:
    """Called once in a while by the relay at work."""
    async with database.begin() as connection:
        await outbox.prune(connection, before=now - KEEP_PUBLISHED)
        await inbox.prune(connection, before=now - KEEP_APPLIED)
        await idempotency.prune(connection, now=now)
