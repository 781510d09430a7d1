"""How much one caller, and all callers together, may ask at once."""

from __future__ import annotations

import ipaddress
import math
import secrets
from collections import OrderedDict
from collections.abc import Iterator
from contextlib import contextmanager
from hashlib import blake2b

from notalone_chassis.clock import Clock

from notalone_gateway.problems import overloaded, too_many_requests

# Callers remembered at most; the one not seen for longest is forgotten first.
MOST_CALLERS = 20_000


class CallerRate:
    """A token bucket per caller: `burst` calls at once, then `per_second`.

    Callers are remembered only as a keyed hash that dies with the process.
    """

    def __init__(self, per_second: float, burst: int, *, clock: Clock, most: int = MOST_CALLERS) -> None:
        self._per_second = per_second
        self._burst = burst
        self._clock = clock
        self._most = most
        self._key = secrets.token_bytes(32)
        self._buckets: OrderedDict[bytes, tuple[float, float]] = OrderedDict()

    def __len__(self) -> int:
        return len(self._buckets)

    def take(self, caller: str) -> None:
        """Takes one call's worth.

        Raises:
            Problem: nothing is left; says when to come again.
        """
        name = blake2b(network(caller).encode("utf-8"), key=self._key, digest_size=16).digest()
        now = self._clock.now().timestamp()
        level, seen = self._buckets.pop(name, (float(self._burst), now))
        level = min(self._burst, level + max(0.0, now - seen) * self._per_second)
        allowed = level >= 1
        self._buckets[name] = (level - 1 if allowed else level, now)
        while len(self._buckets) > self._most:
            self._buckets.popitem(last=False)
        if not allowed:
            raise too_many_requests(max(1, math.ceil((1 - level) / self._per_second)))


class Places:
    """How many calls may be at work at once."""

    def __init__(self, most: int) -> None:
        self._free = most

    @contextmanager
    def one(self) -> Iterator[None]:
        """Holds one place.

        Raises:
            Problem: all are taken.
        """
        if self._free < 1:
            raise overloaded()
        self._free -= 1
        try:
            yield
        finally:
            self._free += 1


def network(address: str) -> str:
    """What counts as one caller: an IPv4 address, or the /64 that one IPv6 subscriber holds."""
    try:
        ip = ipaddress.ip_address(address.partition("%")[0])
    except ValueError:
        return address
    if ip.version == 4:
        return str(ip)
    if ip.ipv4_mapped:
        return str(ip.ipv4_mapped)
    return str(ipaddress.ip_network((ip, 64), strict=False).network_address)
