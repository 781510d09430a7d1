"""The tables of `tables.py` as a service's first migration makes them. Never changed: a change is a new migration."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from notalone_chassis.sql.types import Instant, Sequence


def create() -> None:
    """Called by `upgrade()` of the first migration."""
    _create_outbox()
    op.create_table(
        "inbox",
        sa.Column("consumer", sa.String(100), primary_key=True),
        sa.Column("event_id", sa.String(100), primary_key=True),
        sa.Column("applied_at", Instant, nullable=False),
    )
    op.create_index("inbox_applied", "inbox", ["applied_at"])
    op.create_table(
        "relay_lease",
        sa.Column("name", sa.String(50), primary_key=True),
        sa.Column("token", sa.String(64), nullable=False),
        sa.Column("expires_at", Instant, nullable=False),
    )
    op.create_table(
        "idempotency",
        sa.Column("id", sa.LargeBinary(32), primary_key=True),
        sa.Column("request_hash", sa.LargeBinary(32), nullable=False),
        sa.Column("response", sa.LargeBinary, nullable=False),
        sa.Column("expires_at", Instant, nullable=False),
    )
    op.create_index("idempotency_expires", "idempotency", ["expires_at"])


def drop() -> None:
    """Called by `downgrade()` of the first migration."""
    for table in ("idempotency", "relay_lease", "inbox", "outbox"):
        op.drop_table(table)


def _create_outbox() -> None:
    op.create_table(
        "outbox",
        sa.Column("seq", Sequence, primary_key=True, autoincrement=True),
        sa.Column("topic", sa.String(249), nullable=False),
        sa.Column("key", sa.String(200), nullable=False),
        sa.Column("event_id", sa.String(100), nullable=False),
        sa.Column("type", sa.String(200), nullable=False),
        sa.Column("source", sa.String(200), nullable=False),
        sa.Column("time", Instant, nullable=False),
        sa.Column("traceparent", sa.String(60), nullable=False),
        sa.Column("data", sa.LargeBinary, nullable=True),
        sa.Column("published_at", Instant, nullable=True),
        sqlite_autoincrement=True,
    )
    unpublished = sa.text("published_at IS NULL")
    op.create_index("outbox_unpublished", "outbox", ["seq"], postgresql_where=unpublished, sqlite_where=unpublished)
    op.create_index("outbox_key", "outbox", ["topic", "key", "seq"])
    op.create_index("outbox_published", "outbox", ["published_at"])
