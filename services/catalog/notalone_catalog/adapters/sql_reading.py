"""Reads records from the catalogue's database."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from typing import Any

from notalone.catalog.v1.authoring_pb2 import Correction, HistoryItem, RevisionState
from notalone.catalog.v1.entry_pb2 import Pause
from sqlalchemy import Row, Select, and_, or_, select
from sqlalchemy.ext.asyncio import AsyncConnection

from notalone_catalog.adapters import sql_reports
from notalone_catalog.adapters.tables import CORRECTIONS, ENTRIES, HISTORY, MARKS, REVISIONS, WITHDRAWALS
from notalone_catalog.authoring.ports import CorrectionRecord, Seen, Withdrawal
from notalone_catalog.domain.contact_reports import Cell, Contact
from notalone_catalog.domain.health import Mark
from notalone_catalog.domain.records import EntryRecord, Revision
from notalone_catalog.domain.times import iso

_CURRENT = and_(
    REVISIONS.c.entry_id == ENTRIES.c.id,
    or_(REVISIONS.c.number == ENTRIES.c.live, REVISIONS.c.number == ENTRIES.c.open),
)


class SqlLook:
    """See `Look`."""

    def __init__(self, connection: AsyncConnection) -> None:
        self._connection = connection

    async def record(self, entry_id: str) -> EntryRecord | None:
        """See the port."""
        found = await self._read(select(ENTRIES).where(ENTRIES.c.id == entry_id))
        return found[0] if found else None

    async def records(
        self,
        *,
        after: str = "",
        limit: int | None = None,
        organization_id: str = "",
        open_state: RevisionState.ValueType = RevisionState.REVISION_STATE_UNSPECIFIED,
    ) -> Sequence[EntryRecord]:
        """See the port."""
        query = select(ENTRIES).where(ENTRIES.c.id > after).order_by(ENTRIES.c.id).limit(limit)
        if organization_id:
            query = query.where(ENTRIES.c.organization_id == organization_id)
        if open_state:
            query = query.where(ENTRIES.c.open_state == open_state)
        return await self._read(query)

    async def revision(self, entry_id: str, number: int) -> Revision | None:
        """See the port."""
        query = select(REVISIONS).where(REVISIONS.c.entry_id == entry_id, REVISIONS.c.number == number)
        row = (await self._connection.execute(query)).first()
        return None if row is None else _revision(row)

    async def history(self, entry_id: str, *, limit: int) -> Sequence[HistoryItem]:
        """See the port."""
        query = select(HISTORY).where(HISTORY.c.entry_id == entry_id).order_by(HISTORY.c.seq.desc()).limit(limit)
        return [
            HistoryItem(time=iso(row.at), actor=row.actor, action=row.action, revision=row.revision, reason=row.reason)
            for row in await self._connection.execute(query)
        ]

    async def correction(self, correction_id: str) -> CorrectionRecord | None:
        """See the port."""
        query = select(CORRECTIONS).where(CORRECTIONS.c.id == correction_id)
        row = (await self._connection.execute(query)).first()
        return None if row is None else _correction(row)

    async def corrections(
        self, *, limit: int, organization_id: str = "", state: Correction.State.ValueType = Correction.STATE_UNSPECIFIED
    ) -> Sequence[CorrectionRecord]:
        """See the port."""
        query = select(CORRECTIONS).limit(limit)
        if organization_id:
            query = query.where(CORRECTIONS.c.organization_id == organization_id)
        if state:
            query = query.where(CORRECTIONS.c.state == state)
        order = (CORRECTIONS.c.created, CORRECTIONS.c.id)
        query = query.order_by(*(column.desc() for column in order)) if organization_id else query.order_by(*order)
        return [_correction(row) for row in await self._connection.execute(query)]

    async def withdrawals(self) -> Sequence[Withdrawal]:
        """See the port."""
        query = select(WITHDRAWALS).order_by(WITHDRAWALS.c.at, WITHDRAWALS.c.entry_id, WITHDRAWALS.c.value)
        return [
            Withdrawal(row.entry_id, row.value, row.at, row.actor, row.reason)
            for row in await self._connection.execute(query)
        ]

    async def marks(self, prefix: str) -> dict[str, Mark]:
        """See the port."""
        query = select(MARKS).where(MARKS.c.key.startswith(prefix, autoescape=True))
        return {row.key: Mark(row.value, row.at) for row in await self._connection.execute(query)}

    async def report_cells(self, *, since: date, contact: Contact | None = None) -> Sequence[Cell]:
        """See the port."""
        return await sql_reports.cells(self._connection, since=since, contact=contact)

    async def reports_seen(self) -> Mapping[Contact, Seen]:
        """See the port."""
        return await sql_reports.seen(self._connection)

    async def _read(self, query: Select[Any]) -> list[EntryRecord]:
        """The records that a query over ENTRIES finds, with three statements whatever their number."""
        rows = (await self._connection.execute(query)).all()
        if not rows:
            return []
        of_one = len(rows) == 1
        revisions = select(REVISIONS).join(ENTRIES, _CURRENT)
        withdrawn = select(WITHDRAWALS)
        if of_one:
            revisions = revisions.where(ENTRIES.c.id == rows[0].id)
            withdrawn = withdrawn.where(WITHDRAWALS.c.entry_id == rows[0].id)
        else:
            revisions = revisions.where(ENTRIES.c.id.between(rows[0].id, rows[-1].id))
        by_key = {(row.entry_id, row.number): _revision(row) for row in await self._connection.execute(revisions)}
        values = _values(await self._connection.execute(withdrawn))
        return [_record(row, by_key, values[row.id]) for row in rows]


def _values(rows: Iterable[Row[Any]]) -> defaultdict[str, frozenset[str]]:
    found: defaultdict[str, frozenset[str]] = defaultdict(frozenset)
    for row in rows:
        found[row.entry_id] |= {row.value}
    return found


def _record(row: Row[Any], revisions: dict[tuple[str, int], Revision], withdrawn: frozenset[str]) -> EntryRecord:
    return EntryRecord(
        id=row.id,
        organization_id=row.organization_id,
        version=row.version,
        public=row.public,
        last=row.last,
        last_live=row.last_live,
        live=None if row.live is None else revisions[row.id, row.live],
        open=None if row.open is None else revisions[row.id, row.open],
        archived_by=row.archived_by,
        pause=None if row.pause is None else Pause.FromString(row.pause),
        withdrawn=withdrawn,
        imported=row.imported,
    )


def _revision(row: Row[Any]) -> Revision:
    return Revision(
        number=row.number,
        state=row.state,
        origin=row.origin,
        based_on=row.based_on,
        content=row.content,
        author=row.author,
        created=row.created,
        submitter=row.submitter,
        submitted=row.submitted,
        approver=row.approver,
    )


def _correction(row: Row[Any]) -> CorrectionRecord:
    return CorrectionRecord(
        id=row.id,
        entry_id=row.entry_id,
        organization_id=row.organization_id,
        author=row.author,
        content=row.content,
        based_on=row.based_on,
        created=row.created,
        comment=row.comment,
        state=row.state,
        reason=row.reason,
        revision=row.revision,
        decided=row.decided,
    )
