"""Counts by hour and place that point at nobody: what happened too seldom is never told.

Every count is of one combination, and no sums over combinations are given out beside them: from a sum and its parts
one could reckon the part that was left out.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass

# What happened less often within an hour is left out.
LEAST = 10
# In memory at once; the words that are counted come from short lists of ours, so that this is never reached.
MOST_CELLS = 50_000

Cell = tuple[str, ...]


@dataclass(frozen=True, slots=True)
class HourOfPlace:
    """What may be told of one hour in one place.

    Attributes:
        hour: since 1970 in UTC.
        place: as the prefecture's two digits; empty where unknown.
        counts: each at least `LEAST`, never empty.
    """

    hour: int
    place: str
    counts: Mapping[Cell, int]


class HourlyCounts:
    """Adds up; forgets an hour when it gives it out."""

    def __init__(self) -> None:
        self._counts: Counter[tuple[int, str, Cell]] = Counter()

    def add(self, hour: int, place: str, cell: Cell) -> None:
        """One more of this kind, in this hour and place."""
        key = (hour, place, cell)
        if key in self._counts or len(self._counts) < MOST_CELLS:
            self._counts[key] += 1

    def take(self, *, before: int) -> list[HourOfPlace]:
        """Takes out the hours before this one, in order; what happened seldom is forgotten with them."""
        found: dict[tuple[int, str], dict[Cell, int]] = {}
        for key in [key for key in self._counts if key[0] < before]:
            hour, place, cell = key
            count = self._counts.pop(key)
            if count >= LEAST:
                found.setdefault((hour, place), {})[cell] = count
        return [HourOfPlace(hour, place, dict(sorted(found[hour, place].items()))) for hour, place in sorted(found)]
