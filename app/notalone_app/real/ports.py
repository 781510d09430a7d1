"""Free ports on loopback, outside the range from which the system takes ports for outgoing connections."""

from __future__ import annotations

import errno
import os
import socket
from collections.abc import Iterator
from random import Random

HOST = "127.0.0.1"
FIRST, LAST = 12_000, 19_999
SHARES = 32


def free(chance: Random) -> Iterator[int]:
    """Ports where nobody listens, none twice.

    Raises:
        OSError: there is none left.
    """
    candidates = list(range(FIRST, LAST + 1))
    chance.shuffle(candidates)
    # Two backends that start at the same time look at different ports first: between a look and a start lies a moment.
    candidates.sort(key=lambda port: port % SHARES != os.getpid() % SHARES)
    yield from filter(is_free, candidates)
    raise OSError(errno.EADDRINUSE, f"no port is free between {FIRST} and {LAST}")


def is_free(port: int) -> bool:
    """Whether a service could listen there."""
    with socket.socket(socket.AF_INET, socket.SOCK_STREAM) as probe:
        # What has just ended leaves connections behind; a service takes its port back all the same.
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((HOST, port))
        except OSError:
            return False
    return True


def must_be_free(port: int) -> None:
    """Raises OSError if somebody listens there."""
    if not is_free(port):
        raise OSError(errno.EADDRINUSE, f"{os.strerror(errno.EADDRINUSE)}: port {port}")
