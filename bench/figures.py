"""A figure beside its baseline, and how it is told."""

from __future__ import annotations

import itertools
import statistics
import time
from collections.abc import Callable, Sequence
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
    """Median milliseconds of one call, as `in_turn` takes them."""
    return medians_ms(work, times=times, warm=warm)[0]


def medians_ms(*works: Callable[[int], object], times: int, warm: int = 5) -> list[float]:
    """Median milliseconds of one call of each, as `in_turn` takes them."""
    return [statistics.median(taken) for taken in in_turn(*works, times=times, warm=warm)]


def in_turn(*works: Callable[[int], object], times: int, warm: int = 5) -> list[list[float]]:
    """Milliseconds of each call of each, asked in turn, so that whatever else the machine does strikes all alike.

    Every call gets a number of its own, so that its input can differ every time, and none finds work remembered.
    """
    taken: list[list[float]] = [[] for _ in works]
    numbers = itertools.count()
    for turn in range(-warm, times):
        order = list(zip(works, taken, strict=True))
        for work, kept in order if turn % 2 else reversed(order):
            number = next(numbers)
            begun = time.perf_counter()
            work(number)
            if turn >= 0:
                kept.append((time.perf_counter() - begun) * 1000)
    return taken


def percentile(values: Sequence[float], percent: int) -> float:
    """What so many percent of the values keep below."""
    return statistics.quantiles(values, n=100)[percent - 1]


def table(figures: list[Figure]) -> str:
    """All figures as a Markdown table."""
    rows = ["| what | value | baseline | ratio | aim |", "|---|---|---|---|---|"]
    for figure in figures:
        base = "" if figure.baseline_value is None else f"{figure.baseline}: {figure.baseline_value:.2f} {figure.unit}"
        ratio = "" if figure.ratio is None else f"{figure.ratio:.2f}"
        rows.append(f"| {figure.name} | {figure.value:.2f} {figure.unit} | {base} | {ratio} | {figure.aim} |")
    return "\n".join(rows)
