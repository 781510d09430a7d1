"""The same call, sent again, makes nothing twice and gets the same answer.

The answer is kept in the transaction of what the call made: a call that failed, or a process that died, leaves nothing
behind, and may be tried again with the same key. Caller, key and request are kept as hashes only.
"""

from __future__ import annotations

import hashlib
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import datetime
from typing import TypeVar

from google.protobuf.message import Message
from sqlalchemy import delete, func, insert, select
from sqlalchemy.ext.asyncio import AsyncConnection

from notalone_chassis.clock import Clock
from notalone_chassis.errors import Aborted
from notalone_chassis.idempotency import key_of, other_body
from notalone_chassis.sql.database import Database
from notalone_chassis.sql.tables import IDEMPOTENCY

__all__ = ["Call", "key_of", "once", "prune"]

Answer = TypeVar("Answer", bound=Message)


@dataclass(frozen=True, slots=True, kw_only=True)
class Call:
    """A call that makes something kept.

    Attributes:
        caller: who calls, as `Caller.subject`; empty for the public. A key holds among the calls of one caller.
        key: the caller's Idempotency-Key; empty where none was sent: then each call stands for itself.
        request: what is asked for; its type tells the method.
        expires: when the answer is forgotten, aware: not after what the call made.
    """

    caller: str
    key: str
    request: Message
    expires: datetime


async def once(
    database: Database,
    call: Call,
    work: Callable[[AsyncConnection], Awaitable[Answer]],
    *,
    answer: type[Answer],
    clock: Clock,
) -> Answer:
    """Does work in a transaction and returns its answer, or the answer that the same call got before.

    Raises:
        InvalidArgument: "idempotency.other_body": the key was used for another request.
        Aborted: "idempotency.in_progress": the same call is being worked on; asked again later, its answer is there.
        Unavailable: "database": it cannot be reached.
    """
    if not call.key:
        return await database.run(work)
    row_id = _hash(call.caller, call.key)
    asked = _hash(call.request.DESCRIPTOR.full_name, call.request.SerializeToString(deterministic=True))

    async def in_transaction(connection: AsyncConnection) -> Answer:
        earlier = await _earlier(connection, row_id, asked, now=clock.now())
        if earlier is not None:
            return answer.FromString(earlier)
        given = await work(connection)
        row = {"request_hash": asked, "response": given.SerializeToString(), "expires_at": call.expires}
        await connection.execute(insert(IDEMPOTENCY).values(id=row_id, **row))
        return given

    return await database.run(in_transaction)


async def prune(connection: AsyncConnection, *, now: datetime) -> int:
    """Forgets the answers whose time is over; returns how many."""
    done = await connection.execute(delete(IDEMPOTENCY).where(IDEMPOTENCY.c.expires_at <= now))
    return done.rowcount


async def _earlier(connection: AsyncConnection, row_id: bytes, asked: bytes, *, now: datetime) -> bytes | None:
    # On SQLite nobody else is at work in this transaction's time.
    if connection.dialect.name == "postgresql":
        number = int.from_bytes(row_id[:8], signed=True)
        if not (await connection.execute(select(func.pg_try_advisory_xact_lock(number)))).scalar_one():
            raise Aborted("idempotency.in_progress")
    mine = IDEMPOTENCY.c.id == row_id
    await connection.execute(delete(IDEMPOTENCY).where(mine, IDEMPOTENCY.c.expires_at <= now))
    row = (await connection.execute(select(IDEMPOTENCY).where(mine))).first()
    if row is None:
        return None
    if row.request_hash != asked:
        raise other_body()
    return bytes(row.response)


def _hash(*parts: str | bytes) -> bytes:
    """One hash of several parts, each with its length, so that no two lists of parts are the same text."""
    hashed = hashlib.sha256()
    for part in parts:
        raw = part.encode() if isinstance(part, str) else part
        hashed.update(len(raw).to_bytes(8) + raw)
    return hashed.digest()
