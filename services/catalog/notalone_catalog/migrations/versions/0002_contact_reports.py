"""What people told of trying contacts, and who of staff looked at it."""

import sqlalchemy as sa
from alembic import op
from notalone_chassis.sql.types import Instant

revision = "0002"
down_revision = "0001"


def upgrade() -> None:
    """Makes both tables."""
    op.create_table(
        "contact_reports",
        sa.Column("entry_id", sa.String(80), primary_key=True),
        sa.Column("value", sa.String(500), primary_key=True),
        sa.Column("day", sa.Date, primary_key=True),
        sa.Column("outcome", sa.Integer, primary_key=True, autoincrement=False),
        sa.Column("count", sa.Integer, nullable=False),
        sa.Column("seen", sa.Integer, nullable=False),
    )
    op.create_index("contact_reports_day", "contact_reports", ["day"])
    op.create_table(
        "reports_seen",
        sa.Column("entry_id", sa.String(80), primary_key=True),
        sa.Column("value", sa.String(500), primary_key=True),
        sa.Column("actor", sa.String(100), nullable=False),
        sa.Column("at", Instant, nullable=False),
    )


def downgrade() -> None:
    """Takes both away."""
    op.drop_table("reports_seen")
    op.drop_table("contact_reports")
