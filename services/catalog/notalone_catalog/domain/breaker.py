"""Stops asking a part that fails or is slow, and finds out by itself when it works again."""

from __future__ import annotations

from datetime import datetime, timedelta

from notalone_chassis.clock import Clock

# How much the newest outcome counts against all before it.
NEWEST = 0.4
# Two failures one after another open it, one among many successes does not.
TOO_MUCH = 0.6
FIRST_PAUSE = timedelta(seconds=1)
# One that has just started is slow at first: only by being asked does it become quick.
LONGEST_PAUSE = timedelta(seconds=5)


class Breaker:
    """Closed while the share of failures is small; then open for a pause, after which one call may probe.

    A probe that fails doubles the pause. Each call that `allows` let through ends with exactly one of `succeeded`,
    `failed` and `abandoned`.
    """

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._failing = 0.0
        self._pause = FIRST_PAUSE
        self._open_until: datetime | None = None
        self._probing = False

    @property
    def open(self) -> bool:
        """Whether the part counts as down, also while a call probes."""
        return self._open_until is not None

    def allows(self) -> bool:
        """Whether to ask the part now."""
        if self._open_until is None:
            return True
        if self._probing or self._clock.now() < self._open_until:
            return False
        self._probing = True
        return True

    def succeeded(self) -> None:
        """It answered in time. While open that closes it: of a late answer to an early call, or of a probe."""
        self._failing *= 1 - NEWEST
        if self._open_until is not None:
            self._failing, self._pause, self._open_until, self._probing = 0.0, FIRST_PAUSE, None, False

    def failed(self) -> None:
        """It did not answer, or too late."""
        self._failing = self._failing * (1 - NEWEST) + NEWEST
        if self._open_until is None:
            if self._failing > TOO_MUCH:
                self._open_until = self._clock.now() + self._pause
        elif self._probing:
            self._probing = False
            self._pause = min(self._pause * 2, LONGEST_PAUSE)
            self._open_until = self._clock.now() + self._pause

    def abandoned(self) -> None:
        """Whoever asked went away before it could answer: that says nothing about the part."""
        self._probing = False
