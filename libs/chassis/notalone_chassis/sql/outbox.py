"""Events that commit together with the state they tell of."""

from __future__ import annotations

import hashlib
from collections.abc import Collection, Sequence
from dataclasses import dataclass

from sqlalchemy import Row, func, insert, select
from sqlalchemy.ext.asyncio import AsyncConnection

from notalone_chassis.events.event import Event
from notalone_chassis.sql.database import note_appended
from notalone_chassis.sql.tables import OUTBOX

# Distinguishes these locks from other advisory locks in the same database.
_LOCKS = 0x6F75_7462


@dataclass(frozen=True, slots=True, kw_only=True)
class Pending:
    """One row of the outbox that is to be published."""

    seq: int
    topic: str
    event: Event


async def append(connection: AsyncConnection, topic: str, events: Sequence[Event]) -> None:
    """Puts events into the outbox, in order; they are published after the commit, at least once.

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
            for event in events
        ],
    )
    note_appended(connection)


async def unpublished(connection: AsyncConnection, *, limit: int, without: Collection[str] = ()) -> Sequence[Pending]:
    """What is to be published, in order, at most `limit` rows; nothing for the topics in `without`."""
    query = select(OUTBOX).where(OUTBOX.c.published_at.is_(None)).order_by(OUTBOX.c.seq).limit(limit)
    if without:
        query = query.where(OUTBOX.c.topic.not_in(without))
    return [_pending(row) for row in await connection.execute(query)]


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
    for number in sorted({_number(key) for key in keys}):
        await connection.execute(select(func.pg_advisory_xact_lock(_LOCKS, number)))


def _number(key: str) -> int:
    return int.from_bytes(hashlib.blake2b(key.encode(), digest_size=4).digest(), signed=True)
