"""The catalogue's tables, as the newest migration leaves them."""

from __future__ import annotations

from notalone_chassis.sql import tables
from notalone_chassis.sql.types import Instant, Sequence
from sqlalchemy import Column, Date, Index, Integer, LargeBinary, MetaData, String, Table

METADATA = MetaData()
tables.add_to(METADATA)

# One row per entry: what `EntryRecord` holds, its two revisions by number.
ENTRIES = Table(
    "entries",
    METADATA,
    Column("id", String(80), primary_key=True),
    Column("organization_id", String(60), nullable=False),
    Column("version", Integer, nullable=False),
    Column("public", Integer, nullable=False),
    Column("last", Integer, nullable=False),
    Column("last_live", Integer, nullable=False),
    Column("live", Integer, nullable=True),
    Column("open", Integer, nullable=True),
    Column("open_state", Integer, nullable=True),
    Column("archived_by", Integer, nullable=True),
    Column("pause", LargeBinary, nullable=True),
    Column("imported", String(64), nullable=False),
)
Index("entries_organization", ENTRIES.c.organization_id, ENTRIES.c.id)
Index("entries_open", ENTRIES.c.open_state, ENTRIES.c.id)

# Every revision ever written; only state, submitter and approver change.
REVISIONS = Table(
    "revisions",
    METADATA,
    Column("entry_id", String(80), primary_key=True),
    Column("number", Integer, primary_key=True),
    Column("state", Integer, nullable=False),
    Column("origin", Integer, nullable=False),
    Column("based_on", Integer, nullable=False),
    Column("content", LargeBinary, nullable=False),
    Column("author", String(100), nullable=False),
    Column("created", Instant, nullable=False),
    Column("submitter", String(100), nullable=False),
    Column("submitted", Instant, nullable=True),
    Column("approver", String(100), nullable=False),
)

# Who did what, only added to.
HISTORY = Table(
    "history",
    METADATA,
    Column("seq", Sequence, primary_key=True, autoincrement=True),
    Column("entry_id", String(80), nullable=False),
    Column("at", Instant, nullable=False),
    Column("actor", String(100), nullable=False),
    Column("action", Integer, nullable=False),
    Column("revision", Integer, nullable=False),
    Column("reason", String(1600), nullable=False),
    sqlite_autoincrement=True,
)
Index("history_entry", HISTORY.c.entry_id, HISTORY.c.seq)

CORRECTIONS = Table(
    "corrections",
    METADATA,
    Column("id", String(40), primary_key=True),
    Column("entry_id", String(80), nullable=False),
    Column("organization_id", String(60), nullable=False),
    Column("author", String(100), nullable=False),
    Column("state", Integer, nullable=False),
    Column("content", LargeBinary, nullable=False),
    Column("based_on", Integer, nullable=False),
    Column("comment", String(1000), nullable=False),
    Column("reason", String(1000), nullable=False),
    Column("revision", Integer, nullable=False),
    Column("created", Instant, nullable=False),
    Column("decided", Instant, nullable=True),
)
Index("corrections_state", CORRECTIONS.c.state, CORRECTIONS.c.created)
Index("corrections_organization", CORRECTIONS.c.organization_id, CORRECTIONS.c.created)

# Contacts that are withdrawn now.
WITHDRAWALS = Table(
    "withdrawals",
    METADATA,
    Column("entry_id", String(80), primary_key=True),
    Column("value", String(500), primary_key=True),
    Column("at", Instant, nullable=False),
    Column("actor", String(100), nullable=False),
    Column("reason", String(1000), nullable=False),
)

# What the health sweep remembers: of which state of a contact staff was told, how often a link failed.
MARKS = Table(
    "marks",
    METADATA,
    Column("key", String(700), primary_key=True),
    Column("value", String(40), nullable=False),
    Column("at", Instant, nullable=False),
)

# What people told of trying contacts: counts by day (Asia/Tokyo), nothing of who told it.
CONTACT_REPORTS = Table(
    "contact_reports",
    METADATA,
    Column("entry_id", String(80), primary_key=True),
    Column("value", String(500), primary_key=True),
    Column("day", Date, primary_key=True),
    Column("outcome", Integer, primary_key=True, autoincrement=False),
    Column("count", Integer, nullable=False),
    Column("seen", Integer, nullable=False),
)
Index("contact_reports_day", CONTACT_REPORTS.c.day)

# Who of staff looked last at what was told of a contact.
REPORTS_SEEN = Table(
    "reports_seen",
    METADATA,
    Column("entry_id", String(80), primary_key=True),
    Column("value", String(500), primary_key=True),
    Column("actor", String(100), nullable=False),
    Column("at", Instant, nullable=False),
)
