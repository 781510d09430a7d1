"""Tells how far the groups of a topic are behind.

The service that owns the topic asks, so that it is told also while no consumer of the group lives.
"""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Sequence

from notalone_chassis import logs
from notalone_chassis.errors import Unavailable
from notalone_chassis.events.log import EventLog
from notalone_chassis.events.topics import Topic
from notalone_chassis.telemetry.events import EventWatch

EVERY_SECONDS = 10.0


class LagWatch:
    """Asks again and again; what is not known while the log is away stays as it was last."""

    def __init__(self, log: EventLog, topics: Sequence[Topic], watch: EventWatch) -> None:
        self._log = log
        self._groups = [(topic.name, group) for topic in topics for group in topic.groups]
        self._watch = watch
        self._task: asyncio.Task[None] | None = None

    def start(self) -> None:
        """Asks from now on; nothing where these topics have no groups."""
        if self._groups:
            self._task = asyncio.create_task(self._forever(), name="event lag")

    async def stop(self) -> None:
        """Ends it."""
        if self._task is not None:
            self._task.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await self._task

    async def look(self) -> None:
        """Asks once.

        Raises:
            Unavailable: the log cannot be reached.
        """
        for topic, group in self._groups:
            behind = await self._log.behind(topic, group)
            if behind is not None:
                self._watch.lag(topic, group, behind)

    async def _forever(self) -> None:
        while True:
            try:
                await self.look()
            except Unavailable:
                # Whoever publishes or consumes says so already.
                pass
            except Exception as error:  # noqa: BLE001 the next time may do better
                logs.get("events").warning("event_lag_not_known", reason=type(error).__name__)
            await asyncio.sleep(EVERY_SECONDS)
