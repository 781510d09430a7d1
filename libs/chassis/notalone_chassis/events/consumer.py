"""A consumer at work: takes, delivers, commits, and replays what it is asked to."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Awaitable, Callable
from functools import partial

from notalone_chassis import logs
from notalone_chassis.errors import Unavailable
from notalone_chassis.events.correspondence import Correspondence
from notalone_chassis.events.crashpoints import Crash, CrashPoints
from notalone_chassis.events.delivery import Deliverer
from notalone_chassis.events.log import Reader, Stored
from notalone_chassis.events.waiting import Patience, Stopped, at_most

# How long a caller of `caught_up` waits before it looks again, where nothing has told it to.
LOOK_SECONDS = 0.05


class Closed(RuntimeError):
    """What was closed cannot be used any more."""


class Consumer:
    """See `Consuming`; of a group."""

    def __init__(
        self,
        read: Callable[[], Awaitable[Reader]],
        reader: Reader,
        deliverer: Deliverer,
        letters: Correspondence | None,
        *,
        patience: Patience,
        crash: CrashPoints,
    ) -> None:
        self._read = read
        self._reader = reader
        self._deliverer = deliverer
        self._letters = letters
        self._patience = patience
        self._crash = crash
        self._moved = asyncio.Event()
        self._task = asyncio.create_task(self._run(), name="event consumer")

    def wake(self) -> None:
        """Lets it look for what it is asked to replay."""
        self._reader.wake()

    async def caught_up(self) -> None:
        """See `Consuming`."""
        self._check()
        ends = await self._reader.ends()
        while not await self._reader.reached(ends):
            self._moved.clear()
            await at_most(self._moved, LOOK_SECONDS)
            self._check()

    async def stop(self) -> None:
        """See `Consuming`."""
        self._patience.stop()
        self._reader.wake()
        with contextlib.suppress(Crash):
            await self._task
        closing = [self._reader.close()] + ([self._letters.stop()] if self._letters is not None else [])
        await asyncio.gather(*closing)

    def _check(self) -> None:
        if self._task.done() and not self._task.cancelled() and (error := self._task.exception()) is not None:
            raise error
        if self._patience.stopped or self._task.done():
            raise Closed("the consumer is stopped")

    async def _run(self) -> None:
        failures = 0
        while not self._patience.stopped:
            try:
                await self._turn()
                failures = 0
            except Stopped:
                return
            except Exception as error:  # noqa: BLE001 a consumer goes on, whatever happens
                failures += 1
                logs.get("events").error("a consumer starts again", attempt=failures, exc_info=error)
                with contextlib.suppress(Stopped):
                    await self._start_again(failures)

    async def _start_again(self, failures: int) -> None:
        """What was taken and not handled is read again."""
        await self._patience.wait(failures)
        with contextlib.suppress(Unavailable):
            await self._reader.close()
        self._reader = await self._patience.until_done(self._read)

    async def _turn(self) -> None:
        taken = await self._reader.take()
        if self._letters is not None:
            if taken.fresh:
                # Another reader may have parked keys of these partitions.
                await self._patience.until_done(self._letters.caught_up)
            await self._replay(self._letters)
        if not taken.records:
            return
        self._crash.reach("consumer.before_handler")
        await self._deliverer.deliver(taken.records, self._reader)
        self._crash.reach("consumer.after_handler_before_commit")
        await self._reader.done(taken.records)
        self._crash.reach("consumer.after_commit")
        self._moved.set()

    async def _replay(self, letters: Correspondence) -> None:
        if not letters.has_requests():
            return
        # A request may be read before the letters it is about.
        await self._patience.until_done(letters.caught_up)
        for topic, key, waiting in letters.requests():
            if not waiting or self._reader.holds((topic, waiting[0].partition)):
                await self._replay_key(topic, key, letters)

    async def _replay_key(self, topic: str, key: str, letters: Correspondence) -> None:
        for letter in await self._patience.until_done(lambda: letters.contents(topic, key)):
            stored = Stored(letter.topic, letter.partition, letter.offset, letter.record)
            reason, tries = await self._deliverer.attempt(stored, self._reader)
            if not self._reader.holds(stored.place):
                return
            if reason:
                await self._patience.until_done(partial(letters.give_up, stored, reason=reason, tries=tries))
                break
            self._crash.reach("consumer.after_handler_before_commit")
            await self._patience.until_done(partial(letters.settle, letter))
        await self._patience.until_done(lambda: letters.answered(topic, key))
        await self._patience.until_done(letters.caught_up)
