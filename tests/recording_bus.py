"""A bus in memory for tests of what stands before it: it records, fails, or waits, as it is told."""

from __future__ import annotations

import asyncio
from collections import defaultdict
from collections.abc import Sequence

from notalone_chassis.errors import Unavailable
from notalone_chassis.events.event import Event


class RecordingBus:
    """What was published, by topic, in the order of arrival; only publishes, nobody can consume."""

    def __init__(self) -> None:
        self.published: dict[str, list[Event]] = defaultdict(list)
        self.down: set[str] = set()
        # How many more events arrive before it fails in the middle of a batch; None: never.
        self.fails_after: int | None = None
        self.calls = 0
        # Cleared: publishing waits.
        self.open = asyncio.Event()
        self.open.set()

    async def publish(self, topic: str, events: Sequence[Event]) -> None:
        self.calls += 1
        for event in events:
            if topic in self.down or self.fails_after == 0:
                self.fails_after = None
                raise Unavailable("events")
            await self.open.wait()
            self.published[topic].append(event)
            if self.fails_after is not None:
                self.fails_after -= 1

    def ids(self, topic: str) -> list[str]:
        return [event.id for event in self.published[topic]]

    def first_seen(self, topic: str, key: str) -> list[str]:
        """The ids of a key in the order in which they were seen first."""
        return list(dict.fromkeys(event.id for event in self.published[topic] if event.key == key))
