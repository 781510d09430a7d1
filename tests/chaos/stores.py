"""What lies on the servers after a round: events in their log, documents of the search, notices to staff."""

from __future__ import annotations

import time
from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

import httpx2
import psycopg
from confluent_kafka import Consumer, TopicPartition
from notalone.catalog.v1.entry_pb2 import Entry
from notalone_chassis.events.kafka.client import stored
from sqlalchemy import make_url

from chaos.history import Call, History
from chaos.ledger import ENTRIES, TEXTS

TOPIC, NOTICES = "notalone.catalog.entries.v1", "notalone.catalog.notices.v1"
SECONDS = 30.0


@dataclass(frozen=True, slots=True)
class Told:
    """An event on a topic: its id, and its payload, None for a tombstone."""

    id: str
    data: bytes | None


def events(told: Mapping[str, str], topic: str) -> dict[str, list[Told]]:
    """All events of the load's entries on a topic, by key, in the order of the log."""
    consumer = Consumer(
        {"bootstrap.servers": told["NOTALONE_KAFKA_BOOTSTRAP"], "group.id": "chaos", "enable.auto.commit": False}
    )
    found: dict[str, list[Told]] = defaultdict(list)
    try:
        topic = told.get("NOTALONE_KAFKA_PREFIX", "") + topic
        known = consumer.list_topics(topic, timeout=SECONDS).topics[topic]
        ends = {
            number: consumer.get_watermark_offsets(TopicPartition(topic, number), SECONDS)[1]
            for number in known.partitions
        }
        consumer.assign([TopicPartition(topic, number, 0) for number in ends])
        places = dict.fromkeys(ends, 0)
        deadline = time.monotonic() + SECONDS
        while any(places[number] < end for number, end in ends.items()):
            assert time.monotonic() < deadline, "the log could not be read to its end"
            for message in consumer.consume(500, 1.0):
                record = stored(topic, message)
                places[record.partition] = record.offset + 1
                if record.record.key in ENTRIES:
                    ids = [content.decode() for name, content in record.record.headers if name == "ce_id"]
                    found[record.record.key].append(Told(ids[0], record.record.value))
    finally:
        consumer.close()
    return found


def log_findings(log: Mapping[str, list[Told]], history: History) -> Iterator[str]:
    """Every publication is there; revisions of an entry come in order, none left out. Repetitions are allowed."""
    for id_, told in log.items():
        revisions = [int(one.id.rpartition("@")[2]) for one in told]
        newest = 0
        for before, revision in zip([0, *revisions], revisions, strict=False):
            if revision > newest + 1 and newest:
                yield f"the log of {id_} has {revision} after {newest}: one was left out"
            # What is sent again is a run of what has been sent.
            if revision <= newest and revision not in {before, before + 1} and before != newest:
                yield f"the log of {id_} has {revision} after {before}: out of order"
            newest = max(newest, revision)
    for call in _acknowledged(history, "staff.publish"):
        texts = {
            Entry.FromString(one.data).name["ja"].rpartition(" ")[2] for one in log[call.about["entry"]] if one.data
        }
        if call.about["state"] not in texts:
            yield f"the publication {call.about['state']} of {call.about['entry']} is in no event"


def _acknowledged(history: History, kind: str) -> list[Call]:
    return [call for call in history.of(kind) if call.outcome == "done" and call.about.get("entry") in TEXTS]


def search_findings(told: Mapping[str, str], log: Mapping[str, list[Told]]) -> list[str]:
    """Every entry of the load is on the search server as its last event says."""
    found = []
    index = told.get("NOTALONE_ELASTICSEARCH_INDEX", "notalone-programmes")
    with httpx2.Client(base_url=told["NOTALONE_ELASTICSEARCH_URL"], timeout=SECONDS) as http:
        for id_ in ENTRIES:
            if not log.get(id_):
                continue
            revision = max(int(one.id.rpartition("@")[2]) for one in log[id_])
            answer = http.get(f"/{index}/_doc/{id_}")
            document = answer.json().get("_source", {}) if answer.status_code == 200 else {}
            if document.get("revision") != revision:
                found.append(f"search has revision {document.get('revision')} of {id_}, not {revision}")
    return found


def notice_findings(told: Mapping[str, str], log: Mapping[str, list[Told]]) -> list[str]:
    """Every notice of the catalogue made one for each role at notify: none is missing, none is there twice."""
    url = make_url(told["NOTALONE_NOTIFY_DATABASE_URL"])
    with psycopg.connect(
        host=url.host, port=url.port, user=url.username, password=url.password, dbname=url.database
    ) as connection:
        rows = connection.execute("SELECT event_id, role FROM notices").fetchall()
    times = Counter(rows)
    known = {event_id for event_id, _ in rows}
    found = [
        f"the notice {event_id} was made {count} times for {role}"
        for (event_id, role), count in times.items()
        if count > 1
    ]
    missing = {one.id for events_ in log.values() for one in events_ if one.data} - known
    return [*found, *(f"no notice was made of {id_}" for id_ in sorted(missing))]
