"""`notalone catalog republish`: what an operator does with the catalogue's database."""

from __future__ import annotations

import argparse
import sys
import uuid

from notalone_catalog.adapters.sql_records import SqlRecords
from notalone_catalog.authoring.republishing import republish
from notalone_catalog.settings import CatalogSettings
from notalone_chassis.clock import SystemClock
from notalone_chassis.errors import Unavailable
from notalone_chassis.sql.database import open_database


def add_to(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Adds the command."""
    catalog = commands.add_parser("catalog", help="look after the catalogue's database")
    actions = catalog.add_subparsers(dest="action", required=True)
    actions.add_parser("republish", help="tell everybody once more what is public, after the event log lost its data")


async def run() -> int:
    """Does it; returns the exit code."""
    database = open_database(CatalogSettings().database_address("catalog"), application="notalone-republish")
    clock = SystemClock()
    try:
        count = await republish(SqlRecords(database, clock=clock, new_id=lambda: uuid.uuid4().hex), clock=clock)
    except Unavailable:
        sys.stderr.write("the database of the catalogue does not answer\n")
        return 1
    finally:
        await database.close()
    sys.stdout.write(f"{count} entries wait to be published; a catalogue that runs does so within seconds\n")
    return 0
