"""Helps whoever translates the entries of data/.

    python tools/translate_entries.py missing vi    what has no translation, or an outdated one, with its wording
    python tools/translate_entries.py stamp vi      writes of which wording each translation without a mark was made

A translation is a row of `translations/<language>.yaml`: the entry's id, `name`, `summary`, and the mark `of`.
"""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

import yaml
from notalone.catalog.v1.entry_pb2 import Entry
from notalone_data import entries, translated, translation, translations

FOLDER = Path(__file__).resolve().parents[1] / "data" / "notalone_data" / "national" / "translations"
SOURCES = ("ja", "en")


def missing(language: str) -> None:
    """Prints, as YAML, what waits to be translated."""
    for entry in shown():
        if not all(language in getattr(entry, field) for field in translations.FIELDS):
            wording = {field: {tag: getattr(entry, field)[tag] for tag in SOURCES} for field in translations.FIELDS}
            sys.stdout.write(yaml.safe_dump({entry.id: wording}, allow_unicode=True, sort_keys=False, width=10_000))


def stamp(language: str) -> None:
    """Marks each row that has no mark with the wording of today, and puts the rows in order."""
    marks = {entry.id: translations.wording_of(entry) for entry in shown()}
    rows = {
        entry_id: {"of": row.get("of", marks.get(entry_id, "")), **{f: row[f] for f in translations.FIELDS if f in row}}
        for entry_id, row in sorted(translation(language).items())
    }
    if unknown := [entry_id for entry_id, row in rows.items() if not row["of"]]:
        raise SystemExit(f"no entries: {', '.join(unknown)}")
    head = f"# {language}: no native speaker has checked these translations yet.\n"
    body = yaml.safe_dump(rows, allow_unicode=True, sort_keys=False, width=10_000)
    (FOLDER / f"{language}.yaml").write_text(head + body, "utf-8")


def shown() -> list[Entry]:
    """The entries that people may see."""
    return [entry for entry in entries() if entry.status == Entry.ACTIVE]


def main() -> None:
    """Runs one command."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("command", choices=("missing", "stamp"))
    parser.add_argument("language")
    chosen = parser.parse_args()
    if chosen.command == "stamp" and chosen.language not in translated():
        parser.error(f"there is no file for {chosen.language}")
    {"missing": missing, "stamp": stamp}[chosen.command](chosen.language)


if __name__ == "__main__":
    main()
