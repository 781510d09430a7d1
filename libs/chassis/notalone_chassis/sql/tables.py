"""The tables that every database with events has. A service takes them into its own metadata with `add_to`."""

from __future__ import annotations

from sqlalchemy import Column, Index, LargeBinary, MetaData, String, Table, text

from notalone_chassis.sql.types import Instant, Sequence

_METADATA = MetaData()

# Events that are to be published. `seq` is the order; within one key it is the order of the commits too.
OUTBOX = Table(
    "outbox",
    _METADATA,
    Column("seq", Sequence, primary_key=True, autoincrement=True),
    Column("topic", String(249), nullable=False),
    Column("key", String(200), nullable=False),
    Column("event_id", String(100), nullable=False),
    Column("type", String(200), nullable=False),
    Column("source", String(200), nullable=False),
    Column("time", Instant, nullable=False),
    Column("traceparent", String(60), nullable=False),
    Column("data", LargeBinary, nullable=True),  # none: a tombstone
    # Kept for a while, so that the newest event of a key can be published again (see relay.py).
    Column("published_at", Instant, nullable=True),
    # Numbers are never used twice, also when the table has been empty.
    sqlite_autoincrement=True,
)
Index(
    "outbox_unpublished",
    OUTBOX.c.seq,
    postgresql_where=text("published_at IS NULL"),
    sqlite_where=text("published_at IS NULL"),
)
Index("outbox_key", OUTBOX.c.topic, OUTBOX.c.key, OUTBOX.c.seq)
Index("outbox_published", OUTBOX.c.published_at)

# Events that a consumer has applied, each once.
INBOX = Table(
    "inbox",
    _METADATA,
    Column("consumer", String(100), primary_key=True),
    Column("event_id", String(100), primary_key=True),
    Column("applied_at", Instant, nullable=False),
)
Index("inbox_applied", INBOX.c.applied_at)

# Who may publish from the outbox: at most one row, "outbox". The token fences the former holder.
RELAY_LEASE = Table(
    "relay_lease",
    _METADATA,
    Column("name", String(50), primary_key=True),
    Column("token", String(64), nullable=False),
    Column("expires_at", Instant, nullable=False),
)

# Answers of calls that made something, by caller and Idempotency-Key, both hashed.
IDEMPOTENCY = Table(
    "idempotency",
    _METADATA,
    Column("id", LargeBinary(32), primary_key=True),
    Column("request_hash", LargeBinary(32), nullable=False),
    Column("response", LargeBinary, nullable=False),
    Column("expires_at", Instant, nullable=False),
)
Index("idempotency_expires", IDEMPOTENCY.c.expires_at)


def add_to(metadata: MetaData) -> None:
    """Takes all of them into a service's metadata, which its migrations are compared with."""
    for table in _METADATA.sorted_tables:
        table.to_metadata(metadata)
