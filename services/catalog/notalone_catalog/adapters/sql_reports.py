"""What people told of trying contacts, in SQL: each function works within the caller's transaction."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date

from sqlalchemy import Table, bindparam, delete, select, update
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.ext.asyncio import AsyncConnection

from notalone_catalog.adapters.tables import CONTACT_REPORTS, REPORTS_SEEN
from notalone_catalog.authoring.ports import Act, Seen
from notalone_catalog.domain.contact_reports import Cell, Contact, Outcome

_CELL = [column.name for column in CONTACT_REPORTS.primary_key]
_CONTACT = [column.name for column in REPORTS_SEEN.primary_key]


async def cells(connection: AsyncConnection, *, since: date, contact: Contact | None) -> Sequence[Cell]:
    """See `Look.report_cells`."""
    query = select(CONTACT_REPORTS).where(CONTACT_REPORTS.c.day >= since)
    if contact is not None:
        query = query.where(CONTACT_REPORTS.c.entry_id == contact[0], CONTACT_REPORTS.c.value == contact[1])
    # The columns stand in the order of a cell's fields; by name, `count` would be the row's own.
    return [Cell(*row) for row in await connection.execute(query)]


async def seen(connection: AsyncConnection) -> Mapping[Contact, Seen]:
    """See `Look.reports_seen`."""
    rows = await connection.execute(select(REPORTS_SEEN))
    return {(row.entry_id, row.value): Seen(row.actor, row.at) for row in rows}


async def count(
    connection: AsyncConnection, entry_id: str, value: str, outcome: Outcome, *, day: date, cap: int
) -> bool:
    """See `Work.count_report`; one statement, so that no two of any number at once count the same."""
    new = {"entry_id": entry_id, "value": value, "day": day, "outcome": outcome, "count": 1, "seen": 0}
    query = _insert(connection, CONTACT_REPORTS, new)
    before = CONTACT_REPORTS.c["count"]
    counted = query.on_conflict_do_update(index_elements=_CELL, set_={"count": before + 1}, where=before < cap)
    return (await connection.execute(counted.returning(before))).first() is not None


async def see(connection: AsyncConnection, contact: Contact, found: Sequence[Cell], act: Act) -> None:
    """See `Work.see_reports`; what was counted after the cells were read stays new."""
    table = CONTACT_REPORTS.c
    query = update(CONTACT_REPORTS).where(
        table.entry_id == contact[0],
        table.value == contact[1],
        table.day == bindparam("its_day"),
        table.outcome == bindparam("its_outcome"),
    )
    rows = [{"its_day": cell.day, "its_outcome": cell.outcome, "read": cell.count} for cell in found]
    await connection.execute(query.values(seen=bindparam("read")), rows)
    row = {"entry_id": contact[0], "value": contact[1], "actor": act.actor, "at": act.at}
    looked = _insert(connection, REPORTS_SEEN, row)
    newest = {"actor": looked.excluded.actor, "at": looked.excluded.at}
    await connection.execute(looked.on_conflict_do_update(index_elements=_CONTACT, set_=newest))


async def forget(connection: AsyncConnection, *, before: date) -> None:
    """See `Work.forget_reports`."""
    await connection.execute(delete(CONTACT_REPORTS).where(CONTACT_REPORTS.c.day < before))


def _insert(connection: AsyncConnection, table: Table, row: Mapping[str, object]) -> postgresql.Insert | sqlite.Insert:
    if connection.dialect.name == "postgresql":
        return postgresql.insert(table).values(row)
    return sqlite.insert(table).values(row)
