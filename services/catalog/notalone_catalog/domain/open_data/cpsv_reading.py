"""Drafts from CPSV-J CSV, for people to check.

Names, texts and addresses become drafts; telephone numbers do not become contacts, since a number that nobody has
compared with its operator's own page must not be one tap away. They stay in the note for whoever checks the draft.
"""

from __future__ import annotations

import csv
import hashlib
import io
import re
import unicodedata
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass

from notalone.catalog.v1.entry_pb2 import Entry, Provenance
from notalone.catalog.v1.programme_pb2 import OTHER, Programme
from notalone.common.v1.common_pb2 import GENERAL
from notalone.common.v1.contact_pb2 import Contact
from notalone_kernel import municipality
from notalone_kernel.languages import DEFAULT

from notalone_catalog.domain import validation
from notalone_catalog.domain.open_data.cpsv import COLUMNS, FORMULA, FULL_DATE, KINDS

MAX_BYTES = 16 * 1024 * 1024
MAX_ROWS = 5_000
_ID = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")
# As long as the contract lets the field be that the cell becomes; the others only go into the note.
_LONGEST: Mapping[str, int] = {
    "service_id": 80, "name": 3_000, "abstract": 3_000, "provider": 3_000, "target": 3_000, "how_to_apply": 3_000,
    "detail_url": 500,
}  # fmt: skip
_LONGEST_CELL, _LONGEST_NOTE = 10_000, 1_000
_LONGEST_ALIAS, _MOST_ALIASES, _MOST_NEEDS = 100, 60, 40
_NOTED = ("contact", "provisions", "city_id", "application_start_date", "application_close_date", "issue_type")
_CUT = "…（続きは出典に）"
_SEPARATORS = re.compile(r"[、,，;|\n]+")
# What would run when somebody opens the list in a spreadsheet; "- 18歳まで" and "+81-3" would not.
_RUNS = re.compile(r"[=@]|[+-](?=[A-Za-z(@=!|\"'])")
_KEPT_CONTROLS = frozenset("\n\r\t")
# Rows below the names of the columns that say once more what the columns are.
_SAID_AGAIN = re.compile(r"サービスID|xsd:.*")
_UTF_16 = (b"\xff\xfe", b"\xfe\xff")
# How well an entry answers a need stands in no column.
_FITS = 0.5


@dataclass(frozen=True, slots=True)
class Problem:
    """A row that could not be read: its number as a spreadsheet counts, the column, and the rule it breaks."""

    row: int
    column: str
    rule: str


@dataclass(frozen=True, slots=True)
class Draft:
    """An entry, and the row that it was read from."""

    row: int
    entry: Entry


class NotCpsv(ValueError):
    """The file cannot be used at all; `row` is where reading ended, 0 where it never began."""

    def __init__(self, why: str, row: int = 0) -> None:
        super().__init__(why)
        self.row = row


def decode(raw: bytes) -> str:
    """The text of a file: UTF-8, with or without a byte order mark, or Shift_JIS as Windows writes it.

    Raises:
        NotCpsv: it is larger than `MAX_BYTES`, or in another encoding.
    """
    if len(raw) > MAX_BYTES:
        raise NotCpsv(f"larger than {MAX_BYTES // 1024 // 1024} MB")
    text = None if raw.startswith(_UTF_16) else _decoded(raw, "utf-8-sig")
    # EUC-JP passes for Shift_JIS, as gibberish; never the other way round where there is any kana.
    if text is None and not raw.startswith(_UTF_16) and _decoded(raw, "euc_jp") is None:
        text = _decoded(raw, "cp932")
    if text is None:
        raise NotCpsv("neither UTF-8 nor Shift_JIS")
    return text


def _decoded(raw: bytes, encoding: str) -> str | None:
    try:
        return raw.decode(encoding)
    except UnicodeDecodeError:
        return None


def read(text: str, *, source: str, needs: Collection[str] = ()) -> tuple[list[Draft], list[Problem]]:
    """Drafts, and the rows that could not be read.

    Args:
        text: The whole file.
        source: Where it is from, for the provenance of every draft.
        needs: The closed list of needs; words under `tags` that are none of them are passed over.

    Raises:
        NotCpsv: no row has the names of the columns, or it is no CSV from some row on.
    """
    drafts: list[Draft] = []
    problems: list[Problem] = []
    seen: set[str] = set()
    for number, cells, columns in _rows(text):
        row = {column: _plain(cell) for column, cell in zip(columns, cells, strict=False) if column in COLUMNS}
        if not any(row.values()) or _SAID_AGAIN.fullmatch(row.get("service_id", "")):
            continue
        row["service_id"] = row.get("service_id") or _made_up(row)
        wrong = _wrong_form(cells, columns) or _wrong(row, seen)
        entry = None if wrong else _draft(row, source, needs)
        if entry is None or entry.ByteSize() > validation.MAX_BYTES:
            problems.append(Problem(number, *(wrong or ("", "text.too_long"))))
        else:
            seen.add(entry.id)
            drafts.append(Draft(number, entry))
    return drafts, problems


def _rows(text: str) -> Iterator[tuple[int, Sequence[str], Sequence[str]]]:
    """Each row below the one with the names of the columns: its number, its cells, and those names."""
    rows = csv.reader(io.StringIO(text.removeprefix("\ufeff"), newline=""), strict=True)
    columns: list[str] | None = None
    number = 0
    try:
        for number, cells in enumerate(rows, 1):
            if number > MAX_ROWS:
                raise NotCpsv(f"more than {MAX_ROWS} rows", number)
            if columns is not None:
                yield number, cells, columns
            elif _names_columns(cells):
                columns = [cell.strip() for cell in cells]
    except csv.Error as error:
        raise NotCpsv(str(error), number + 1) from error
    if columns is None:
        raise NotCpsv("no row has the names of the columns")


def _names_columns(cells: Sequence[str]) -> bool:
    names = [name for name in (cell.strip() for cell in cells) if name in COLUMNS]
    return {"service_id", "name"} <= set(names) and len(set(names)) == len(names)


def _wrong_form(cells: Sequence[str], columns: Sequence[str]) -> tuple[str, str] | None:
    """The column and the rule that a row breaks by its mere form."""
    if any(cell.strip() for cell in cells[len(columns) :]):
        return "", "cells.too_many"
    for column, cell in zip(columns, cells, strict=False):
        if len(cell) > _LONGEST.get(column, _LONGEST_CELL):
            return column, "text.too_long"
        if any(unicodedata.category(letter) == "Cc" and letter not in _KEPT_CONTROLS for letter in cell):
            return column, "text.form"
        if _RUNS.match(cell.strip()):
            return column, "text.formula"
    return None


def _wrong(row: Mapping[str, str], seen: Collection[str]) -> tuple[str, str] | None:
    """The column and the rule that a row breaks by what it says."""
    for column in ("name", "abstract"):
        if not row.get(column):
            return column, "required"
    if not _ID.fullmatch(row["service_id"]) or row["service_id"] in seen:
        return "service_id", "value.invalid"
    if row.get("detail_url") and not re.fullmatch(r"https?://[^\s/?#]+\.\S+", row["detail_url"]):
        return "detail_url", "value.invalid"
    if row.get("prefecture_id") and _prefecture(row["prefecture_id"]) is None:
        return "prefecture_id", "value.invalid"
    aliases = _words(row.get("keyword_type", ""))
    if len(aliases) > _MOST_ALIASES or any(len(alias) > _LONGEST_ALIAS for alias in aliases):
        return "keyword_type", "text.too_long"
    return None


def _draft(row: Mapping[str, str], source: str, needs: Collection[str]) -> Entry:
    date = row.get("information_release_date", "")
    prefecture = _prefecture(row.get("prefecture_id", ""))
    tags = [tag for tag in _words(row.get("tags", "")) if tag in needs]
    kind = next((kind for kind, label in KINDS.items() if label == row.get("category")), Programme.SCHEME)
    return Entry(
        id=row["service_id"],
        kind=kind,
        # Shown nowhere before somebody has looked at it and says so.
        status=Entry.INACTIVE,
        name={DEFAULT: row["name"]},
        summary={DEFAULT: row["abstract"]},
        operator=_text(row, "provider"),
        eligibility=_text(row, "target"),
        application=_text(row, "how_to_apply"),
        apply_at=OTHER,
        audiences=[GENERAL],
        prefectures=[prefecture] if prefecture else [],
        needs=dict.fromkeys(tags[:_MOST_NEEDS], _FITS),
        url=row.get("detail_url", ""),
        aliases=_words(row.get("keyword_type", "")),
        provenance=Provenance(
            sources=[source],
            as_of=date if FULL_DATE.fullmatch(date) else "",
            check_state=Contact.UNCHECKED,
            note=_note(row),
        ),
    )


def _note(row: Mapping[str, str]) -> str:
    told = "\n".join(f"{column}: {row[column]}" for column in _NOTED if row.get(column))
    return told if len(told) <= _LONGEST_NOTE else told[: _LONGEST_NOTE - len(_CUT)] + _CUT


def _text(row: Mapping[str, str], column: str) -> dict[str, str]:
    return {DEFAULT: row[column]} if row.get(column) else {}


def _words(cell: str) -> list[str]:
    return list(dict.fromkeys(word for part in _SEPARATORS.split(cell) if (word := part.strip())))


def _prefecture(cell: str) -> str | None:
    """The two digits of a prefecture's name or of a code that begins with them; None for anything else."""
    code = cell[:2] if re.fullmatch(r"[0-9]{2}([0-9]{3,4})?", cell, re.ASCII) else ""
    if code in municipality.PREFECTURES:
        return code
    return next((code for code, name in municipality.PREFECTURES.items() if name.ja == cell), None)


def _made_up(row: Mapping[str, str]) -> str:
    """An id for a row that has none, the same each time the row is read: most data sets leave the column empty."""
    said = "\n".join(row.get(column, "") for column in ("provider", "prefecture_id", "city_id", "name"))
    return f"cpsv-{hashlib.sha256(said.encode('utf-8', 'surrogatepass')).hexdigest()[:16]}"


def _plain(cell: str) -> str:
    stripped = cell.strip()
    return stripped[1:] if stripped.startswith("'") and stripped[1:].startswith(FORMULA) else stripped
