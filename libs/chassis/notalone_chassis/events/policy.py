"""How often a handler is tried, and how long is waited in between."""

from __future__ import annotations

from dataclasses import dataclass
from random import Random

from notalone_chassis.errors import Unavailable


@dataclass(frozen=True, slots=True, kw_only=True)
class Policy:
    """The same for every adapter.

    Attributes:
        tries: how often an event is tried before it becomes a dead letter, the try within a batch not counted.
        first_wait, longest_wait: seconds; doubled from the one to the other.
        transient: failures that are no fault of the event, as a database that is down: tried until it works.
    """

    tries: int = 5
    first_wait: float = 0.1
    longest_wait: float = 5.0
    transient: tuple[type[Exception], ...] = (Unavailable, ConnectionError, TimeoutError)

    def wait(self, failures: int, random: Random) -> float:
        """Seconds before the next try after so many failures, between half and all of the step."""
        step = min(self.longest_wait, self.first_wait * 2.0 ** min(failures - 1, 30))
        return step * (0.5 + random.random() / 2)
