"""Waits that a stop ends at once."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Awaitable, Callable
from random import Random
from typing import TypeVar

from notalone_chassis import logs
from notalone_chassis.events.policy import Policy

T = TypeVar("T")
Sleep = Callable[[float], Awaitable[None]]


class Stopped(Exception):
    """The consumer is to end; what is under way counts as not handled."""


async def at_most(event: asyncio.Event, seconds: float) -> None:
    """Waits for an event, but no longer."""
    # Not wait_for: before Python 3.12 it may swallow a cancellation.
    with contextlib.suppress(TimeoutError):
        async with asyncio.timeout(seconds):
            await event.wait()


class Patience:
    """Waits as a policy says, and tries on while a part is down."""

    def __init__(self, policy: Policy, *, sleep: Sleep, random: Random) -> None:
        self.policy = policy
        self._sleep = sleep
        self._random = random
        self._stop = asyncio.Event()

    def stop(self) -> None:
        """Ends every wait."""
        self._stop.set()

    @property
    def stopped(self) -> bool:
        """Whether `stop` was called."""
        return self._stop.is_set()

    async def wait(self, failures: int) -> None:
        """Waits before the next try.

        Raises:
            Stopped: see there.
        """
        tasks = [
            asyncio.ensure_future(self._sleep(self.policy.wait(failures, self._random))),
            asyncio.ensure_future(self._stop.wait()),
        ]
        try:
            await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
        finally:
            for task in tasks:
                task.cancel()
                with contextlib.suppress(asyncio.CancelledError):
                    await task
        if self.stopped:
            raise Stopped

    async def until_done(self, work: Callable[[], Awaitable[T]]) -> T:
        """Does it, again and again while a part that it needs is down.

        Raises:
            Stopped: see there.
        """
        failures = 0
        while True:
            try:
                return await work()
            except self.policy.transient as error:
                failures += 1
                logs.get("events").warning("trying again", attempt=failures, exc_info=error)
            await self.wait(failures)
