"""The tables of `tables.py` as a service's first migration makes them. Never changed: a change is a new migration."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from notalone_chassis.sql.types import Instant, Sequence


def create() -> None:
    """Called by `upgrade()` of the first migration."""
    _create_outbox()
    _create_parked()
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
        sa.Column("token", sa.String(64), nullable=False),
        sa.Column("response", sa.LargeBinary, nullable=True),
        sa.Column("expires_at", Instant, nullable=False),
    )
    op.create_index("idempotency_expires", "idempotency", ["expires_at"])


def drop() -> None:
    """Called by `downgrade()` of the first migration."""
    for table in ("idempotency", "relay_lease", "inbox", "parked", "outbox"):
        op.drop_table(table)


def _create_outbox() -> None:
    op.create_table(
        "outbox",
        sa.Column("seq", Sequence, primary_key=True, autoincrement=True),
        sa.Column("topic", sa.String(249), nullable=False),
        sa.Column("key", sa.String(200), nullable=False),
        *_event_columns(),
        sa.Column("published_at", Instant, nullable=True),
        sqlite_autoincrement=True,
    )
    unpublished = sa.text("published_at IS NULL")
    op.create_index("outbox_unpublished", "outbox", ["seq"], postgresql_where=unpublished, sqlite_where=unpublished)
    op.create_index("outbox_key", "outbox", ["topic", "key", "seq"])
    op.create_index("outbox_published", "outbox", ["published_at"])


def _create_parked() -> None:
    op.create_table(
        "parked",
        sa.Column("seq", Sequence, primary_key=True, autoincrement=True),
        sa.Column("consumer", sa.String(100), nullable=False),
        sa.Column("topic", sa.String(249), nullable=False),
        sa.Column("partition", sa.Integer, nullable=False),
        sa.Column("offset", Sequence, nullable=False),
        sa.Column("key", sa.String(200), nullable=False),
        *_event_columns(),
        sa.Column("reason", sa.String(200), nullable=False),
        sa.Column("parked_at", Instant, nullable=False),
        sqlite_autoincrement=True,
    )
    op.create_index("parked_once", "parked", ["consumer", "topic", "event_id"], unique=True)
    op.create_index("parked_key", "parked", ["consumer", "topic", "key", "seq"])


def _event_columns() -> tuple[sa.Column[object], ...]:
    return (
        sa.Column("event_id", sa.String(100), nullable=False),
        sa.Column("type", sa.String(200), nullable=False),
        sa.Column("source", sa.String(200), nullable=False),
        sa.Column("time", Instant, nullable=False),
        sa.Column("traceparent", sa.String(60), nullable=False),
        sa.Column("data", sa.LargeBinary, nullable=True),
    )
