"""Says sentences to a running backend, each as the first reply of a fresh conversation, and prints what was not met.

A sentence is met when one of its patterns matches the Japanese name of one of the first three suggestions. Its crisis
answer is right when the kind it must show is among those shown, and no other than those it may show.

Usage: evaluate_dialogue.py --base URL [--least-met N] [--least-right N] FILE

FILE holds one JSON object a line: id, lang, audience, text, expect (patterns), crisis and crisisOk (kinds). The exit
code is 1 where fewer sentences than asked are met, or fewer crisis answers right.
"""

import argparse
import json
import re
import statistics
import sys
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx2

FIRST = 3


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of one sentence."""

    case: dict[str, Any]
    names: list[str]
    kinds: list[str]
    seconds: float

    @property
    def met(self) -> bool:
        """Whether a suggestion among the first three fits."""
        return any(re.search(pattern, name) for pattern in self.case["expect"] for name in self.names)

    @property
    def crisis_right(self) -> bool:
        """Whether the crisis answer is there where it must be, and nowhere else."""
        shown = {kind.lower() for kind in self.kinds}
        kind = self.case.get("crisis")
        wanted = _meeting(kind) if kind else set()
        allowed = wanted.union(*(_meeting(kind) for kind in self.case.get("crisisOk") or ()))
        return shown <= allowed and (not wanted or bool(shown & wanted))


def main() -> None:
    """Reads the arguments, says every sentence, prints misses and a summary."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("file", type=Path)
    parser.add_argument("--base", required=True, help="address of the backend, as http://127.0.0.1:8080")
    parser.add_argument("--least-met", type=int, default=0)
    parser.add_argument("--least-right", type=int, default=0)
    options = parser.parse_args()
    cases = [json.loads(line) for line in options.file.read_text(encoding="utf-8").splitlines() if line.strip()]
    with httpx2.Client(base_url=options.base, timeout=30) as http:
        outcomes = [_say(http, case) for case in cases]
    for outcome in outcomes:
        _report(outcome)
    met = sum(outcome.met for outcome in outcomes)
    right = sum(outcome.crisis_right for outcome in outcomes)
    median = statistics.median(outcome.seconds for outcome in outcomes)
    print(f"met {met}/{len(cases)}, crisis right {right}/{len(cases)}, median {median * 1000:.1f} ms")
    sys.exit(0 if met >= options.least_met and right >= options.least_right else 1)


def _say(http: httpx2.Client, case: dict[str, Any]) -> Outcome:
    started = time.perf_counter()
    first = http.post("/v1/conversations", json={"language": case["lang"], "audience": case["audience"].upper()})
    first.raise_for_status()
    reply = {"conversation": first.json()["conversation"], "text": case["text"]}
    second = http.post("/v1/conversations:reply", json=reply)
    second.raise_for_status()
    turn = second.json()
    names = [suggestion["programme"]["displayNameJa"] for suggestion in turn["suggestions"][:FIRST]]
    kinds = turn.get("crisis", {}).get("kinds", [])
    return Outcome(case=case, names=names, kinds=kinds, seconds=time.perf_counter() - started)


def _meeting(kind: str) -> set[str]:
    return {kind, "sexual_violence"} if kind == "violence" else {kind}


def _report(outcome: Outcome) -> None:
    if outcome.met and outcome.crisis_right:
        return
    marks = [mark for mark, good in (("MISS", outcome.met), ("CRISIS", outcome.crisis_right)) if not good]
    print(f"{outcome.case['id']} {' '.join(marks)} {outcome.case['text']}\n    {outcome.names} {outcome.kinds or ''}")


if __name__ == "__main__":
    main()
