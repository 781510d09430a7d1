"""Runs one service as a process: start, wait for a signal, drain, end."""

from __future__ import annotations

import asyncio
import signal
from collections.abc import Awaitable, Callable
from typing import Protocol

from notalone_chassis import logs
from notalone_chassis.clock import SystemClock
from notalone_chassis.settings import ServiceSettings

# Longer than any call's deadline, shorter than an orchestrator's patience.
GRACE_SECONDS = 20.0


class Running(Protocol):
    """A service that serves."""

    @property
    def address(self) -> str:
        """Where it answers, as "host:port"."""
        ...

    async def stop(self, grace: float) -> None:
        """Refuses new work, ends what is under way within `grace` seconds, closes what it opened."""
        ...


def run(start: Callable[..., Awaitable[Running]], settings: ServiceSettings) -> None:
    """Runs until SIGTERM or SIGINT, then drains; a second signal ends at once."""
    logs.configure(settings.log_level)
    asyncio.run(_until_signal(start, settings))


async def _until_signal(start: Callable[..., Awaitable[Running]], settings: ServiceSettings) -> None:
    service = await start(settings, clock=SystemClock())
    await wait_for_signal()
    await service.stop(GRACE_SECONDS)


async def wait_for_signal() -> None:
    """Returns at the first SIGTERM or SIGINT, and gives the signals back so that the next one ends the process."""
    loop = asyncio.get_running_loop()
    stop = asyncio.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, stop.set)
    await stop.wait()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.remove_signal_handler(number)
