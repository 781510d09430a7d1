"""The three logs that histories run over, each opened as cheaply as it allows."""

from __future__ import annotations

import itertools
import uuid
from pathlib import Path

from histories.handing import HandingLog
from notalone_chassis.events.embedded.event_log import EmbeddedEventLog
from notalone_chassis.events.kafka.client import KafkaOptions
from notalone_chassis.events.kafka.event_log import KafkaEventLog

# A read model begins with the first event of its topics: so they are new ones after so many histories.
AT_ONCE = 10


class EmbeddedLogs:
    """One log per history, opened by each process for itself."""

    def begin(self) -> str:
        """What the keys of a history begin with."""
        return "h-"

    async def open(self, folder, topics, *, name, clock) -> HandingLog:
        return HandingLog(await EmbeddedEventLog.open(Path(folder) / "log", topics, clock=clock), stays=False)

    async def close(self) -> None:
        """Nothing stays."""


class KafkaLogs:
    """Topics and group members for some histories, one member for each process of theirs."""

    def __init__(self, address: str, make) -> None:
        """`make` makes the topics for a prefix."""
        self._address, self._make = address, make
        self._numbers = itertools.count()
        self._number = 0
        self._logs: dict[str, HandingLog] = {}
        self._ended: list[HandingLog] = []
        self.prefixes: list[str] = []

    def begin(self) -> str:
        self._number = next(self._numbers)
        if self._number % AT_ONCE == 0:
            self.prefixes.append(f"histories-{uuid.uuid4().hex[:10]}.")
            self._make(self._options())
            self._ended.extend(self._logs.values())
            self._logs = {}
        for log in self._logs.values():
            log.forget()
        return f"h{self._number}-"

    async def open(self, folder, topics, *, name, clock) -> HandingLog:
        await self._close_ended()
        if name not in self._logs:
            self._logs[name] = HandingLog(KafkaEventLog(self._options()), stays=True)
        return self._logs[name]

    def _options(self) -> KafkaOptions:
        return KafkaOptions(bootstrap=self._address, prefix=self.prefixes[-1])

    async def _close_ended(self) -> None:
        while self._ended:
            await self._ended.pop().log.close()

    async def close(self) -> None:
        self._ended.extend(self._logs.values())
        await self._close_ended()
