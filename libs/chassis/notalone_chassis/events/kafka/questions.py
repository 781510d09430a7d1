"""Questions to Kafka: where topics end, how far groups have come.

On a connection of their own: on a reader's they would wait behind its fetches, which may take half a second each.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import TypeVar

from confluent_kafka import ConsumerGroupTopicPartitions, KafkaError, KafkaException, TopicPartition
from confluent_kafka.admin import AdminClient, OffsetSpec  # type: ignore[attr-defined]  # its documented names

from notalone_chassis.errors import Unavailable
from notalone_chassis.events.kafka.client import PART, KafkaOptions, logger
from notalone_chassis.events.log import Place

T = TypeVar("T")
ASK_SECONDS = 5.0
AGAIN_SECONDS = 0.1
# What brokers say while a leader or a coordinator is being chosen, as just after a topic was made.
PASSING = frozenset({
    KafkaError.NOT_LEADER_FOR_PARTITION,
    KafkaError.LEADER_NOT_AVAILABLE,
    KafkaError.UNKNOWN_TOPIC_OR_PART,
    KafkaError.NOT_COORDINATOR,
    KafkaError.COORDINATOR_NOT_AVAILABLE,
    KafkaError.COORDINATOR_LOAD_IN_PROGRESS,
})  # fmt: skip


class Questions:
    """Answers in the words of the port; every method raises Unavailable where Kafka does not answer in time."""

    def __init__(self, options: KafkaOptions) -> None:
        self._prefix = options.prefix
        self._admin = AdminClient(options.common(), logger=logger())

    async def places(self, topics: Sequence[str]) -> list[Place]:
        """The partitions of topics."""
        return await _ask(lambda: self._places(topics))

    async def ends(self, places: Iterable[Place]) -> Mapping[Place, int]:
        """The offset that the next record of each partition will have."""
        return await _ask(lambda: self._offsets(places, OffsetSpec.latest()))  # type: ignore[no-untyped-call]

    async def starts(self, places: Iterable[Place]) -> Mapping[Place, int]:
        """The offset of the first record of each partition that is still kept."""
        return await _ask(lambda: self._offsets(places, OffsetSpec.earliest()))  # type: ignore[no-untyped-call]

    async def committed(self, group: str, places: Iterable[Place]) -> Mapping[Place, int]:
        """How far a group has come; below zero where it has not begun."""
        return await _ask(lambda: self._committed(group, places))

    def _places(self, topics: Sequence[str]) -> list[Place]:
        found: list[Place] = []
        for topic in topics:
            known = self._admin.list_topics(self._prefix + topic, timeout=ASK_SECONDS).topics[self._prefix + topic]
            if known.error is not None:
                raise KafkaException(known.error)
            found.extend((topic, number) for number in known.partitions)
        return found

    def _offsets(self, places: Iterable[Place], which: OffsetSpec) -> Mapping[Place, int]:
        asked = {place: self._partition(place) for place in places}
        if not asked:
            return {}
        answers = self._admin.list_offsets(dict.fromkeys(asked.values(), which), request_timeout=ASK_SECONDS)
        return {place: answers[partition].result().offset for place, partition in asked.items()}

    def _committed(self, group: str, places: Iterable[Place]) -> Mapping[Place, int]:
        name = self._prefix + group
        asked = ConsumerGroupTopicPartitions(name, [self._partition(place) for place in places])
        answer = self._admin.list_consumer_group_offsets([asked], request_timeout=ASK_SECONDS)[name].result()
        return {
            (one.topic.removeprefix(self._prefix), one.partition): one.offset
            for one in answer.topic_partitions or ()
            if one.error is None
        }

    def _partition(self, place: Place) -> TopicPartition:
        return TopicPartition(self._prefix + place[0], place[1])


async def _ask(question: Callable[[], T]) -> T:
    give_up = asyncio.get_running_loop().time() + ASK_SECONDS
    while True:
        try:
            return await asyncio.to_thread(question)
        except KafkaException as error:
            if error.args[0].code() not in PASSING or asyncio.get_running_loop().time() >= give_up:
                raise Unavailable(PART) from error
        await asyncio.sleep(AGAIN_SECONDS)
