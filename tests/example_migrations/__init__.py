"""A service's migrations as they begin: the chassis' tables, and one of its own."""

from notalone_chassis.sql import tables
from sqlalchemy import Column, Integer, MetaData, String, Table

METADATA = MetaData()
tables.add_to(METADATA)
# The state of the tests: what an event tells of, and what its effect counts.
COUNTS = Table(
    "counts", METADATA, Column("name", String(50), primary_key=True), Column("count", Integer, nullable=False)
)
