"""Everything that a backend leaves behind anywhere, byte by byte: for the search for what must not be there."""

from __future__ import annotations

import json
import sqlite3
import time
from collections.abc import Iterator, Mapping
from contextlib import closing

import httpx2
import psycopg
import servers
from backend import Backend, Environment
from confluent_kafka import Consumer, TopicPartition
from sqlalchemy import make_url

SECONDS = 30.0
DATABASES = ("NOTALONE_CATALOG_DATABASE_URL", "NOTALONE_NOTIFY_DATABASE_URL")

Found = Iterator[tuple[str, bytes]]


def files(backend: Backend) -> Found:
    """The state folder: names and contents; of databases each value too, since a page of a file may cut it in two."""
    for path in sorted(backend.state.rglob("*")):
        if path.is_file():
            yield f"file {path.name}", str(path).encode() + path.read_bytes()
    for path in sorted(backend.state.rglob("*.db")):
        with closing(sqlite3.connect(f"file:{path}?mode=ro", uri=True)) as database:
            tables = [name for (name,) in database.execute("SELECT name FROM sqlite_master WHERE type = 'table'")]
            for table in tables:
                rows = database.execute(f'SELECT * FROM "{table}"')
                yield f"table {path.name} {table}", _values(rows)


def logs(backend: Backend) -> Found:
    """What the backend's processes said, to either stream."""
    yield "log of the backend", backend.logged().encode()


def server_logs() -> Found:
    """What the real servers said since they were started."""
    for path in sorted((servers.folder() / "stack" / "logs").glob("*.log")):
        yield f"log of {path.stem}", path.read_bytes()


def metrics(backend: Backend) -> Found:
    """The metrics of every process."""
    told = backend.state / "processes.json"
    if told.is_file():
        addresses = {one["name"]: one["metrics"] for one in json.loads(told.read_text())["processes"]}
    else:
        lines = (json.loads(line) for line in backend.stderr.read_text("utf-8").splitlines() if '"metrics"' in line)
        addresses = {"all": next(line["address"] for line in lines if line["event"] == "metrics")}
    for name, address in addresses.items():
        yield f"metrics of {name}", httpx2.get(f"http://{address}/metrics", timeout=SECONDS).content


def stores(environment: Environment) -> Found:
    """What lies on the real servers: tables, topics, search indexes, objects."""
    yield from _tables(environment.settings)
    yield from topics(environment.settings)
    yield from _indexes(environment.settings)
    assert environment.bucket
    for name, content in environment.bucket.stored().items():
        yield f"object {name}", name.encode() + content


def _tables(told: Mapping[str, str]) -> Found:
    for setting in DATABASES:
        url = make_url(told[setting]).set(drivername="postgresql").render_as_string(hide_password=False)
        with psycopg.connect(url) as connection:
            names = connection.execute("SELECT tablename FROM pg_tables WHERE schemaname = 'public'").fetchall()
            assert names
            for (table,) in names:
                rows = connection.execute(psycopg.sql.SQL("SELECT * FROM {}").format(psycopg.sql.Identifier(table)))
                yield f"table {table}", _values(rows)


def _values(rows: object) -> bytes:
    return b"\n".join(_bytes(value) for row in rows for value in row)  # type: ignore[attr-defined]


def _bytes(value: object) -> bytes:
    if isinstance(value, bytes):
        return value
    return json.dumps(value, ensure_ascii=False, default=str).encode()


def topics(told: Mapping[str, str]) -> Found:
    """Every record of every topic of a backend, with its key and headers."""
    consumer = Consumer(
        {"bootstrap.servers": told["NOTALONE_KAFKA_BOOTSTRAP"], "group.id": "kept", "enable.auto.commit": False}
    )
    try:
        topics = consumer.list_topics(timeout=SECONDS).topics
        for topic in sorted(name for name in topics if name.startswith(told["NOTALONE_KAFKA_PREFIX"])):
            yield f"topic {topic}", b"\n".join(_records(consumer, topic, list(topics[topic].partitions)))
    finally:
        consumer.close()


def _records(consumer: Consumer, topic: str, partitions: list[int]) -> Iterator[bytes]:
    places = [TopicPartition(topic, number, 0) for number in partitions]
    ends = {one.partition: consumer.get_watermark_offsets(one, SECONDS)[1] for one in places}
    consumer.assign(places)
    deadline = time.monotonic() + SECONDS
    while any(one.offset < ends[one.partition] for one in consumer.position(places) if ends[one.partition]):
        assert time.monotonic() < deadline, f"{topic} could not be read to its end"
        for message in consumer.consume(500, 1.0):
            headers = b" ".join(name.encode() + (content or b"") for name, content in message.headers() or ())
            yield (message.key() or b"") + (message.value() or b"") + headers


def _indexes(told: Mapping[str, str]) -> Found:
    with httpx2.Client(base_url=told["NOTALONE_ELASTICSEARCH_URL"], timeout=SECONDS) as http:
        for name in http.get(f"/{told['NOTALONE_ELASTICSEARCH_INDEX']}*/_alias").raise_for_status().json():
            everything = {"size": 10_000, "query": {"match_all": {}}}
            yield f"index {name}", http.post(f"/{name}/_search", json=everything).raise_for_status().content
            yield f"mapping of {name}", http.get(f"/{name}").raise_for_status().content
