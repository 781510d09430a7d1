"""The desk for dead letters: what the tool `notalone dead-letters` does, over any log."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence

from notalone_chassis.errors import NotFound
from notalone_chassis.events.letters import Letter, read_letters, replay_request, tombstone
from notalone_chassis.events.log import EventLog
from notalone_chassis.events.topics import Topics

LOOK_SECONDS = 0.1


class DeadLetterDesk:
    """Looks into dead letters, has them replayed, discards them."""

    def __init__(self, log: EventLog, topics: Topics) -> None:
        self._log = log
        self._topics = topics

    async def list(self, topic: str | None = None) -> Sequence[Letter]:
        """The unsettled letters of one topic or all, in order of topic, group, partition and offset.

        Raises:
            UnknownTopic: there is no such topic.
            Unavailable: the log cannot be reached.
        """
        asked = [one.dead for one in self._topics] if topic is None else [self._topics[topic].dead]
        return [letter for name in asked for letter in await read_letters(self._log, name)]

    async def letter(self, topic: str, name: str) -> Letter:
        """One letter, by its name "group/partition/offset".

        Raises:
            NotFound: there is none, or it is settled.
        """
        for letter in await self.list(topic):
            if letter.name == name:
                return letter
        raise NotFound("dead letter", name)

    async def ask_replay(self, topic: str, *, group: str, key: str) -> None:
        """Asks the group's consumer to replay the letters of a key, in order; when all are handled the key is free.

        The consumer that has the partition does it, between two batches, so that nothing of the key overtakes. Where
        one fails again it stays, with those behind it. Where no consumer runs, the next one to start does it.

        Raises:
            NotFound: the key has no letters.
        """
        if not await self._of(topic, group=group, key=key):
            raise NotFound("dead letter", key)
        await self._log.append(self._topics[topic].dead, [replay_request(group, key)])

    async def replay(self, topic: str, *, group: str, key: str, patience: float) -> Sequence[Letter]:
        """Asks, and waits up to `patience` seconds; returns the letters that are still unsettled then.

        Raises:
            NotFound: the key has no letters.
        """
        before = await self._of(topic, group=group, key=key)
        await self.ask_replay(topic, group=group, key=key)
        loop = asyncio.get_running_loop()
        give_up = loop.time() + patience
        while True:
            left = await self._of(topic, group=group, key=key)
            tried_again = bool(left) and left[0].time != before[0].time
            if not left or tried_again or loop.time() >= give_up:
                return left
            await asyncio.sleep(LOOK_SECONDS)

    async def discard(self, letter: Letter) -> None:
        """Settles a letter without handling it; the key is free when its last one is settled."""
        await self._log.append(self._topics[letter.topic].dead, [tombstone(letter.id)])

    async def _of(self, topic: str, *, group: str, key: str) -> Sequence[Letter]:
        return [one for one in await self.list(topic) if (one.group, one.record.key) == (group, key)]
