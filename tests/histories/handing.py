"""Logs whose readers hand records out again when told, and that can outlast the process that a history kills.

A consumer that joins a group of Kafka anew waits some five seconds, more than a history takes. So there the connections
stay, and what a killed consumer had not done is handed to its successor from here, as a broker would hand it. On the
embedded log nothing stays: its readers join, leave and take over for real.
"""

from __future__ import annotations

from collections import deque

from notalone_chassis.events.log import EventLog, Reader, Stored, Taken

REMEMBERED = 20


class HandingReader:
    """A reader of a group that hands out its last records again, in order, before it goes on."""

    def __init__(self, reader: Reader, *, stays: bool) -> None:
        self.reader = reader
        self._stays = stays
        self._recent: deque[Stored] = deque(maxlen=REMEMBERED)
        self._undone: list[Stored] = []
        self._again: list[Stored] = []
        self._fresh = False

    def attach(self) -> HandingReader:
        """For the successor of a consumer that was killed."""
        self._again, self._fresh = list(self._undone), True
        return self

    def hand_out_again(self, count: int) -> None:
        """The last records that were done, as after a rebalance without commits."""
        self._again = [*list(self._recent)[-count:], *self._again]
        self.wake()

    def forget(self) -> None:
        self._recent.clear()
        self._undone, self._again = [], []

    async def take(self) -> Taken:
        if self._again or self._fresh:
            taken = Taken([one for one in self._again if self.holds(one.place)], fresh=self._fresh)
            self._again, self._fresh = [], False
            return taken
        taken = await self.reader.take()
        self._undone.extend(taken.records)
        return taken

    async def done(self, records) -> None:
        """What was handed out again is done already: told once more, the log would go back and wait for the rest."""
        new = [one for one in records if one in self._undone]
        self._undone = [one for one in self._undone if one not in new]
        self._recent.extend(new)
        await self.reader.done(new)

    def holds(self, place) -> bool:
        return self.reader.holds(place)

    def wake(self) -> None:
        self.reader.wake()

    async def ends(self):
        return await self.reader.ends()

    async def reached(self, ends) -> bool:
        return not self._again and await self.reader.reached(ends)

    async def close(self) -> None:
        if not self._stays:
            await self.reader.close()


class HandingLog:
    """A log as one process sees it."""

    def __init__(self, log: EventLog, *, stays: bool) -> None:
        """`stays`: closing ends the followers alone."""
        self.log = log
        self._stays = stays
        self.group_reader: HandingReader | None = None

    def forget(self) -> None:
        """What came before a new history is not handed out in it."""
        if self.group_reader is not None:
            self.group_reader.forget()

    async def append(self, topic, records) -> None:
        await self.log.append(topic, records)

    async def read(self, topics, *, group):
        if group is None:
            return await self.log.read(topics, group=None)
        if self.group_reader is None or not self._stays:
            self.group_reader = HandingReader(await self.log.read(topics, group=group), stays=self._stays)
        return self.group_reader.attach()

    async def close(self) -> None:
        if not self._stays:
            await self.log.close()
