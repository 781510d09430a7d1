"""Notices and the mails they go out with."""

import sqlalchemy as sa
from alembic import op
from notalone_chassis.sql import first_tables
from notalone_chassis.sql.types import Instant, Sequence

revision = "0001"
down_revision = None


def upgrade() -> None:
    """Makes everything."""
    first_tables.create()
    op.create_table(
        "notices",
        sa.Column("seq", Sequence, primary_key=True, autoincrement=True),
        sa.Column("event_id", sa.String(100), nullable=False),
        sa.Column("kind", sa.Integer, nullable=False),
        sa.Column("role", sa.String(40), nullable=False),
        sa.Column("urgent", sa.Boolean, nullable=False),
        sa.Column("entry_id", sa.String(500), nullable=False),
        sa.Column("value", sa.String(500), nullable=False),
        sa.Column("date", sa.String(40), nullable=False),
        sa.Column("created_at", Instant, nullable=False),
        sa.Column("digest_id", sa.String(32), nullable=True),
        sqlite_autoincrement=True,
    )
    op.create_index("notices_digest", "notices", ["digest_id"])
    op.create_index("notices_created", "notices", ["created_at"])
    _mails()


def downgrade() -> None:
    """Leaves nothing."""
    op.drop_table("mails")
    op.drop_table("notices")
    first_tables.drop()


def _mails() -> None:
    op.create_table(
        "mails",
        sa.Column("id", sa.String(32), primary_key=True),
        sa.Column("digest_id", sa.String(32), nullable=False),
        sa.Column("role", sa.String(40), nullable=False),
        sa.Column("kind", sa.Integer, nullable=False),
        sa.Column("urgent", sa.Boolean, nullable=False),
        sa.Column("recipient", sa.String(32), nullable=False),
        sa.Column("notices", sa.Integer, nullable=False),
        sa.Column("state", sa.Integer, nullable=False),
        sa.Column("attempts", sa.Integer, nullable=False),
        sa.Column("repeats", sa.Integer, nullable=False),
        sa.Column("since", Instant, nullable=False),
        sa.Column("due", Instant, nullable=True),
    )
    op.create_index("mails_due", "mails", ["due"])
    op.create_index("mails_digest", "mails", ["digest_id"])
