"""Kafka as an event log."""

from __future__ import annotations

from collections.abc import Sequence

from notalone_chassis.events.kafka.client import KafkaOptions
from notalone_chassis.events.kafka.producer import KafkaPublisher
from notalone_chassis.events.kafka.questions import Questions
from notalone_chassis.events.kafka.reader import KafkaReader
from notalone_chassis.events.log import Record


class KafkaEventLog:
    """See `EventLog`. Connects when it is used; Kafka need not be there yet."""

    def __init__(self, options: KafkaOptions) -> None:
        self._options = options
        self._publisher = KafkaPublisher(options)
        self._questions = Questions(options)
        self._readers: set[KafkaReader] = set()

    async def append(self, topic: str, records: Sequence[Record]) -> None:
        """See `EventLog`."""
        await self._publisher.append(self._options.prefix + topic, records)

    async def read(self, topics: Sequence[str], *, group: str | None) -> KafkaReader:
        """See `EventLog`."""
        reader = KafkaReader(self._options, self._questions, topics, group=group, closed=self._readers.discard)
        self._readers.add(reader)
        return reader

    async def behind(self, topic: str, group: str) -> int | None:
        """See `EventLog`."""
        places = await self._questions.places([topic])
        come = {place: at for place, at in (await self._questions.committed(group, places)).items() if at >= 0}
        if not come:
            return None
        starts, ends = await self._questions.starts(places), await self._questions.ends(places)
        return sum(max(0, ends[place] - max(come.get(place, 0), starts[place])) for place in places)

    async def close(self) -> None:
        """See `EventLog`."""
        for reader in tuple(self._readers):
            await reader.close()
        await self._publisher.close()
