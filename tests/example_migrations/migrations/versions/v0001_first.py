"""The tables of the chassis."""

from notalone_chassis.sql import first_tables

revision = "0001"
down_revision = None


def upgrade() -> None:
    first_tables.create()


def downgrade() -> None:
    first_tables.drop()
