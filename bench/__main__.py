"""Runs all benchmarks; prints a table and writes it with the raw figures to bench/results/."""

from __future__ import annotations

import json
import platform
from datetime import UTC, datetime
from pathlib import Path

from bench import committed, durability, events, parts, printing, publishing, searching, traces, whole
from bench.figures import table

RESULTS = Path(__file__).resolve().parent / "results"


def main() -> None:
    """Measures, prints, writes."""
    figures = [
        *whole.figures(),
        *parts.figures(),
        *printing.figures(),
        *traces.figures(),
        *durability.figures(),
        *events.figures(),
        *committed.figures(),
        *searching.figures(),
        *publishing.figures(),
    ]
    text = table(figures)
    RESULTS.mkdir(exist_ok=True)
    name = datetime.now(UTC).strftime("%Y-%m-%dT%H%M%SZ")
    machine = {"python": platform.python_version(), "machine": platform.machine()}
    raw = json.dumps(
        {"machine": machine, "figures": [figure.as_row() for figure in figures]}, ensure_ascii=False, indent=1
    )
    (RESULTS / f"{name}.json").write_text(raw + "\n", "utf-8")
    (RESULTS / f"{name}.md").write_text(text + "\n", "utf-8")
    print(text)


if __name__ == "__main__":
    main()
