"""What goes wrong: every fault by name, how it is brought about, and how it is mended."""

from __future__ import annotations

import asyncio
import contextlib
import re
import signal
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from random import Random

from chaos.installation import BEHIND_PROXY, PROCESSES, SERVERS, Installation

# Each piece in either direction: a write of several statements takes seconds.
SLOW_SECONDS = 0.15


@dataclass(frozen=True, slots=True)
class Fault:
    """`kind` is what happens ("kill"), `target` to whom ("kafka", "dialogue-1")."""

    kind: str
    target: str

    def __str__(self) -> str:
        return f"{self.kind} {self.target}"

    @property
    def server(self) -> bool:
        """Whether it strikes a server or the way to it, not one of our processes."""
        return self.target in SERVERS


Act = Callable[[Installation, str], Awaitable[None]]


async def _kill_server(here: Installation, name: str) -> None:
    here.stack.signal(name, signal.SIGKILL)


async def _start_server(here: Installation, name: str) -> None:
    await here.stack.up(name)


async def _end_server(here: Installation, name: str) -> None:
    await here.stack.down(name)


async def _stop_server(here: Installation, name: str) -> None:
    here.stack.signal(name, signal.SIGSTOP)


async def _go_on_server(here: Installation, name: str) -> None:
    here.stack.signal(name, signal.SIGCONT)


def _told(number: signal.Signals) -> Act:
    async def tell(here: Installation, name: str) -> None:
        here.backend.signal(name, number)

    return tell


async def _cut(here: Installation, name: str) -> None:
    here.proxies[name].cut()


async def _slow(here: Installation, name: str) -> None:
    here.proxies[name].slow(SLOW_SECONDS)


async def _mend(here: Installation, name: str) -> None:
    here.proxies[name].mend()


async def _nothing(_here: Installation, _name: str) -> None:
    """What the supervisor of the processes does by itself."""


FILLER = "filler"


async def _fill(here: Installation, _name: str) -> None:
    """Leaves no byte free where the backend's own files are."""
    await asyncio.to_thread(_write_until_full, here)


def _write_until_full(here: Installation) -> None:
    with contextlib.suppress(OSError), (here.site / FILLER).open("wb", buffering=0) as filler:
        while True:
            filler.write(bytes(64 * 1024))


async def _empty(here: Installation, _name: str) -> None:
    (here.site / FILLER).unlink(missing_ok=True)


# How it is brought about, and how it is mended.
OF_SERVERS: dict[str, tuple[Act, Act]] = {
    "kill": (_kill_server, _start_server),
    "pause": (_stop_server, _go_on_server),
    "restart": (_end_server, _start_server),
}
OF_PROCESSES: dict[str, tuple[Act, Act]] = {
    "kill": (_told(signal.SIGKILL), _nothing),
    "pause": (_told(signal.SIGSTOP), _told(signal.SIGCONT)),
    "restart": (_told(signal.SIGTERM), _nothing),
}
OF_CONNECTIONS: dict[str, tuple[Act, Act]] = {"cut": (_cut, _mend), "slow": (_slow, _mend)}
DISK = Fault("full", "data folder")
# Seconds by which the clock of a kind of service is wrong. Beyond five minutes, tokens do not hold there.
CLOCKS = (
    "catalog +120",
    "catalog -120",
    "catalog +3600",
    "dialogue +3600",
    "dialogue -3600",
    "pdf -3600",
    "notify +600",
)


def every(here: Installation) -> list[Fault]:
    """All that can be brought about there: nobody else's servers are struck, and only a small folder is filled."""
    return [
        *(Fault(kind, name) for kind in OF_SERVERS for name in SERVERS if here.own_servers),
        *(Fault(kind, name) for kind in OF_PROCESSES for name in PROCESSES),
        *(Fault(kind, name) for kind in OF_CONNECTIONS for name in BEHIND_PROXY),
        *(Fault("clock", name) for name in CLOCKS),
        *([DISK] if here.small else []),
    ]


def acts(fault: Fault) -> tuple[Act, Act]:
    """How a fault is brought about and mended; that of a clock is there from the start of its round to the end."""
    if fault == DISK:
        return _fill, _empty
    if fault.kind in OF_CONNECTIONS:
        return OF_CONNECTIONS[fault.kind]
    return (OF_SERVERS if fault.server else OF_PROCESSES)[fault.kind]


def clock_setting(fault: Fault) -> dict[str, str]:
    """What the backend is told so that a clock is wrong; nothing for other faults."""
    if fault.kind != "clock":
        return {}
    kind, seconds = fault.target.split()
    return {f"NOTALONE_{kind.upper()}_CLOCK_OFFSET_SECONDS": str(int(seconds))}


def deck(seed: int, *, here: Installation, only: str = "") -> list[Fault]:
    """All faults in the order of a run: each comes once before any comes again.

    `only` is a pattern: those whose name does not match it are left out.
    """
    found = [one for one in every(here) if re.search(only, str(one))]
    Random(seed).shuffle(found)
    return found
