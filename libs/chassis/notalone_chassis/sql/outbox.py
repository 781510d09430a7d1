"""Events that commit together with the state they tell of."""

from __future__ import annotations

import hashlib
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Integer, Row, cast, delete, func, insert, select, update
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.ext.asyncio import AsyncConnection

from notalone_chassis.events.event import Event
from notalone_chassis.sql.database import note_appended
from notalone_chassis.sql.tables import OUTBOX
from notalone_chassis.telemetry.events import stamped

# Distinguishes these locks from other advisory locks in the same database.
_LOCKS = 0x6F75_7462
# Keys share that many locks: a transaction with thousands of keys must not use up the server's table of locks.
_SLOTS = 1024


@dataclass(frozen=True, slots=True, kw_only=True)
class Pending:
    """One row of the outbox that is to be published."""

    seq: int
    topic: str
    event: Event


async def append(connection: AsyncConnection, topic: str, events: Sequence[Event]) -> None:
    """Puts events into the outbox, in order; they are published after the commit, at least once.

    They carry the trace of the call at work, unless they carry one already.

    On PostgreSQL the keys stay locked until the end of the transaction: without that, a transaction that took its
    numbers early and commits late would be published out of order.
    """
    if not events:
        return
    if connection.dialect.name == "postgresql":
        await _lock(connection, {event.key for event in events})
    await connection.execute(
        insert(OUTBOX),
        [
            {
                "topic": topic,
                "key": event.key,
                "event_id": event.id,
                "type": event.type,
                "source": event.source,
                "time": event.time,
                "traceparent": event.traceparent,
                "data": event.data,
            }
            for event in stamped(events)
        ],
    )
    note_appended(connection)


async def unpublished(connection: AsyncConnection, *, limit: int, without: Collection[str] = ()) -> Sequence[Pending]:
    """What is to be published, in order, at most `limit` rows; nothing for the topics in `without`."""
    query = select(OUTBOX).where(OUTBOX.c.published_at.is_(None)).order_by(OUTBOX.c.seq).limit(limit)
    if without:
        query = query.where(OUTBOX.c.topic.not_in(without))
    return [_pending(row) for row in await connection.execute(query)]


async def mark(connection: AsyncConnection, published: Sequence[Pending], *, now: datetime) -> None:
    """Notes that these are durable on the bus."""
    numbers = [row.seq for row in published]
    await connection.execute(update(OUTBOX).where(OUTBOX.c.seq.in_(numbers)).values(published_at=now))


async def publish_newest_again(connection: AsyncConnection, attempted: Sequence[Pending]) -> None:
    """Lets the newest event of each key be published once more, where it is newer than what was attempted.

    After a relay published late, having lost its lease, its old events may stand behind newer ones. Consumers pass over
    what they know; but a compacted topic keeps the last event of a key, and that must be the newest.
    """
    late: dict[tuple[str, str], int] = {}
    for row in attempted:
        late[row.topic, row.event.key] = row.seq
    for (topic, key), seq in late.items():
        same = (OUTBOX.c.topic == topic) & (OUTBOX.c.key == key)
        newest = select(func.max(OUTBOX.c.seq)).where(same).scalar_subquery()
        await connection.execute(
            update(OUTBOX).where(same, OUTBOX.c.seq > seq, OUTBOX.c.seq == newest).values(published_at=None)
        )


async def backlog(connection: AsyncConnection) -> tuple[int, datetime | None]:
    """How many events are to be published, and when the oldest of them happened."""
    query = select(func.count(), func.min(OUTBOX.c.time)).where(OUTBOX.c.published_at.is_(None))
    size, oldest = (await connection.execute(query)).one()
    return size, oldest


async def prune(connection: AsyncConnection, *, before: datetime) -> int:
    """Forgets what was published before a moment; returns how many."""
    done = await connection.execute(delete(OUTBOX).where(OUTBOX.c.published_at < before))
    return done.rowcount


def _pending(row: Row[tuple[object, ...]]) -> Pending:
    return Pending(
        seq=row.seq,
        topic=row.topic,
        event=Event(
            id=row.event_id,
            type=row.type,
            source=row.source,
            key=row.key,
            time=row.time,
            data=row.data,
            traceparent=row.traceparent,
        ),
    )


async def _lock(connection: AsyncConnection, keys: set[str]) -> None:
    # In one order for all, so that two transactions with the same keys never wait for each other.
    numbers = func.unnest(cast(sorted({_number(key) for key in keys}), ARRAY(Integer))).column_valued("number")
    await connection.execute(select(func.pg_advisory_xact_lock(_LOCKS, numbers)))


def _number(key: str) -> int:
    return int.from_bytes(hashlib.blake2b(key.encode(), digest_size=4).digest()) % _SLOTS
