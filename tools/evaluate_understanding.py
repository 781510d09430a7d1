"""Runs sentences through crisis recognition, understanding and ranking, and prints which are not met.

A sentence is met when one of its patterns matches the Japanese name of one of the first three suggestions, and the
crisis it must (or must not) show does show (or not). In process: no service is started.

Usage: evaluate_understanding.py FILE [--verbose]

FILE holds one JSON object a line: id, lang, audience, text, expect (patterns), crisis and crisisOk (kinds).
"""

import argparse
import json
import re
import statistics
import time
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import notalone_crisis
import notalone_data
from notalone.catalog.v1.entry_pb2 import Entry
from notalone.common.v1.common_pb2 import Audience
from notalone.crisis.v1.crisis_pb2 import Crisis
from notalone_dialogue.understanding import Understanding, load_understanding

# A weekday morning: most desks are open.
_NOW = datetime(2026, 11, 24, 1, 0, tzinfo=UTC)
_FALLBACK = {"lonely.talk": 1.0}


def main() -> None:
    """Reads the arguments and prints misses and a summary."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("file", type=Path)
    parser.add_argument("--verbose", action="store_true", help="print the met sentences too")
    options = parser.parse_args()
    understanding = load_understanding()
    entries = {entry.id: entry for entry in [*notalone_data.entries(), *notalone_crisis.floor_entries()]}
    cases = [json.loads(line) for line in options.file.read_text(encoding="utf-8").splitlines() if line.strip()]
    met = crisis_right = 0
    seconds = []
    for case in cases:
        started = time.perf_counter()
        names, kinds, needs = _answer(case, understanding, entries)
        seconds.append(time.perf_counter() - started)
        fits = any(re.search(pattern, name) for pattern in case["expect"] for name in names)
        right = _crisis_right(case, kinds)
        met += fits
        crisis_right += right
        if options.verbose or not (fits and right):
            mark = ("" if fits else " MISS") + ("" if right else " CRISIS")
            print(f"{case['id']}{mark} {case['text']}\n    {names} {kinds or ''} {needs}")
    print(
        f"met {met}/{len(cases)}, crisis right {crisis_right}/{len(cases)}, median {statistics.median(seconds):.4f} s"
    )


def _answer(
    case: dict[str, Any], understanding: Understanding, entries: dict[str, Entry]
) -> tuple[list[str], list[str], dict[str, float]]:
    audience = Audience.Value(case["audience"].upper())
    kinds = notalone_crisis.recognise(case["text"])
    found = understanding.understand(case["text"], audience=audience, language=case["lang"])
    needs = {score.need: score.weight for score in found} or _FALLBACK
    ranked = understanding.rank(
        needs, list(entries.values()), audience=audience, language=case["lang"], prefecture="", now=_NOW
    )
    first = notalone_crisis.entry_ids(kinds, audience=audience) if kinds else []
    ids = list(dict.fromkeys([*first, *(item.entry.id for item in ranked)]))
    return [entries[entry_id].name["ja"] for entry_id in ids[:3]], [Crisis.Kind.Name(kind) for kind in kinds], needs


def _crisis_right(case: dict[str, Any], kinds: list[str]) -> bool:
    shown = {kind.lower() for kind in kinds}
    wanted = case.get("crisis")
    allowed = {*case.get("crisisOk", ()), *([wanted] if wanted else ())}
    if "violence" in allowed:
        allowed.add("sexual_violence")
    if wanted and not shown & allowed:
        return False
    # A wanted kind may come with others; without one, any other kind is a false alarm.
    return bool(wanted) or shown <= allowed


if __name__ == "__main__":
    main()
