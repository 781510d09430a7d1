"""The dead letters of one consumer: writes them, and follows what others and the tool do to them."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Callable, Sequence

from notalone_chassis import logs
from notalone_chassis.clock import Clock
from notalone_chassis.events.letters import (
    PARKED,
    Letter,
    Letterbox,
    Waiting,
    read_letters,
    replay_id,
    to_record,
    tombstone,
)
from notalone_chassis.events.log import EventLog, Reader, Stored
from notalone_chassis.events.topics import Topics
from notalone_chassis.events.waiting import Patience, Stopped, at_most

LOOK_SECONDS = 0.05


class Correspondence:
    """See `DeadLetters`; for the topics of one group."""

    def __init__(self, log: EventLog, topics: Topics, *, group: str, clock: Clock, patience: Patience) -> None:
        self._log = log
        self._topics = topics
        self._group = group
        self._clock = clock
        self._patience = patience
        self._box = Letterbox(group)
        self._moved = asyncio.Event()
        self._reader: Reader | None = None
        self._task: asyncio.Task[None] | None = None

    async def start(self, topics: Sequence[str], *, asked: Callable[[], None]) -> None:
        """Follows the letters of these topics; calls `asked` when a key is to be replayed."""
        self._reader = await self._log.read([self._topics[name].dead for name in topics], group=None)
        self._task = asyncio.create_task(self._follow(self._reader, asked), name=f"dead letters of {self._group}")

    async def stop(self) -> None:
        """Follows no more; the patience is stopped before."""
        if self._task is not None and self._reader is not None:
            self._reader.wake()
            await self._task
            await self._reader.close()

    async def caught_up(self) -> None:
        """Returns when all letters that there are now are known.

        Raises:
            Stopped: the consumer is to end.
        """
        reader = self._reader
        if reader is not None:
            ends = await reader.ends()
            while not await reader.reached(ends):
                if self._patience.stopped:
                    raise Stopped
                self._moved.clear()
                await at_most(self._moved, LOOK_SECONDS)

    def is_known(self, stored: Stored) -> bool:
        """See `DeadLetters`."""
        return self._box.has(stored)

    def is_parked(self, stored: Stored) -> bool:
        """See `DeadLetters`."""
        parks = self._topics[stored.topic].after_dead == "park"
        return parks and self._box.is_waiting(stored.topic, stored.record.key)

    async def park(self, stored: Stored) -> None:
        """See `DeadLetters`."""
        await self.give_up(stored, reason=PARKED, tries=0)

    async def give_up(self, stored: Stored, *, reason: str, tries: int) -> None:
        """See `DeadLetters`."""
        letter = Letter(
            group=self._group,
            topic=stored.topic,
            partition=stored.partition,
            offset=stored.offset,
            reason=reason,
            tries=tries,
            time=self._clock.now(),
            record=stored.record,
        )
        await self._log.append(self._topics[stored.topic].dead, [to_record(letter)])
        self._box.put(letter)

    def unsettled(self) -> int:
        """How many letters there are; may be asked from another thread."""
        return len(self._box)

    def has_requests(self) -> bool:
        """Whether something is to be replayed."""
        return self._box.has_requests()

    def requests(self) -> Sequence[tuple[str, str, list[Waiting]]]:
        """What is to be replayed: topic, key, and the letters of that key in order."""
        return [(topic, key, self._box.of(topic, key)) for topic, key in self._box.requests()]

    async def contents(self, topic: str, key: str) -> Sequence[Letter]:
        """The unsettled letters of a key with their payloads, in order: read from the log, which is rarely asked."""
        found = await read_letters(self._log, self._topics[topic].dead)
        mine = (one for one in found if (one.group, one.record.key) == (self._group, key))
        return sorted(mine, key=lambda letter: letter.place)

    async def settle(self, letter: Letter) -> None:
        """Says that a letter is replayed."""
        await self._log.append(self._topics[letter.topic].dead, [tombstone(letter.id)])

    async def answered(self, topic: str, key: str) -> None:
        """Says that a request is done, well or not."""
        await self._log.append(self._topics[topic].dead, [tombstone(replay_id(self._group, key))])

    async def _follow(self, reader: Reader, asked: Callable[[], None]) -> None:
        failures = 0
        while not self._patience.stopped:
            try:
                records = (await reader.take()).records
                self._box.read(records)
                await reader.done(records)
                failures = 0
            except Exception as error:  # noqa: BLE001 without it the consumer would wait for letters for ever
                failures += 1
                logs.get("events").error("dead letters are followed again", attempt=failures, exc_info=error)
                with contextlib.suppress(Stopped):
                    await self._patience.wait(failures)
            self._moved.set()
            if self._box.has_requests():
                asked()
