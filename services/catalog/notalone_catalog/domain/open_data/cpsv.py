"""CPSV-J (Japan's Core Public Service Vocabulary) as CSV: the columns, and entries written as lines.

The columns are those of the government's open data sets. One line an entry, in Japanese. `cpsv_reading` reads it.
"""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterable, Mapping

from notalone.catalog.v1.entry_pb2 import Entry
from notalone.catalog.v1.programme_pb2 import Programme
from notalone_kernel import ruby
from notalone_kernel.languages import DEFAULT

COLUMNS = (
    "service_id", "service_number", "origin_id", "alteration_flag", "provider", "prefecture_id", "city_id", "name",
    "abstract", "provisions", "target", "how_to_apply", "application_start_date", "application_close_date",
    "detail_url", "contact", "information_release_date", "tags", "theme", "category", "person_type", "entity_type",
    "keyword_type", "issue_type",
)  # fmt: skip
KINDS: Mapping[Programme.Kind.ValueType, str] = {Programme.SCHEME: "支援制度", Programme.DESK: "相談窓口"}
"""What stands under `category`."""
BETWEEN = "、"
"""Between several words of one cell."""
FULL_DATE = re.compile(r"\d{4}-\d{2}-\d{2}")
# A spreadsheet takes a cell that begins like this for a formula, unless an apostrophe stands before it.
FORMULA = ("=", "+", "-", "@", "\t", "\r")


def write(entries: Iterable[Entry]) -> str:
    """The entries as CSV with a line of column names, lines ending as RFC 4180 wants."""
    out = io.StringIO(newline="")
    writer = csv.DictWriter(out, COLUMNS, restval="")
    writer.writeheader()
    for entry in entries:
        writer.writerow({column: _safe(text) for column, text in _cells(entry).items()})
    return out.getvalue()


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
        "information_release_date": as_of if FULL_DATE.fullmatch(as_of) else "",
        "tags": BETWEEN.join(sorted(entry.needs)),
        "category": KINDS.get(entry.kind, ""),
        "keyword_type": BETWEEN.join(entry.aliases),
    }


def _safe(cell: str) -> str:
    stripped = cell.strip()
    return f"'{stripped}" if stripped.startswith(FORMULA) else stripped


def _japanese(texts: Mapping[str, str]) -> str:
    return ruby.plain(texts.get(DEFAULT, ""))
