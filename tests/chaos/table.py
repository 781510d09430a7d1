"""What the rounds have shown, as a page."""

from __future__ import annotations

import statistics
from collections import defaultdict
from collections.abc import Iterable, Sequence
from typing import Any

Line = dict[str, Any]
HEAD = """# Faults, and what became of them

Made by `make chaos` from its journal. One installation of its own: five real servers and `make run-real` with two
processes of dialogue and catalog. In each round people talk, cry for help, search, print and keep memos and are handed
over, staff publishes, archives and withdraws, and an agency pauses its desk, a few calls a second; at a random moment
one thing goes wrong for 4 to 9 seconds: a server or process is killed (-9), stands still (SIGSTOP) or is started anew
in order; a connection to a server is cut or slow (a proxy in the test; not Kafka's, whose brokers name themselves); the
clock of a service is wrong; the backend's data folder is full (a small file system in memory, so only where root runs).

Afterwards the recorded calls, the log of Kafka, the index of Elasticsearch and the notices
of notify are held against the invariants (`tests/chaos/invariants.py`, `stores.py`).
"""


# What people write on the page stands behind this, and stays.
BY_HAND = "## Found and mended"


def page(lines: Sequence[Line], before: str = "") -> str:
    """The page in Markdown; of the one before, what was written by hand stays."""
    seeds = ", ".join(str(seed) for seed in sorted({line["seed"] for line in lines}))
    wrong = [line for line in lines if line["findings"]]
    calls = sum(count for line in lines for outcomes in line["calls"].values() for count in outcomes.values())
    told = [
        f"**{len(lines)} rounds** (seeds {seeds}), {calls} recorded calls; {len(wrong)} rounds with findings.",
        _cries(_outcomes(lines, "cry")),
        _late(lines),
        f"Publications told as done: {_outcomes(lines, 'staff.publish')['done']}.",
    ]
    _, _, by_hand = before.partition(BY_HAND)
    return "\n".join([HEAD, *told, "", *_recovery(lines), *_findings(wrong), "", BY_HAND + (by_hand or "\n")])


def _cries(found: dict[str, int]) -> str:
    said = f"Cries for help: {sum(found.values())}, of them answered {found['done']}, told the numbers with an error"
    return f"{said} {found['failed'] + found['late']}, without a gateway that could answer {found['unknown']}."


def _late(lines: Sequence[Line]) -> str:
    late = sum(outcomes.get("late", 0) for line in lines for outcomes in line["calls"].values())
    loads = [line["busy"] for line in lines if "busy" in line] or [0.0]
    return (
        f"The machine had {min(loads):.0f} to {max(loads):.0f} processes waiting for each core; {late} calls were told"
        " that they took too long (504) while it had more than three: no finding, and no failure unless their part was"
        " struck."
    )


def _outcomes(lines: Iterable[Line], kind: str) -> dict[str, int]:
    found: dict[str, int] = defaultdict(int)
    for line in lines:
        for outcome, count in line["calls"].get(kind, {}).items():
            found[outcome] += count
    return found


def _recovery(lines: Sequence[Line]) -> list[str]:
    """A row for each fault: seconds from its mending, least, median and most."""
    rows = [
        "## Time to recover",
        "Seconds: *people* until the last call that failed or was degraded had ended, *events* until what staff",
        "published after the mending was seen in every process. From the mending: the process goes on, the connection",
        "is there again, the server answers; for our own processes that are killed or restarted, from the blow itself.",
        "",
        "| Fault | Rounds | People: min / median / max | Events: min / median / max |",
        "|---|---|---|---|",
    ]
    groups: dict[tuple[str, str], list[Line]] = defaultdict(list)
    for line in lines:
        groups[line["kind"], _kind(line["target"])].append(line)
    for (kind, target), members in sorted(groups.items()):
        people = _spread([line["people_seconds"] for line in members])
        events = _spread([line["events_seconds"] for line in members])
        rows.append(f"| {kind} {target} | {len(members)} | {people} | {events} |")
    return [*rows, ""]


def _kind(target: str) -> str:
    return target.rpartition("-")[0] if target[-1:].isdigit() and " " not in target else target


def _spread(seconds: Sequence[float | None]) -> str:
    known = [one for one in seconds if one is not None]
    if not known:
        return "–"
    return f"{min(known):.1f} / {statistics.median(known):.1f} / {max(known):.1f}"


def _findings(wrong: Sequence[Line]) -> list[str]:
    if not wrong:
        return ["## Findings", "None in these rounds."]
    rows = ["## Findings", "| Round | Fault | What |", "|---|---|---|"]
    for line in wrong:
        said = "; ".join(f"{count} × {sentence}" for sentence, count in line["findings"][:3])
        rows.append(f"| {line['seed']}/{line['round']} | {line['kind']} {line['target']} | {said} |")
    return rows
