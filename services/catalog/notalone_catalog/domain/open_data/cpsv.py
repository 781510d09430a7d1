"""CPSV-J (Japan's Core Public Service Vocabulary) as CSV: out, and in as drafts for people to check.

The columns are those of the government's open data sets. Written: one line an entry, in Japanese. Read: names, texts
and addresses become drafts; telephone numbers do not become contacts, since a number that nobody has compared with its
operator's own page must not be one tap away. They stay in the note for whoever checks the draft.
"""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from notalone.catalog.v1.entry_pb2 import Entry, Provenance
from notalone.catalog.v1.programme_pb2 import OTHER, Programme
from notalone.common.v1.common_pb2 import GENERAL
from notalone.common.v1.contact_pb2 import Contact
from notalone_kernel import ruby
from notalone_kernel.languages import DEFAULT

COLUMNS = (
    "service_id", "service_number", "origin_id", "alteration_flag", "provider", "prefecture_id", "city_id", "name",
    "abstract", "provisions", "target", "how_to_apply", "application_start_date", "application_close_date",
    "detail_url", "contact", "information_release_date", "tags", "theme", "category", "person_type", "entity_type",
    "keyword_type", "issue_type",
)  # fmt: skip
_ID = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")
# A spreadsheet takes a cell that begins like this for a formula.
_FORMULA = ("=", "+", "-", "@", "\t", "\r")
_FULL_DATE = re.compile(r"\d{4}-\d{2}-\d{2}")
_LONGEST_CELL = 10_000


@dataclass(frozen=True, slots=True)
class Problem:
    """A line that could not be read: its number as a person counts, the column, and the rule it breaks."""

    line: int
    column: str
    rule: str


class NotCpsv(ValueError):
    """The text has no line with the columns' names."""


def write(entries: Iterable[Entry]) -> str:
    """The entries as CSV with a line of column names, lines ending as RFC 4180 wants."""
    out = io.StringIO(newline="")
    writer = csv.DictWriter(out, COLUMNS, restval="")
    writer.writeheader()
    for entry in entries:
        writer.writerow({column: _safe(text) for column, text in _cells(entry).items()})
    return out.getvalue()


def read(text: str, *, source: str) -> tuple[list[Entry], list[Problem]]:
    """Drafts from CSV, and the lines that could not be read.

    Args:
        text: The whole file, with or without a byte order mark.
        source: Where it is from, for the provenance of every draft.

    Raises:
        NotCpsv: no line has the names of the columns.
    """
    lines = csv.reader(io.StringIO(text.removeprefix("\ufeff"), newline=""), strict=True)
    entries: list[Entry] = []
    problems: list[Problem] = []
    columns: list[str] | None = None
    seen: set[str] = set()
    try:
        for cells in lines:
            if columns is None:
                columns = cells if {"service_id", "name"} <= set(cells) else None
                continue
            row = {column: _plain(cell) for column, cell in zip(columns, cells, strict=False) if column in COLUMNS}
            wrong = _wrong(row, seen)
            if wrong is None:
                seen.add(row["service_id"])
                entries.append(_draft(row, source))
            elif any(row.values()):
                problems.append(Problem(lines.line_num, *wrong))
    except csv.Error as error:
        raise NotCpsv(str(error)) from error
    if columns is None:
        raise NotCpsv("no line has the names of the columns")
    return entries, problems


def _cells(entry: Entry) -> dict[str, str]:
    as_of = entry.provenance.as_of
    return {
        "service_id": entry.id,
        "provider": _japanese(entry.operator),
        "prefecture_id": entry.prefectures[0] if len(entry.prefectures) == 1 else "",
        "name": _japanese(entry.name),
        "abstract": _japanese(entry.summary),
        "target": _japanese(entry.eligibility),
        "how_to_apply": _japanese(entry.application),
        "detail_url": entry.url,
        "contact": "\n".join(dict.fromkeys(channel.value for channel in entry.channels)),
        "information_release_date": as_of if _FULL_DATE.fullmatch(as_of) else "",
        "tags": " ".join(sorted(entry.needs)),
        "keyword_type": " ".join(entry.aliases),
    }


def _wrong(row: Mapping[str, str], seen: set[str]) -> tuple[str, str] | None:
    """The column and the rule that a line breaks, if it breaks one."""
    for column, cell in row.items():
        if len(cell) > _LONGEST_CELL or "\0" in cell:
            return column, "text.form"
    for column in ("service_id", "name", "abstract"):
        if not row.get(column):
            return column, "required"
    if not _ID.fullmatch(row["service_id"]) or row["service_id"] in seen:
        return "service_id", "value.invalid"
    if row.get("detail_url") and not row["detail_url"].startswith(("https://", "http://")):
        return "detail_url", "value.invalid"
    return None


def _draft(row: Mapping[str, str], source: str) -> Entry:
    date = row.get("information_release_date", "")
    told = {column: row[column] for column in ("contact", "provisions") if row.get(column)}
    return Entry(
        id=row["service_id"],
        kind=Programme.SCHEME,
        status=Entry.INACTIVE,
        name={DEFAULT: row["name"]},
        summary={DEFAULT: row["abstract"]},
        operator={DEFAULT: row["provider"]} if row.get("provider") else {},
        eligibility={DEFAULT: row["target"]} if row.get("target") else {},
        application={DEFAULT: row["how_to_apply"]} if row.get("how_to_apply") else {},
        apply_at=OTHER,
        audiences=[GENERAL],
        url=row.get("detail_url", ""),
        aliases=row.get("keyword_type", "").split(),
        provenance=Provenance(
            sources=[source],
            as_of=date if _FULL_DATE.fullmatch(date) else "",
            check_state=Contact.UNCHECKED,
            note="\n".join(f"{column}: {cell}" for column, cell in told.items()),
        ),
    )


def _safe(cell: str) -> str:
    return f"'{cell}" if cell.startswith(_FORMULA) else cell


def _plain(cell: str) -> str:
    stripped = cell.strip()
    return stripped[1:] if stripped.startswith("'") and stripped[1:].startswith(_FORMULA) else stripped


def _japanese(texts: Mapping[str, str]) -> str:
    return ruby.plain(texts.get(DEFAULT, ""))
