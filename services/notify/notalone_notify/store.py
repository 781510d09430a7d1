"""Notices and mails in the database; each change of a mail commits together with the event that tells of it."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from notalone.notify.v1 import events_pb2 as pb
from notalone_chassis.events.event import Event
from notalone_chassis.sql import outbox
from sqlalchemy import Row, delete, func, insert, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from notalone_notify.domain.mail import Mail
from notalone_notify.domain.notices import Kind, Notice, Role
from notalone_notify.tables import MAILS, NOTICES

STATES = "notalone.notify.states.v1"
SOURCE = "/notalone/notify"
_FIELDS = tuple(field.name for field in dataclasses.fields(Notice))


@dataclass(frozen=True, slots=True, kw_only=True)
class Waiting:
    """Notices of one kind to one role that go out together."""

    role: Role
    kind: Kind
    urgent: bool
    since: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """A notice as staff reads it: with the mails it went out with."""

    seq: int
    notice: Notice
    created: datetime
    mails: Sequence[Mail]


async def add(connection: AsyncConnection, notices: Sequence[Notice], *, now: datetime) -> None:
    """Keeps notices until they go out."""
    await connection.execute(
        insert(NOTICES), [dataclasses.asdict(notice) | {"created_at": now, "digest_id": None} for notice in notices]
    )


async def waiting(connection: AsyncConnection) -> Sequence[Waiting]:
    """What waits to go out, and since when; the urgent first."""
    group = (NOTICES.c.role, NOTICES.c.kind, NOTICES.c.urgent)
    query = (
        select(*group, func.min(NOTICES.c.created_at).label("since"))
        .where(NOTICES.c.digest_id.is_(None))
        .group_by(*group)
        .order_by(NOTICES.c.urgent.desc(), NOTICES.c.kind, NOTICES.c.role)
    )
    return [
        Waiting(role=row.role, kind=row.kind, urgent=row.urgent, since=row.since)
        for row in await connection.execute(query)
    ]


async def gather(connection: AsyncConnection, group: Waiting, *, digest_id: str) -> int:
    """Puts what waits of a group into one digest; returns how many, none where another process was faster."""
    own = (NOTICES.c.role == group.role) & (NOTICES.c.kind == group.kind) & (NOTICES.c.urgent == group.urgent)
    done = await connection.execute(
        update(NOTICES).where(own, NOTICES.c.digest_id.is_(None)).values(digest_id=digest_id)
    )
    return done.rowcount


async def add_mails(connection: AsyncConnection, mails: Sequence[Mail]) -> None:
    """Mails that are to be sent."""
    if mails:
        await connection.execute(insert(MAILS), [dataclasses.asdict(mail) for mail in mails])
        await outbox.append(connection, STATES, [_event(mail) for mail in mails])


async def due(connection: AsyncConnection, *, now: datetime, limit: int) -> Sequence[Mail]:
    """Mails with which something is to be done, the urgent and those that wait longest first."""
    query = select(MAILS).where(MAILS.c.due <= now).order_by(MAILS.c.urgent.desc(), MAILS.c.due).limit(limit)
    return [_mail(row) for row in await connection.execute(query)]


async def save(connection: AsyncConnection, before: Mail, after: Mail) -> bool:
    """Brings a mail from one state to the next; False where it has moved meanwhile, and nothing was done.

    An attempt may end after it was given up for lost, as long as no other one has begun.
    """
    same = (MAILS.c.id == before.id) & (MAILS.c.attempts == before.attempts)
    states = [before.state, pb.UNKNOWN] if before.state == pb.SENDING else [before.state]
    values = {name: getattr(after, name) for name in ("state", "attempts", "repeats", "since", "due")}
    done = await connection.execute(update(MAILS).where(same, MAILS.c.state.in_(states)).values(values))
    if done.rowcount != 1:
        return False
    if after.state != pb.SENDING:
        await outbox.append(connection, STATES, [_event(after)])
    return True


async def of_digest(connection: AsyncConnection, digest_id: str) -> Sequence[Notice]:
    """The notices of a digest, in the order in which they came."""
    query = select(NOTICES).where(NOTICES.c.digest_id == digest_id).order_by(NOTICES.c.seq)
    return [_notice(row) for row in await connection.execute(query)]


async def told(connection: AsyncConnection, *, before: int | None, limit: int) -> Sequence[Told]:
    """Notices, latest first; those before the place `before`, where one is given."""
    query = select(NOTICES).order_by(NOTICES.c.seq.desc()).limit(limit)
    if before is not None:
        query = query.where(NOTICES.c.seq < before)
    rows = list(await connection.execute(query))
    mails = await _mails_of(connection, {row.digest_id for row in rows if row.digest_id})
    return [
        Told(seq=row.seq, notice=_notice(row), created=row.created_at, mails=mails.get(row.digest_id, []))
        for row in rows
    ]


async def backlog(connection: AsyncConnection) -> tuple[int, int]:
    """How many mails still have to go out, and how many never will."""
    open_ = MAILS.c.due.is_not(None)
    lost = MAILS.c.state.in_([pb.PERMANENT_FAILURE, pb.UNKNOWN]) & MAILS.c.due.is_(None)
    waiting_ = await connection.scalar(select(func.count()).select_from(MAILS).where(open_))
    failed = await connection.scalar(select(func.count()).select_from(MAILS).where(lost))
    return waiting_ or 0, failed or 0


async def forget(connection: AsyncConnection, *, before: datetime) -> None:
    """Forgets what was told long ago."""
    await connection.execute(delete(MAILS).where(MAILS.c.since < before, MAILS.c.due.is_(None)))
    await connection.execute(delete(NOTICES).where(NOTICES.c.created_at < before))


async def _mails_of(connection: AsyncConnection, digests: set[str]) -> Mapping[str, list[Mail]]:
    found: dict[str, list[Mail]] = {}
    query = select(MAILS).where(MAILS.c.digest_id.in_(digests)).order_by(MAILS.c.id)
    for row in await connection.execute(query):
        found.setdefault(row.digest_id, []).append(_mail(row))
    return found


def _notice(row: Row[tuple[object, ...]]) -> Notice:
    return Notice(**{name: getattr(row, name) for name in _FIELDS})


def _mail(row: Row[tuple[object, ...]]) -> Mail:
    return Mail(**row._mapping)  # noqa: SLF001 SQLAlchemy's public name for a row as a mapping


def _event(mail: Mail) -> Event:
    changed = pb.MailStateChanged(
        mail_id=mail.id,
        state=mail.state,
        role=mail.role,
        kind=mail.kind,
        notices=mail.notices,
        attempts=mail.attempts,
        possible_repeat=mail.repeats > 0,
    )
    return Event(
        # Told again after a crash, it is the same event.
        id=f"{mail.id}-{mail.attempts}-{mail.state}",
        type=str(changed.DESCRIPTOR.full_name),
        source=SOURCE,
        key=mail.id,
        time=mail.since,
        data=changed.SerializeToString(deterministic=True),
    )
