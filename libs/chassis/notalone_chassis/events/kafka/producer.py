"""Publishes to Kafka: the plain Producer, one thread that polls it, futures on the loop."""

from __future__ import annotations

import asyncio
import contextlib
import threading
from collections.abc import Sequence

from confluent_kafka import KafkaError, KafkaException, Message, Producer

from notalone_chassis import logs
from notalone_chassis.errors import Unavailable
from notalone_chassis.events.kafka.client import PART, KafkaOptions, logger
from notalone_chassis.events.log import Record

POLL_SECONDS = 0.1
# The local queue is full: so long until the next look.
FULL_SECONDS = 0.01
END_SECONDS = 5.0


class KafkaPublisher:
    """Appends in order. After a failure the library's queue is thrown away and a new producer made.

    Else a later event could reach the log although an earlier one of its key timed out, and the next try of both would
    change their order. The library's own timeout is longer than ours, so that it never drops a single one.
    """

    def __init__(self, options: KafkaOptions) -> None:
        self._options = options
        self._session: _Session | None = None

    async def append(self, topic: str, records: Sequence[Record]) -> None:
        """Returns when all replicas in sync have them.

        Raises:
            Unavailable: not within `publish_seconds`.
        """
        session = self._session = self._session or _Session(self._options)
        sending = _Sending(len(records))
        try:
            async with asyncio.timeout(self._options.publish_seconds):
                for record in records:
                    await session.send(topic, record, sending)
                await sending.done
        except (KafkaException, TimeoutError) as error:
            if self._session is session:
                self._session = None
            await session.end()
            raise Unavailable(PART) from error

    async def close(self) -> None:
        """Ends; whoever still waits gets Unavailable."""
        if self._session is not None:
            await self._session.end()


class _Sending:
    """One call of `append`: done when the last record is acknowledged, or one is not."""

    def __init__(self, count: int) -> None:
        self._left = count
        self._loop = asyncio.get_running_loop()
        self.done: asyncio.Future[None] = self._loop.create_future()

    def acknowledged(self, error: KafkaError | None, _message: Message) -> None:
        """Called in the polling thread."""
        self._left -= 1
        if error is not None or self._left == 0:
            with contextlib.suppress(RuntimeError):  # the loop has ended
                self._loop.call_soon_threadsafe(self._finish, error)

    def _finish(self, error: KafkaError | None) -> None:
        if self.done.done():
            return
        if error is None:
            self.done.set_result(None)
        else:
            self.done.set_exception(KafkaException(error))


class _Session:
    """One Producer and its thread."""

    def __init__(self, options: KafkaOptions) -> None:
        self._producer = Producer(
            {
                "enable.idempotence": True,
                "acks": "all",
                "linger.ms": 5,
                "compression.type": "zstd",
                "partitioner": "murmur2",  # as the Java clients do
                "delivery.timeout.ms": int(options.publish_seconds * 10_000),
                **options.common(),
            },
            logger=logger(),
        )
        self._ending = threading.Event()
        self._thread = threading.Thread(target=self._poll, name="kafka-producer", daemon=True)
        self._thread.start()

    async def send(self, topic: str, record: Record, sending: _Sending) -> None:
        """Hands a record to the library; waits while its queue is full."""
        while not self._ending.is_set():
            try:
                self._producer.produce(
                    topic,
                    key=record.key.encode(),
                    value=record.value,
                    headers=list(record.headers),
                    on_delivery=sending.acknowledged,
                )
            except BufferError:
                await asyncio.sleep(FULL_SECONDS)
            else:
                return
        raise TimeoutError

    async def end(self) -> None:
        """Throws away what is not sent; the records that wait are told."""
        self._ending.set()
        await asyncio.to_thread(self._thread.join, END_SECONDS)

    def _poll(self) -> None:
        while not self._ending.is_set():
            self._producer.poll(POLL_SECONDS)
        self._producer.purge(in_queue=True, in_flight=True, blocking=True)
        left = self._producer.flush(END_SECONDS)
        if left:
            logs.get("events").warning("unsent events are given back", count=left)
        # Here, since taking a producer down waits for its threads.
        del self._producer
