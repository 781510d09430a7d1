"""Notify's tables, as the newest migration leaves them. No address, no name: people are hashes of their address."""

from __future__ import annotations

from notalone_chassis.sql import tables
from notalone_chassis.sql.types import Instant, Sequence
from sqlalchemy import Boolean, Column, Index, Integer, MetaData, String, Table

METADATA = MetaData()
tables.add_to(METADATA)

# One notice to one role; `digest_id` is the mail it went out with, empty while it waits.
NOTICES = Table(
    "notices",
    METADATA,
    Column("seq", Sequence, primary_key=True, autoincrement=True),
    Column("event_id", String(100), nullable=False),
    Column("kind", Integer, nullable=False),
    Column("role", String(40), nullable=False),
    Column("urgent", Boolean, nullable=False),
    Column("entry_id", String(500), nullable=False),
    Column("value", String(500), nullable=False),
    Column("date", String(40), nullable=False),
    Column("created_at", Instant, nullable=False),
    Column("digest_id", String(32), nullable=True),
    sqlite_autoincrement=True,
)
Index("notices_digest", NOTICES.c.digest_id)
Index("notices_created", NOTICES.c.created_at)

# One mail to one person, see domain/mail.py.
MAILS = Table(
    "mails",
    METADATA,
    Column("id", String(32), primary_key=True),
    Column("digest_id", String(32), nullable=False),
    Column("role", String(40), nullable=False),
    Column("kind", Integer, nullable=False),
    Column("urgent", Boolean, nullable=False),
    Column("recipient", String(32), nullable=False),
    Column("notices", Integer, nullable=False),
    Column("state", Integer, nullable=False),
    Column("attempts", Integer, nullable=False),
    Column("repeats", Integer, nullable=False),
    Column("since", Instant, nullable=False),
    Column("due", Instant, nullable=True),
)
Index("mails_due", MAILS.c.due)
Index("mails_digest", MAILS.c.digest_id)
