"""Feeds a read model in memory, whatever the state of the bus at start: without events a service says what it has."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Awaitable, Callable, Sequence
from typing import TypeVar

from notalone_chassis import logs
from notalone_chassis.errors import Unavailable
from notalone_chassis.events.event import Delivery
from notalone_chassis.events.ports import Consuming, EventBus, Handler

AGAIN_SECONDS = 2.0
# How long a start waits for what is there already: better a little late than with a number that was withdrawn.
CATCH_UP_SECONDS = 3.0

Change = TypeVar("Change")


def applying(
    read: Callable[[str, str, bytes | None], Change],
    apply: Callable[[Sequence[Change]], None],
    *,
    then: Callable[[], Awaitable[None]],
) -> Handler:
    """A handler that reads each event of a batch, by its id, key and data, applies what they say, then does `then`."""

    async def handle(batch: Sequence[Delivery]) -> None:
        apply([read(each.event.id, each.event.key, each.event.data) for each in batch])
        await then()

    return handle


class Following:
    """Opens a bus and follows topics from their first event on; tries again where the bus cannot be opened yet."""

    def __init__(
        self, open_bus: Callable[[], Awaitable[EventBus]], topics: Sequence[str], handler: Handler, *, service: str
    ) -> None:
        """`service` is the name in the logs."""
        self._open_bus = open_bus
        self._topics = topics
        self._handler = handler
        self._log = logs.get(service)
        self._bus: EventBus | None = None
        self._following: Consuming | None = None
        self._task: asyncio.Task[None] | None = None

    async def start(self) -> None:
        """Follows, and waits a moment for what is there; goes on in the background where that did not do."""
        if not await self._attempt():
            self._task = asyncio.create_task(self._keep_trying())
            return
        if self._following is not None:
            with contextlib.suppress(TimeoutError, Unavailable):
                async with asyncio.timeout(CATCH_UP_SECONDS):
                    await self._following.caught_up()

    async def stop(self) -> None:
        """Ends, and closes the bus."""
        if self._task is not None:
            self._task.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await self._task
        if self._bus is not None:
            await self._bus.close()

    async def _keep_trying(self) -> None:
        done = False
        while not done:
            await asyncio.sleep(AGAIN_SECONDS)
            done = await self._attempt()

    async def _attempt(self) -> bool:
        bus: EventBus | None = None
        try:
            bus = await self._open_bus()
            self._following = await bus.follow(self._topics, self._handler)
        except Unavailable as error:
            self._log.warning("events_not_followed", part=error.part)
            if bus is not None:
                await bus.close()
            return False
        self._bus = bus
        return True
