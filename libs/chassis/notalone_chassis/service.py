"""Runs one service as a process: start, wait for a signal, drain, end."""

from __future__ import annotations

import asyncio
import signal
import sys
from collections.abc import Awaitable, Callable
from datetime import timedelta
from typing import Protocol

from pydantic import ValidationError

from notalone_chassis import logs
from notalone_chassis.clock import Clock, ShiftedClock, SystemClock
from notalone_chassis.settings import ServiceSettings, SettingsError
from notalone_chassis.telemetry import report
from notalone_chassis.undisturbed import undisturbed

# Longer than any call's deadline, shorter than an orchestrator's patience.
GRACE_SECONDS = 20.0
CANNOT_START, WRONG_SETTING = 1, 2


class Running(Protocol):
    """A service that serves."""

    @property
    def address(self) -> str:
        """Where it answers, as "host:port"."""
        ...

    async def stop(self, grace: float) -> None:
        """Refuses new work, ends what is under way within `grace` seconds, closes what it opened."""
        ...


def run(start: Callable[..., Awaitable[Running]], settings: Callable[[], ServiceSettings]) -> None:
    """Runs until SIGTERM or SIGINT, then drains; a second signal ends at once.

    A wrong setting ends the process with 2, a port or folder that cannot be used with 1; both say what it was.
    """
    try:
        read = settings()
        logs.configure(read.log_level)
        asyncio.run(_until_signal(start, read))
    except (ValidationError, SettingsError, OSError) as error:
        sys.stderr.write(f"{explain(error)}\n")
        sys.exit(exit_code(error))


def explain(error: ValidationError | SettingsError | OSError) -> str:
    """Why a service cannot start, a line for each fault, without the values of settings: some are secrets."""
    if isinstance(error, ValidationError):
        return "\n".join(
            f"{'.'.join(map(str, fault['loc']))}: {fault['msg']} ({error.title})" for fault in error.errors()
        )
    return str(error)


def exit_code(error: ValidationError | SettingsError | OSError) -> int:
    """What a process that cannot start ends with."""
    return WRONG_SETTING if isinstance(error, ValidationError | SettingsError) else CANNOT_START


async def _until_signal(start: Callable[..., Awaitable[Running]], settings: ServiceSettings) -> None:
    reporting = report(settings)
    try:
        with undisturbed():
            service = await start(settings, clock=clock_of(settings), telemetry=reporting.telemetry)
        await wait_for_signal()
        await service.stop(GRACE_SECONDS)
    finally:
        await reporting.stop()


def clock_of(settings: ServiceSettings) -> Clock:
    """The machine's clock, or a wrong one where the settings ask for it.

    Raises:
        SettingsError: they do so in production.
    """
    if not settings.clock_offset_seconds:
        return SystemClock()
    if settings.environment == "production":
        raise SettingsError("in production the clock is right: CLOCK_OFFSET_SECONDS is for trying faults")
    return ShiftedClock(SystemClock(), timedelta(seconds=settings.clock_offset_seconds))


async def wait_for_signal() -> None:
    """Returns at the first SIGTERM or SIGINT, and gives the signals back so that the next one ends the process."""
    loop = asyncio.get_running_loop()
    stop = asyncio.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, stop.set)
    await stop.wait()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.remove_signal_handler(number)
