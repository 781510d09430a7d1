"""`notalone catalog republish | import-cpsv`: what an operator does with the catalogue's database."""

from __future__ import annotations

import argparse
import re
import sys
import uuid
from collections.abc import Awaitable, Callable
from pathlib import Path

from notalone_catalog import packaged
from notalone_catalog.adapters.sql_records import SqlRecords
from notalone_catalog.authoring.republishing import republish
from notalone_catalog.authoring.taking_in import take_in
from notalone_catalog.domain.open_data import cpsv_reading
from notalone_catalog.domain.open_data.cpsv_reading import Draft, NotCpsv, Problem
from notalone_catalog.main import PACKAGE
from notalone_catalog.settings import CatalogSettings
from notalone_chassis.clock import SystemClock
from notalone_chassis.errors import Unavailable
from notalone_chassis.sql import migrations
from notalone_chassis.sql.database import open_database
from notalone_chassis.sql.migrations import Schema

_UNUSABLE, _SOME_REFUSED = 2, 1
# What is wrong with a cell; nothing of what it says is told.
_RULES = {
    "required": "is empty",
    "value.invalid": "cannot be used, or stands in an earlier row too",
    "text.form": "holds control characters",
    "text.too_long": "is too long",
    "text.formula": "begins like a formula of a spreadsheet",
    "cells.too_many": "has more cells than there are columns",
}


def add_to(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Adds the command."""
    catalog = commands.add_parser("catalog", help="look after the catalogue's database")
    actions = catalog.add_subparsers(dest="action", required=True)
    actions.add_parser("republish", help="tell everybody once more what is public, after the event log lost its data")
    cpsv = actions.add_parser("import-cpsv", help="make drafts of a CPSV-J file (UTF-8 or Shift_JIS); none is public")
    cpsv.add_argument("file", type=Path)
    cpsv.add_argument("--source", type=_source, required=True, help="address or title of what it is, for every draft")
    cpsv.add_argument("--as", dest="who", type=_who, required=True, help="who takes it in, for the history")


async def run(given: argparse.Namespace) -> int:
    """Does it; returns the exit code."""
    if given.action == "import-cpsv":
        return await _import_cpsv(given)
    return await _with_records(_republish)


async def _republish(records: SqlRecords) -> int:
    count = await republish(records, clock=SystemClock())
    sys.stdout.write(f"{count} entries wait to be published; a catalogue that runs does so within seconds\n")
    return 0


async def _import_cpsv(given: argparse.Namespace) -> int:
    try:
        text = cpsv_reading.decode(_bytes(given.file))
        drafts, problems = cpsv_reading.read(text, source=given.source, needs=packaged.need_labels())
    except NotCpsv as error:
        sys.stderr.write(f"{f'row {error.row}: ' if error.row else ''}{error}. Nothing was taken in.\n")
        return _UNUSABLE
    except OSError as error:
        sys.stderr.write(f"{given.file}: {error.strerror}\n")
        return _UNUSABLE

    async def write(records: SqlRecords) -> int:
        entries = [draft.entry for draft in drafts]
        ours = {entry.id for entry in packaged.entries()}
        written = await take_in(records, entries, who=given.who, packaged=ours, clock=SystemClock())
        sys.stdout.write("".join(_report(drafts, problems, written)))
        return _SOME_REFUSED if problems else 0

    return await _with_records(write)


def _report(drafts: list[Draft], problems: list[Problem], written: frozenset[str]) -> list[str]:
    """A line for each row of the file, in its order, and what it came to."""
    told = {
        draft.row: f"draft {draft.entry.id}" if draft.entry.id in written else f"already there {draft.entry.id}"
        for draft in drafts
    }
    told |= {one.row: f"refused: {one.column or 'the row'} {_RULES[one.rule]}" for one in problems}
    drafted = len(written)
    summary = f"{drafted} drafts, {len(drafts) - drafted} already there, {len(problems)} refused\n"
    return [*(f"row {row}: {text}\n" for row, text in sorted(told.items())), summary]


def _bytes(file: Path) -> bytes:
    """As much of the file as it takes to see that it is too large."""
    with file.open("rb") as opened:
        return opened.read(cpsv_reading.MAX_BYTES + 1)


async def _with_records(do: Callable[[SqlRecords], Awaitable[int]]) -> int:
    database = open_database(CatalogSettings().database_address("catalog"), application="notalone-command")
    try:
        if await migrations.schema(database, PACKAGE) is Schema.PENDING:
            sys.stderr.write("the database of the catalogue is not up to date: notalone-catalog migrate\n")
            return 1
        return await do(SqlRecords(database, clock=SystemClock(), new_id=lambda: uuid.uuid4().hex))
    except Unavailable:
        sys.stderr.write("the database of the catalogue does not answer\n")
        return 1
    finally:
        await database.close()


def _who(text: str) -> str:
    if not re.fullmatch(r"[^\s\x00-\x1f](.{0,98}[^\s\x00-\x1f])?", text):
        raise argparse.ArgumentTypeError("a name of at most 100 characters")
    return text


def _source(text: str) -> str:
    if not text.strip() or len(text) > 500:
        raise argparse.ArgumentTypeError("an address or a title of at most 500 characters")
    return text.strip()
