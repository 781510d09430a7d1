"""The tables of the embedded log, and every statement on records and offsets."""

from __future__ import annotations

import json
import sqlite3
import zlib
from collections.abc import Iterable, Mapping, Sequence

from notalone_chassis.events.log import Headers, Place, Record, Stored
from notalone_chassis.events.topics import Topic

# Offsets are given by `partitions`, so that they never come again after records are taken away.
TABLES = """
CREATE TABLE IF NOT EXISTS partitions (
    topic TEXT NOT NULL, number INTEGER NOT NULL, next INTEGER NOT NULL DEFAULT 0, PRIMARY KEY (topic, number)
) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS records (
    topic TEXT NOT NULL, number INTEGER NOT NULL, at INTEGER NOT NULL,
    key TEXT NOT NULL, value BLOB, headers TEXT NOT NULL, written INTEGER NOT NULL,
    PRIMARY KEY (topic, number, at)
) WITHOUT ROWID;
CREATE INDEX IF NOT EXISTS records_by_key ON records (topic, number, key, at);
CREATE TABLE IF NOT EXISTS offsets (
    grp TEXT NOT NULL, topic TEXT NOT NULL, number INTEGER NOT NULL, next INTEGER NOT NULL,
    PRIMARY KEY (grp, topic, number)
) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS members (
    grp TEXT NOT NULL, member TEXT NOT NULL, topics TEXT NOT NULL, until INTEGER NOT NULL, PRIMARY KEY (grp, member)
) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS leases (
    grp TEXT NOT NULL, topic TEXT NOT NULL, number INTEGER NOT NULL, member TEXT NOT NULL, until INTEGER NOT NULL,
    PRIMARY KEY (grp, topic, number)
) WITHOUT ROWID;
"""
# Taken away at once, so that nobody waits long for the writer.
PIECE = 2000


def create(connection: sqlite3.Connection, topics: Iterable[Topic]) -> None:
    """Makes what is missing: tables and partitions. Fewer partitions than there are is not possible, and ignored."""
    for statement in TABLES.split(";"):
        connection.execute(statement)
    rows = [(topic.name, number) for topic in topics for number in range(topic.partitions)]
    connection.executemany("INSERT OR IGNORE INTO partitions (topic, number) VALUES (?, ?)", rows)


def partition_of(key: str, partitions: int) -> int:
    """Where the records of a key stand: the same in every process and for ever."""
    return zlib.crc32(key.encode()) % partitions


def append(connection: sqlite3.Connection, topic: Topic, records: Sequence[Record], written: int) -> None:
    """Adds records; `written` is the time in milliseconds since 1970."""
    by_partition: dict[int, list[Record]] = {}
    for record in records:
        by_partition.setdefault(partition_of(record.key, topic.partitions), []).append(record)
    for number, some in by_partition.items():
        end = connection.execute(
            "UPDATE partitions SET next = next + ? WHERE topic = ? AND number = ? RETURNING next",
            (len(some), topic.name, number),
        ).fetchone()[0]
        connection.executemany(
            "INSERT INTO records VALUES (?, ?, ?, ?, ?, ?, ?)",
            [
                (topic.name, number, end - len(some) + n, one.key, one.value, _dumped(one.headers), written)
                for n, one in enumerate(some)
            ],
        )


def fetch(connection: sqlite3.Connection, places: Mapping[Place, int], limit: int) -> list[Stored]:
    """Up to about `limit` records, from the given offset of each partition on, in order within each."""
    found: list[Stored] = []
    for (topic, number), start in places.items():
        room = limit - len(found)
        if room <= 0:
            break
        rows = connection.execute(
            "SELECT at, key, value, headers FROM records WHERE topic = ? AND number = ? AND at >= ?"
            " ORDER BY at LIMIT ?",
            (topic, number, start, room),
        )
        found.extend(
            Stored(topic=topic, partition=number, offset=at, record=Record(key, value, _loaded(headers)))
            for at, key, value, headers in rows
        )
    return found


def fetch_each(connection: sqlite3.Connection, places: Mapping[Place, int]) -> list[Stored]:
    """The first record from the given offset on, of each partition that has one."""
    return [one for place, start in places.items() for one in fetch(connection, {place: start}, 1)]


def ends(connection: sqlite3.Connection, topics: Sequence[str]) -> dict[Place, int]:
    """The next offset of every partition of the topics."""
    return {
        (topic, number): end
        for topic in topics
        for number, end in connection.execute("SELECT number, next FROM partitions WHERE topic = ?", (topic,))
    }


def committed(connection: sqlite3.Connection, group: str) -> dict[Place, int]:
    """How far the group has come."""
    rows = connection.execute("SELECT topic, number, next FROM offsets WHERE grp = ?", (group,))
    return {(topic, number): following for topic, number, following in rows}


def behind(connection: sqlite3.Connection, topic: str, group: str) -> int | None:
    """How many records of the topic the group has still to handle; None where it has never handled one."""
    come = {place: at for place, at in committed(connection, group).items() if place[0] == topic}
    if not come:
        return None
    # By partition, so that only what is left is looked at.
    return sum(_count(connection, place, come.get(place, 0)) for place in ends(connection, [topic]))


def _count(connection: sqlite3.Connection, place: Place, start: int) -> int:
    query = "SELECT count(*) FROM records WHERE topic = ? AND number = ? AND at >= ?"
    return int(connection.execute(query, (*place, start)).fetchone()[0])


def commit(connection: sqlite3.Connection, group: str, member: str, offsets: Mapping[Place, int]) -> None:
    """Writes how far the group has come, where the partition is still this member's; never back."""
    connection.executemany(
        "INSERT INTO offsets SELECT ?1, ?2, ?3, ?4 FROM leases WHERE grp = ?1 AND topic = ?2 AND number = ?3 AND"
        " member = ?5 ON CONFLICT DO UPDATE SET next = excluded.next WHERE excluded.next > offsets.next",
        [(group, topic, number, following, member) for (topic, number), following in offsets.items()],
    )


def expire(connection: sqlite3.Connection, topic: str, before: int) -> int:
    """Takes away a piece of what was written before a time; returns how many."""
    return connection.execute(
        "DELETE FROM records WHERE (topic, number, at) IN"
        " (SELECT topic, number, at FROM records WHERE topic = ? AND written < ? LIMIT ?)",
        (topic, before, PIECE),
    ).rowcount


def compact(connection: sqlite3.Connection, topic: str, tombstones_before: int) -> int:
    """Takes away a piece of what a newer record of its key replaces, and old tombstones; returns how many."""
    return connection.execute(
        "DELETE FROM records WHERE (topic, number, at) IN (SELECT topic, number, at FROM records AS old WHERE"
        " topic = ?1 AND (EXISTS (SELECT 1 FROM records AS new WHERE new.topic = old.topic AND"
        " new.number = old.number AND new.key = old.key AND new.at > old.at)"
        " OR (value IS NULL AND written < ?2)) LIMIT ?3)",
        (topic, tombstones_before, PIECE),
    ).rowcount


def _dumped(headers: Headers) -> str:
    return json.dumps([[name, value.decode("latin-1")] for name, value in headers])


def _loaded(headers: str) -> Headers:
    return tuple((name, value.encode("latin-1")) for name, value in json.loads(headers))
