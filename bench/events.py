"""Events from publication to the end of their handler, beside the bare library under each log.

Kafka is measured where NOTALONE_BENCH_KAFKA_BOOTSTRAP names brokers; its topics are made and taken away again.
"""

from __future__ import annotations

import asyncio
import os
import sqlite3
import tempfile
import time
import uuid
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from pathlib import Path

from confluent_kafka import Consumer, Producer
from confluent_kafka.admin import AdminClient
from notalone_chassis.clock import SystemClock
from notalone_chassis.events.bus import Bus
from notalone_chassis.events.cloudevents import to_record
from notalone_chassis.events.embedded.event_log import EmbeddedEventLog
from notalone_chassis.events.event import Delivery, Event
from notalone_chassis.events.kafka.client import KafkaOptions
from notalone_chassis.events.kafka.event_log import KafkaEventLog
from notalone_chassis.events.kafka.provisioning import create_topics
from notalone_chassis.events.topics import Topic, Topics

from bench.figures import Figure

NOW = datetime(2026, 4, 1, 3, tzinfo=UTC)
EVENTS = 10_000
# As a relay publishes.
BATCH = 200
NAME = "notalone.bench.entries.v1"
TOPICS = Topics([Topic(name=NAME, owner="bench", key="entry", keep=1, partitions=6, after_dead="park")])
AIM = ">= 2,000 a second"


def figures() -> list[Figure]:
    """One figure per log."""
    with tempfile.TemporaryDirectory() as folder:
        ours = asyncio.run(_embedded(Path(folder) / "ours"))
        bare = _bare_sqlite(Path(folder) / "bare.db")
    found = [Figure("events published and handled, embedded log", ours, "/s", "bare SQLite", bare, aim=AIM)]
    found += [_kafka(options) for options in kafka_topics()]
    return found


def kafka_topics() -> Iterator[KafkaOptions]:
    """Topics on Kafka, where brokers are named; taken away after their turn of a loop."""
    brokers = os.environ.get("NOTALONE_BENCH_KAFKA_BOOTSTRAP", "")
    if not brokers:
        return
    options = KafkaOptions(bootstrap=brokers, prefix=f"bench-{uuid.uuid4().hex[:8]}.")
    create_topics(options, TOPICS, replicas=1)
    try:
        yield options
    finally:
        delete_topics(options, TOPICS)


def delete_topics(options: KafkaOptions, topics: Topics) -> None:
    """Takes topics and their dead letters away."""
    names = [options.prefix + topic.name for topic in topics.with_dead_letters()]
    admin = AdminClient({"bootstrap.servers": options.bootstrap})
    for future in admin.delete_topics(names).values():
        future.result()


def _kafka(options: KafkaOptions) -> Figure:
    ours = asyncio.run(_measured(Bus(KafkaEventLog(options), TOPICS, clock=SystemClock())))
    bare = _bare_kafka(options)
    return Figure("events published and handled, Kafka", ours, "/s", "bare Producer and Consumer", bare, aim=AIM)


async def _embedded(folder: Path) -> float:
    clock = SystemClock()
    return await _measured(Bus(await EmbeddedEventLog.open(folder, TOPICS, clock=clock), TOPICS, clock=clock))


async def _measured(bus: Bus) -> float:
    """Events a second, from the first publication until the last is handled and committed."""
    handled = 0

    async def handle(deliveries: Sequence[Delivery]) -> None:
        nonlocal handled
        handled += len(deliveries)

    consumer = await bus.consume([NAME], handle, group="bench")
    await bus.publish(NAME, [_event(-1)])
    await consumer.caught_up()  # joining the group is not measured
    begun = time.perf_counter()
    for batch in _batches():
        await bus.publish(NAME, batch)
    await consumer.caught_up()
    taken = time.perf_counter() - begun
    await bus.close()
    if handled <= EVENTS:
        raise RuntimeError(f"{handled} of {EVENTS + 1} events came")
    return EVENTS / taken


def _bare_sqlite(file: Path) -> float:
    """The same records inserted in the same batches and read again, each batch on the disk, nothing around it."""
    connection = sqlite3.connect(file, isolation_level=None)
    for statement in ("PRAGMA journal_mode = WAL", "PRAGMA synchronous = FULL"):
        connection.execute(statement)
    connection.execute("CREATE TABLE log (at INTEGER PRIMARY KEY, key TEXT, value BLOB, headers BLOB)")
    connection.execute("CREATE TABLE come (at INTEGER)")
    begun = time.perf_counter()
    come = 0
    for batch in _batches():
        records = [to_record(event) for event in batch]
        connection.execute("BEGIN IMMEDIATE")
        rows = [(one.key, one.value, b"".join(value for _, value in one.headers)) for one in records]
        connection.executemany("INSERT INTO log (key, value, headers) VALUES (?, ?, ?)", rows)
        connection.execute("COMMIT")
        read = connection.execute("SELECT * FROM log WHERE at > ? ORDER BY at", (come,)).fetchall()
        come = read[-1][0]
        connection.execute("INSERT INTO come VALUES (?)", (come,))
    taken = time.perf_counter() - begun
    connection.close()
    return EVENTS / taken


def _bare_kafka(options: KafkaOptions) -> float:
    topic = options.prefix + NAME
    consumer = Consumer(
        {
            "bootstrap.servers": options.bootstrap,
            "group.id": options.prefix + "bare",
            "group.protocol": "consumer",
            "auto.offset.reset": "latest",
            "enable.auto.commit": False,
        }
    )
    consumer.subscribe([topic])
    while not consumer.assignment():
        consumer.poll(0.1)
    producer = Producer(
        {
            "bootstrap.servers": options.bootstrap,
            "enable.idempotence": True,
            "linger.ms": 5,
            "compression.type": "zstd",
        }
    )
    begun = time.perf_counter()
    for batch in _batches():
        for record in map(to_record, batch):
            producer.produce(topic, key=record.key, value=record.value, headers=list(record.headers))
        producer.flush()
    seen = 0
    while seen < EVENTS:
        messages = consumer.consume(500, timeout=1)
        seen += sum(message.error() is None for message in messages)
        consumer.commit(asynchronous=False) if messages else None
    taken = time.perf_counter() - begun
    consumer.close()
    return EVENTS / taken


def _batches() -> list[list[Event]]:
    return [[_event(number) for number in range(start, start + BATCH)] for start in range(0, EVENTS, BATCH)]


def _event(number: int) -> Event:
    key = f"entry-{number % 500}"
    return Event(
        id=f"{number}", type="notalone.bench.v1.Changed", source="/bench", key=key, time=NOW, data=b"x" * 2_000
    )
