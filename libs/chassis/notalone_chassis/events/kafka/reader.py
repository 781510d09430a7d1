"""Reads Kafka: one thread polls a plain Consumer, whatever the handlers do, and hands records to the loop."""

from __future__ import annotations

import asyncio
import contextlib
import threading
import time
from collections import deque
from collections.abc import Callable, Mapping, Sequence

from confluent_kafka import OFFSET_BEGINNING, Consumer, KafkaError, KafkaException, Message, TopicPartition

from notalone_chassis import logs
from notalone_chassis.events.kafka.client import KafkaOptions, logger, stored
from notalone_chassis.events.kafka.questions import ASK_SECONDS, Questions
from notalone_chassis.events.log import Place, Stored, Taken
from notalone_chassis.events.waiting import at_most

AT_ONCE = 500
# More than so many records waiting: fetching pauses, polling does not.
FULL = 2 * AT_ONCE
POLL_SECONDS = 0.05
PAUSED_POLL_SECONDS = 0.01
IDLE_SECONDS = 0.5
# How long a partition that is to go elsewhere may wait for the batch at work.
REVOKE_SECONDS = 5.0
END_SECONDS = 6.0
COMMIT_AGAIN_SECONDS = 1.0


class KafkaReader:
    """See `Reader`. Only the thread touches the consumer: a question asked beside a poll may never be answered."""

    def __init__(
        self,
        options: KafkaOptions,
        questions: Questions,
        topics: Sequence[str],
        *,
        group: str | None,
        closed: Callable[[KafkaReader], None],
    ) -> None:
        self._questions = questions
        self._prefix = options.prefix
        self._topics = tuple(topics)
        self._group = group
        self._closed = closed
        self._loop = asyncio.get_running_loop()
        self._arrived = asyncio.Event()
        self._lock = threading.Lock()
        self._waiting: deque[Stored] = deque()
        self._mine: set[Place] = set()  # assigned to this reader
        self._valid: set[Place] = set()  # assigned all the time since the batch at work was taken
        self._handled: dict[Place, int] = {}
        self._fresh = False
        self._failure: KafkaException | None = None
        self._idle = threading.Event()
        self._idle.set()
        self._ending = threading.Event()
        self._uncommitted: dict[Place, int] = {}
        self._commit_again = 0.0
        self._paused = False
        self._consumer = Consumer(self._settings(options), logger=logger())
        self._thread = threading.Thread(target=self._work, name="kafka-consumer", daemon=True)
        self._thread.start()

    def _settings(self, options: KafkaOptions) -> dict[str, object]:
        settings: dict[str, object] = {
            # The library wants a name even where no group is joined.
            "group.id": options.prefix + (self._group or "no-group"),
            "enable.auto.commit": False,
            "enable.auto.offset.store": False,
            "auto.offset.reset": "earliest",
            "queued.min.messages": FULL,
            "queued.max.messages.kbytes": 8192,
            "on_commit": self._on_commit,
        }
        if self._group is not None:
            settings["group.protocol"] = options.group_protocol
            if options.group_protocol == "classic":
                settings |= {"partition.assignment.strategy": "cooperative-sticky", "session.timeout.ms": 10_000}
        return settings | options.common()

    async def take(self) -> Taken:
        """See `Reader`."""
        self._idle.set()
        woken = self._arrived.is_set()
        self._arrived.clear()
        taken = self._take()
        if not (taken.records or taken.fresh or woken):
            await at_most(self._arrived, IDLE_SECONDS)
            self._arrived.clear()
            taken = self._take()
        return taken

    async def done(self, records: Sequence[Stored]) -> None:
        """See `Reader`."""
        with self._lock:
            come = {one.place: one.offset + 1 for one in records if one.place in self._valid}
            self._handled.update(come)
            if self._group is not None:
                self._uncommitted.update(come)

    def holds(self, place: Place) -> bool:
        """See `Reader`."""
        return place in self._valid

    def wake(self) -> None:
        """See `Reader`."""
        self._arrived.set()

    async def ends(self) -> Mapping[Place, int]:
        """See `Reader`."""
        return await self._questions.ends(await self._questions.places(self._topics))

    async def reached(self, ends: Mapping[Place, int]) -> bool:
        """See `Reader`."""
        missing = {place: end for place, end in ends.items() if self._handled.get(place, 0) < end}
        # What this reader has not handled may be another's of the group, or retention has taken it away.
        if missing and self._group is not None:
            come = await self._questions.committed(self._group, missing)
            missing = {place: end for place, end in missing.items() if come.get(place, 0) < end}
        starts = await self._questions.starts(missing)
        return all(starts[place] >= end for place, end in missing.items())

    async def close(self) -> None:
        """See `Reader`."""
        self._closed(self)
        self._valid.clear()
        self._idle.set()
        self._ending.set()
        await asyncio.to_thread(self._thread.join, END_SECONDS)
        if self._thread.is_alive():
            logs.get("events").warning("a consumer of Kafka is left behind: its broker is away")

    # In the loop's thread.

    def _take(self) -> Taken:
        with self._lock:
            if self._failure is not None:
                raise self._failure
            records = [self._waiting.popleft() for _ in range(min(AT_ONCE, len(self._waiting)))]
            fresh, self._fresh = self._fresh, False
            self._valid = set(self._mine)
            if records:
                self._idle.clear()
        return Taken(records, fresh=fresh)

    def _tell(self) -> None:
        with contextlib.suppress(RuntimeError):  # the loop has ended
            self._loop.call_soon_threadsafe(self._arrived.set)

    # In the polling thread.

    def _partition(self, place: Place, offset: int | None = None) -> TopicPartition:
        topic, number = self._prefix + place[0], place[1]
        return TopicPartition(topic, number) if offset is None else TopicPartition(topic, number, offset)

    def _place(self, partition: TopicPartition) -> Place:
        return partition.topic.removeprefix(self._prefix), partition.partition

    def _commit(self, offsets: Mapping[Place, int], *, asynchronous: bool) -> None:
        try:
            self._consumer.commit(
                offsets=[self._partition(place, offset) for place, offset in offsets.items()],
                asynchronous=asynchronous,  # type: ignore[call-overload]  # both are allowed
            )
        except KafkaException as error:
            self._commit_failed(error.args[0])

    def _commit_failed(self, error: KafkaError) -> None:
        """What this reader still has is committed again, after a while."""
        logs.get("events").info("offsets are not committed yet", reason=error.name())
        with self._lock:
            self._uncommitted = {place: self._handled[place] for place in self._mine if place in self._handled}
        self._commit_again = time.monotonic() + COMMIT_AGAIN_SECONDS

    def _commit_what_is_handled(self) -> None:
        if not self._uncommitted or time.monotonic() < self._commit_again:
            return
        with self._lock:
            offsets, self._uncommitted = self._uncommitted, {}
        self._commit(offsets, asynchronous=True)

    def _work(self) -> None:
        try:
            if self._group is None:
                self._assign_everything()
            else:
                self._consumer.subscribe(
                    [self._prefix + topic for topic in self._topics],
                    on_assign=self._on_assign,
                    on_revoke=self._on_revoke,
                    on_lost=self._on_lost,
                )
            while not self._ending.is_set():
                self._poll()
        except KafkaException as error:
            with self._lock:
                self._failure = error
            self._tell()
        finally:
            self._consumer.close()

    def _assign_everything(self) -> None:
        while not self._ending.is_set():
            try:
                places = [place for topic in self._topics for place in self._places(topic)]
            except KafkaException as error:
                logs.get("events").info("a follower waits for Kafka", exc_info=error)
                self._ending.wait(IDLE_SECONDS)
                continue
            self._consumer.assign([self._partition(place, OFFSET_BEGINNING) for place in places])
            with self._lock:
                self._mine = set(places)
            return

    def _places(self, topic: str) -> list[Place]:
        name = self._prefix + topic
        known = self._consumer.list_topics(name, timeout=ASK_SECONDS).topics[name]
        if known.error is not None:
            raise KafkaException(known.error)
        return [(topic, number) for number in known.partitions]

    def _poll(self) -> None:
        self._pause_or_resume()
        self._commit_what_is_handled()
        first = self._consumer.poll(PAUSED_POLL_SECONDS if self._paused else POLL_SECONDS)
        if first is not None:
            self._hand_over([first, *self._consumer.consume(AT_ONCE, timeout=0.0)])

    def _pause_or_resume(self) -> None:
        full = len(self._waiting) > FULL
        if full != self._paused:
            (self._consumer.pause if full else self._consumer.resume)(self._consumer.assignment())
            self._paused = full

    def _hand_over(self, messages: Sequence[Message]) -> None:
        good: list[Stored] = []
        for message in messages:
            error = message.error()
            if error is None:
                good.append(self._stored(message))
            elif error.fatal():
                raise KafkaException(error)
            else:
                logs.get("events").info("kafka", reason=error.name())
        with self._lock:
            self._waiting.extend(one for one in good if one.place in self._mine)
        self._tell()

    def _stored(self, message: Message) -> Stored:
        return stored((message.topic() or "").removeprefix(self._prefix), message)

    def _on_assign(self, _consumer: Consumer, partitions: Sequence[TopicPartition]) -> None:
        with self._lock:
            self._mine.update(map(self._place, partitions))
            self._fresh = True
        # The new ones are fetched: they pause with the others at the next look.
        self._paused = False
        self._tell()

    def _on_revoke(self, _consumer: Consumer, partitions: Sequence[TopicPartition]) -> None:
        """Lets the batch at work end, and writes how far it came, before another reader goes on from there."""
        self._idle.wait(REVOKE_SECONDS)
        places = set(map(self._place, partitions))
        handled = {place: self._handled[place] for place in places if place in self._handled}
        self._forget(places)
        if handled:
            self._commit(handled, asynchronous=False)

    def _on_lost(self, _consumer: Consumer, partitions: Sequence[TopicPartition]) -> None:
        """Another reader has them already: work on them is dropped."""
        self._forget(set(map(self._place, partitions)))

    def _forget(self, places: set[Place]) -> None:
        with self._lock:
            self._mine -= places
            self._valid -= places
            self._waiting = deque(one for one in self._waiting if one.place not in places)
            for place in places:
                self._handled.pop(place, None)
                self._uncommitted.pop(place, None)

    def _on_commit(self, error: KafkaError | None, _partitions: Sequence[TopicPartition]) -> None:
        if error is not None:
            self._commit_failed(error)
