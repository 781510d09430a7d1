"""Free ports on loopback, outside the range from which the system takes ports for outgoing connections."""

from __future__ import annotations

import random
import socket
import time
from collections.abc import Collection, Container, Iterable, Mapping, Sequence

from notalone_stack.errors import StackError
from notalone_stack.server import HOST

FIRST, LAST = 20_000, 31_999
POLL_SECONDS = 0.05


def is_free(port: int) -> bool:
    """Whether nothing listens on the port, on loopback or on all addresses."""
    with socket.socket(socket.AF_INET, socket.SOCK_STREAM) as probe:
        # A server that has just ended leaves connections in TIME_WAIT; servers take their port back all the same.
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((HOST, port))
        except OSError:
            return False
    return True


def wait_until_free(wanted: Collection[int], *, seconds: float) -> bool:
    """Waits for ports that are about to be given back; returns whether all are free."""
    deadline = time.monotonic() + seconds
    while not (free := all(map(is_free, wanted))) and time.monotonic() < deadline:
        time.sleep(POLL_SECONDS)
    return free


def choose(
    names: Iterable[str], *, before: Mapping[str, int], taken: Container[int], chance: random.Random
) -> dict[str, int]:
    """A port for each name: the one it had before if that is still free, so that clients find a restarted server.

    Args:
        names: what the ports are for.
        before: the ports of the last start.
        taken: ports promised to other servers of the stack.
        chance: picks among the free ones.

    Raises:
        StackError: no port is free.
    """
    chosen: dict[str, int] = {}
    for name in names:
        old = before.get(name)
        if old is not None and old not in chosen.values() and is_free(old):
            chosen[name] = old
            continue
        chosen[name] = _any_free([taken, chosen.values()], chance)
    return chosen


def _any_free(used: Sequence[Container[int]], chance: random.Random) -> int:
    count = LAST - FIRST + 1
    start = chance.randrange(count)
    for step in range(count):
        port = FIRST + (start + step) % count
        if not any(port in ports for ports in used) and is_free(port):
            return port
    raise StackError(f"no free port between {FIRST} and {LAST} on {HOST}")
