"""Keeps one process running: starts it again whenever it ends, until it is told to stop."""

from __future__ import annotations

import asyncio
import signal
from collections.abc import Callable

from notalone_app.real.child import Child, Out, Program
from notalone_app.real.health import Check

FIRST_PAUSE, LONGEST_PAUSE = 0.2, 5.0
# A process that lived this long ended for a new reason: no longer pause for it.
STEADY_SECONDS = 10.0
# The first start on a busy machine.
START_SECONDS = 120.0
POLL_SECONDS = 0.1


class NotStarted(Exception):
    """A process ended, or did not answer, at its first start."""


class Keeper:
    """One process, started again when it ends.

    A process that somebody else ends in order (SIGTERM) is started again too: that is how one is renewed.
    """

    def __init__(self, program: Program, *, serves: Check, out: Out, changed: Callable[[str], None]) -> None:
        """`changed` is told, in a sentence, whenever the process has ended or another one runs."""
        self.program = program
        self.restarts = 0
        self._serves = serves
        self._out = out
        self._changed = changed
        self._child: Child | None = None
        self._keeping: asyncio.Task[None] | None = None
        self._ending = asyncio.Event()

    @property
    def pid(self) -> int:
        """The process that runs now; 0 between two."""
        return 0 if self._child is None else self._child.pid

    async def start(self) -> None:
        """Returns when it serves.

        Raises:
            NotStarted: it ended first, or does not serve in time.
        """
        try:
            child = self._child = await Child.start(self.program, self._out)
        except OSError as error:
            raise NotStarted(f"{self.program.name}: {error}") from error
        self._keeping = asyncio.create_task(self._keep(child))
        deadline = asyncio.get_running_loop().time() + START_SECONDS
        while not await self._serves():
            if self._child is not child:
                raise NotStarted(f"{self.program.name} ended before it served")
            if asyncio.get_running_loop().time() > deadline:
                raise NotStarted(f"{self.program.name} does not serve after {START_SECONDS:.0f} s")
            await asyncio.sleep(POLL_SECONDS)

    async def stop(self, grace: float) -> None:
        """Lets it end what is under way, within `grace` seconds; then kills it."""
        self._ending.set()
        if self._keeping is None:
            return
        self._signal(signal.SIGTERM)
        done, _ = await asyncio.wait({self._keeping}, timeout=grace)
        if not done:
            self._changed(f"{self.program.name} did not end within {grace:.0f} s and is killed")
            self._signal(signal.SIGKILL)
            await self._keeping

    def kill(self) -> None:
        """Ends it at once and for good."""
        self._ending.set()
        self._signal(signal.SIGKILL)

    def _signal(self, number: signal.Signals) -> None:
        if self._child is not None:
            self._child.signal(number)

    async def _keep(self, child: Child) -> None:
        pause = FIRST_PAUSE
        while True:
            started = asyncio.get_running_loop().time()
            code = await child.ended()
            self._child = None
            if self._ending.is_set():
                return
            if asyncio.get_running_loop().time() - started > STEADY_SECONDS:
                pause = FIRST_PAUSE
            self._changed(f"{self.program.name} ended with {code} and starts again in {pause:.1f} s")
            again = await self._again(pause)
            if again is None:
                return
            child = again
            pause = min(2 * pause, LONGEST_PAUSE)

    async def _again(self, pause: float) -> Child | None:
        """Starts it once more after a pause; None if it is to end instead."""
        while True:
            try:
                await asyncio.wait_for(self._ending.wait(), pause)
            except TimeoutError:
                pass
            else:
                return None
            try:
                child = self._child = await Child.start(self.program, self._out)
            except OSError as error:
                self._changed(f"{self.program.name} cannot be started: {error}")
                continue
            if self._ending.is_set():
                # It was told to end while it was being started.
                child.signal(signal.SIGTERM)
            self.restarts += 1
            self._changed(f"{self.program.name} runs again as {child.pid}")
            return child
