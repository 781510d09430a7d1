"""The records in SQL: every change, its history and its events in one transaction."""

from __future__ import annotations

import contextlib
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from datetime import date, datetime
from typing import Any

from google.protobuf.message import Message
from notalone.catalog.v1.authoring_pb2 import Correction
from notalone_chassis.clock import Clock
from notalone_chassis.sql import idempotency, outbox
from notalone_chassis.sql.database import Database
from notalone_chassis.sql.idempotency import Call
from sqlalchemy import Select, Table, delete, func, insert, select, update
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.exc import IntegrityError
from sqlalchemy.ext.asyncio import AsyncConnection

from notalone_catalog.adapters import sql_reports
from notalone_catalog.adapters.sql_reading import SqlLook
from notalone_catalog.adapters.tables import CORRECTIONS, ENTRIES, HISTORY, MARKS, REVISIONS, WITHDRAWALS
from notalone_catalog.authoring.ports import Act, Answer, CorrectionRecord, Look, Work
from notalone_catalog.domain.contact_reports import Cell, Contact, Outcome
from notalone_catalog.domain.health import Mark
from notalone_catalog.domain.records import Change, Done, EntryRecord, Outdated, Revision
from notalone_catalog.events import ENTRIES as ENTRIES_TOPIC
from notalone_catalog.events import NOTICES, entry_event, notice_event

# Distinguishes this lock from other advisory locks in the same database.
_ALONE = 0x6361_746C


class SqlRecords:
    """See `Records`."""

    def __init__(self, database: Database, *, clock: Clock, new_id: Callable[[], str]) -> None:
        """`new_id` gives ids of events, unique among all of all time, as random UUIDs are."""
        self._database = database
        self._clock = clock
        self._new_id = new_id

    @contextlib.asynccontextmanager
    async def work(self) -> AsyncIterator[Work]:
        """See the port."""
        async with self._database.begin() as connection:
            yield _SqlWork(connection, self._new_id)

    async def once(self, call: Call, do: Callable[[Work], Awaitable[Answer]], *, answer: type[Answer]) -> Answer:
        """See the port."""

        async def work(connection: AsyncConnection) -> Answer:
            return await do(_SqlWork(connection, self._new_id))

        return await idempotency.once(self._database, call, work, answer=answer, clock=self._clock)

    @contextlib.asynccontextmanager
    async def look(self) -> AsyncIterator[Look]:
        """See the port."""
        async with self._database.read() as connection:
            yield SqlLook(connection)


class _SqlWork(SqlLook):
    def __init__(self, connection: AsyncConnection, new_id: Callable[[], str]) -> None:
        super().__init__(connection)
        self._new_id = new_id

    async def alone(self) -> None:
        """See the port. On SQLite every transaction that writes is alone."""
        if self._connection.dialect.name == "postgresql":
            await self._connection.execute(select(func.pg_advisory_xact_lock(_ALONE)))

    async def save(self, changes: Sequence[tuple[EntryRecord, Change]], act: Act) -> None:
        """See the port."""
        made = [(before, change) for before, change in changes if change.record != before]
        await self._save_records([(before, change.record) for before, change in made])
        revisions = [(change.record.id, revision) for _, change in made for revision in change.revisions]
        await self._upsert(REVISIONS, [_revision_row(entry_id, revision) for entry_id, revision in revisions])
        for before, change in made:
            await self._save_withdrawals(before, change.record, act)
        await self._insert(
            HISTORY, [_history_row(change.record.id, done, act) for _, change in made for done in change.done]
        )
        told = [
            entry_event(change.record, at=act.at) for before, change in made if change.record.public > before.public
        ]
        await outbox.append(self._connection, ENTRIES_TOPIC, told)

    async def save_correction(self, correction: CorrectionRecord) -> None:
        """See the port."""
        row = {name: getattr(correction, name) for name in (column.name for column in CORRECTIONS.c)}
        if correction.state == Correction.OPEN:
            await self._insert(CORRECTIONS, [row])
            return
        still_open = (CORRECTIONS.c.id == correction.id) & (CORRECTIONS.c.state == Correction.OPEN)
        await self._one(update(CORRECTIONS).where(still_open).values(row))

    async def tell(self, entry_id: str, notice: Message, *, at: datetime) -> None:
        """See the port."""
        event = notice_event(entry_id, notice, id_=self._new_id(), at=at)
        await outbox.append(self._connection, NOTICES, [event])

    async def tell_again(self, *, after: str, limit: int, at: datetime) -> Sequence[str]:
        """See the port."""
        return await self._tell_again(select(ENTRIES.c.id).where(ENTRIES.c.id > after).limit(limit), at)

    async def tell_withdrawn_again(self, *, at: datetime) -> Sequence[str]:
        """See the port."""
        return await self._tell_again(select(ENTRIES.c.id).where(ENTRIES.c.live.is_(None)), at)

    async def _tell_again(self, chosen: Select[str], at: datetime) -> Sequence[str]:
        # Locked before they are read: an older state told after a newer one would stay the last word of the topic.
        locked = chosen.where(ENTRIES.c.last_live > 0).order_by(ENTRIES.c.id).with_for_update()
        ids = list(await self._connection.scalars(locked))
        if not ids:
            return []
        found = await self._read(select(ENTRIES).where(ENTRIES.c.id.in_(ids)).order_by(ENTRIES.c.id))
        await outbox.append(self._connection, ENTRIES_TOPIC, [entry_event(record, at=at) for record in found])
        return ids

    async def mark(self, marks: dict[str, Mark]) -> None:
        """See the port."""
        await self._upsert(MARKS, [{"key": key, "value": mark.value, "at": mark.at} for key, mark in marks.items()])

    async def count_report(self, entry_id: str, value: str, outcome: Outcome, *, day: date, cap: int) -> bool:
        """See the port."""
        return await sql_reports.count(self._connection, entry_id, value, outcome, day=day, cap=cap)

    async def see_reports(self, contact: Contact, cells: Sequence[Cell], done: Done, act: Act) -> None:
        """See the port."""
        await sql_reports.see(self._connection, contact, cells, act)
        await self._insert(HISTORY, [_history_row(contact[0], done, act)])

    async def forget_reports(self, *, before: date) -> None:
        """See the port."""
        await sql_reports.forget(self._connection, before=before)

    async def _save_records(self, pairs: Sequence[tuple[EntryRecord, EntryRecord]]) -> None:
        await self._insert(ENTRIES, [_entry_row(after) for before, after in pairs if before.version == 0])
        for before, after in pairs:
            if before.version:
                as_read = (ENTRIES.c.id == before.id) & (ENTRIES.c.version == before.version)
                await self._one(update(ENTRIES).where(as_read).values(_entry_row(after)))

    async def _save_withdrawals(self, before: EntryRecord, after: EntryRecord, act: Act) -> None:
        rows = [
            {"entry_id": after.id, "value": value, "at": act.at, "actor": act.actor, "reason": act.reason}
            for value in sorted(after.withdrawn - before.withdrawn)
        ]
        await self._insert(WITHDRAWALS, rows)
        for value in before.withdrawn - after.withdrawn:
            same = (WITHDRAWALS.c.entry_id == after.id) & (WITHDRAWALS.c.value == value)
            await self._connection.execute(delete(WITHDRAWALS).where(same))

    async def _insert(self, table: Table, rows: Sequence[dict[str, Any]]) -> None:
        if not rows:
            return
        try:
            await self._connection.execute(insert(table), rows)
        except IntegrityError as error:
            raise Outdated from error

    async def _upsert(self, table: Table, rows: Sequence[dict[str, Any]]) -> None:
        if not rows:
            return
        dialect = postgresql if self._connection.dialect.name == "postgresql" else sqlite
        query = dialect.insert(table)
        keys = [column.name for column in table.primary_key]
        new = {name: query.excluded[name] for name in rows[0] if name not in keys}
        await self._connection.execute(query.on_conflict_do_update(index_elements=keys, set_=new), rows)

    async def _one(self, query: Any) -> None:  # noqa: ANN401 any update
        if (await self._connection.execute(query)).rowcount != 1:
            raise Outdated


def _entry_row(record: EntryRecord) -> dict[str, Any]:
    return {
        "id": record.id,
        "organization_id": record.organization_id,
        "version": record.version,
        "public": record.public,
        "last": record.last,
        "last_live": record.last_live,
        "live": record.live.number if record.live else None,
        "open": record.open.number if record.open else None,
        "open_state": record.open.state if record.open else None,
        "archived_by": record.archived_by,
        "pause": record.pause.SerializeToString(deterministic=True) if record.pause else None,
        "imported": record.imported,
    }


def _revision_row(entry_id: str, revision: Revision) -> dict[str, Any]:
    return {
        "entry_id": entry_id,
        "number": revision.number,
        "state": revision.state,
        "origin": revision.origin,
        "based_on": revision.based_on,
        "content": revision.content,
        "author": revision.author,
        "created": revision.created,
        "submitter": revision.submitter,
        "submitted": revision.submitted,
        "approver": revision.approver,
    }


def _history_row(entry_id: str, done: Done, act: Act) -> dict[str, Any]:
    reason = ": ".join(filter(None, (act.contact, act.reason)))
    return {
        "entry_id": entry_id,
        "at": act.at,
        "actor": act.actor,
        "action": done.action,
        "revision": done.revision,
        "reason": reason,
    }
