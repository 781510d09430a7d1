"""Entries with their revisions and history, corrections, withdrawals, and what the health sweep remembers."""

import sqlalchemy as sa
from alembic import op
from notalone_chassis.sql import first_tables
from notalone_chassis.sql.types import Instant, Sequence

revision = "0001"
down_revision = None


def upgrade() -> None:
    """Makes everything."""
    first_tables.create()
    _entries()
    _revisions()
    _history()
    _corrections()
    op.create_table(
        "withdrawals",
        sa.Column("entry_id", sa.String(80), primary_key=True),
        sa.Column("value", sa.String(500), primary_key=True),
        sa.Column("at", Instant, nullable=False),
        sa.Column("actor", sa.String(100), nullable=False),
        sa.Column("reason", sa.String(1000), nullable=False),
    )
    op.create_table(
        "marks",
        sa.Column("key", sa.String(700), primary_key=True),
        sa.Column("value", sa.String(40), nullable=False),
        sa.Column("at", Instant, nullable=False),
    )


def downgrade() -> None:
    """Leaves nothing."""
    for table in ("marks", "withdrawals", "corrections", "history", "revisions", "entries"):
        op.drop_table(table)
    first_tables.drop()


def _entries() -> None:
    op.create_table(
        "entries",
        sa.Column("id", sa.String(80), primary_key=True),
        sa.Column("organization_id", sa.String(60), nullable=False),
        sa.Column("version", sa.Integer, nullable=False),
        sa.Column("public", sa.Integer, nullable=False),
        sa.Column("last", sa.Integer, nullable=False),
        sa.Column("last_live", sa.Integer, nullable=False),
        sa.Column("live", sa.Integer, nullable=True),
        sa.Column("open", sa.Integer, nullable=True),
        sa.Column("open_state", sa.Integer, nullable=True),
        sa.Column("archived_by", sa.Integer, nullable=True),
        sa.Column("pause", sa.LargeBinary, nullable=True),
        sa.Column("imported", sa.String(64), nullable=False),
    )
    op.create_index("entries_organization", "entries", ["organization_id", "id"])
    op.create_index("entries_open", "entries", ["open_state", "id"])


def _revisions() -> None:
    op.create_table(
        "revisions",
        sa.Column("entry_id", sa.String(80), primary_key=True),
        sa.Column("number", sa.Integer, primary_key=True),
        sa.Column("state", sa.Integer, nullable=False),
        sa.Column("origin", sa.Integer, nullable=False),
        sa.Column("based_on", sa.Integer, nullable=False),
        sa.Column("content", sa.LargeBinary, nullable=False),
        sa.Column("author", sa.String(100), nullable=False),
        sa.Column("created", Instant, nullable=False),
        sa.Column("submitter", sa.String(100), nullable=False),
        sa.Column("submitted", Instant, nullable=True),
        sa.Column("approver", sa.String(100), nullable=False),
    )


def _history() -> None:
    op.create_table(
        "history",
        sa.Column("seq", Sequence, primary_key=True, autoincrement=True),
        sa.Column("entry_id", sa.String(80), nullable=False),
        sa.Column("at", Instant, nullable=False),
        sa.Column("actor", sa.String(100), nullable=False),
        sa.Column("action", sa.Integer, nullable=False),
        sa.Column("revision", sa.Integer, nullable=False),
        sa.Column("reason", sa.String(1600), nullable=False),
        sqlite_autoincrement=True,
    )
    op.create_index("history_entry", "history", ["entry_id", "seq"])


def _corrections() -> None:
    op.create_table(
        "corrections",
        sa.Column("id", sa.String(40), primary_key=True),
        sa.Column("entry_id", sa.String(80), nullable=False),
        sa.Column("organization_id", sa.String(60), nullable=False),
        sa.Column("author", sa.String(100), nullable=False),
        sa.Column("state", sa.Integer, nullable=False),
        sa.Column("content", sa.LargeBinary, nullable=False),
        sa.Column("based_on", sa.Integer, nullable=False),
        sa.Column("comment", sa.String(1000), nullable=False),
        sa.Column("reason", sa.String(1000), nullable=False),
        sa.Column("revision", sa.Integer, nullable=False),
        sa.Column("created", Instant, nullable=False),
        sa.Column("decided", Instant, nullable=True),
    )
    op.create_index("corrections_state", "corrections", ["state", "created"])
    op.create_index("corrections_organization", "corrections", ["organization_id", "created"])
