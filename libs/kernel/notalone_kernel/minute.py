"""What holds for a minute: hours are told in minutes, and so is whatever is made of them."""

from __future__ import annotations

from collections.abc import Callable, Hashable
from datetime import datetime
from typing import Generic, TypeVar

K = TypeVar("K", bound=Hashable)
V = TypeVar("V")


class ThisMinute(Generic[K, V]):
    """Remembers what was made in this minute; in another one it is made anew, also where the clock goes back."""

    def __init__(self, most: int) -> None:
        """Of more than `most` it forgets all."""
        self._most = most
        self._minute: datetime | None = None
        self._made: dict[K, V] = {}

    def __len__(self) -> int:
        """How much it remembers."""
        return len(self._made)

    def get(self, key: K, now: datetime, make: Callable[[], V]) -> V:
        """What was made for this key, made where it was not; the same for all who ask."""
        minute = now.replace(second=0, microsecond=0)
        if minute != self._minute:
            self._minute, self._made = minute, {}
        if key in self._made:
            return self._made[key]
        if len(self._made) >= self._most:
            self._made = {}
        made = self._made[key] = make()
        return made
