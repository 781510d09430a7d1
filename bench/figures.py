"""A figure beside its baseline, and how it is told."""

from __future__ import annotations

import statistics
import time
from collections.abc import Callable
from dataclasses import asdict, dataclass


@dataclass(frozen=True, slots=True)
class Figure:
    """What was measured, in which unit, against what; `aim` says what ratio or value is wished for."""

    name: str
    value: float
    unit: str
    baseline: str = ""
    baseline_value: float | None = None
    aim: str = ""

    @property
    def ratio(self) -> float | None:
        """Value over baseline."""
        return self.value / self.baseline_value if self.baseline_value else None

    def as_row(self) -> dict[str, object]:
        """For the file."""
        return {**asdict(self), "ratio": self.ratio}


def median_ms(work: Callable[[int], object], *, times: int, warm: int = 5) -> float:
    """Median milliseconds of one call; each call gets its own number, so that its input can differ every time."""
    for number in range(warm):
        work(-1 - number)
    taken = []
    for number in range(times):
        begun = time.perf_counter()
        work(number)
        taken.append((time.perf_counter() - begun) * 1000)
    return statistics.median(taken)


def table(figures: list[Figure]) -> str:
    """All figures as a Markdown table."""
    rows = ["| what | value | baseline | ratio | aim |", "|---|---|---|---|---|"]
    for figure in figures:
        base = "" if figure.baseline_value is None else f"{figure.baseline}: {figure.baseline_value:.2f} {figure.unit}"
        ratio = "" if figure.ratio is None else f"{figure.ratio:.2f}"
        rows.append(f"| {figure.name} | {figure.value:.2f} {figure.unit} | {base} | {ratio} | {figure.aim} |")
    return "\n".join(rows)
