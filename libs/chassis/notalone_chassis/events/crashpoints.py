"""Named places where a test lets the process die, so that it can show what is kept."""

from __future__ import annotations

from typing import Literal, Protocol, get_args

Point = Literal[
    "outbox.before_commit",  # state and events are written, and will be rolled back
    "outbox.after_commit",  # committed, but nobody was told: neither the caller nor the relay
    "relay.before_publish",  # a batch has been read
    "relay.after_publish_before_mark",  # durable on the bus, still unpublished in the outbox
    "relay.after_mark",  # published and marked
    "consumer.before_handler",  # a batch has been fetched
    "consumer.after_handler_before_commit",  # its effects are committed, the group's offset is not
    "consumer.after_commit",  # both are
]
POINTS: tuple[Point, ...] = get_args(Point)


class CrashPoints(Protocol):
    """Is told of every place that is passed."""

    def reach(self, point: Point) -> None:
        """Returns, or ends everything by raising `Crash`."""
        ...


class Crash(BaseException):  # not an Exception: no handler of errors may survive it
    """The process died here."""


class NoCrash:
    """What runs outside tests: lives on everywhere."""

    def reach(self, point: Point) -> None:
        """Does nothing."""


class CrashAt:
    """Dies at one point, the nth time it is reached; then lives on."""

    def __init__(self, point: Point, *, time: int = 1) -> None:
        self._point = point
        self._left = time

    def reach(self, point: Point) -> None:
        """Raises Crash at the chosen moment."""
        if point == self._point:
            self._left -= 1
            if self._left == 0:
                raise Crash(point)
