"""The right to do something alone, as one row of the database: held for a while, renewed, given back, or lost."""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy import delete, select, update
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.ext.asyncio import AsyncConnection

from notalone_chassis.clock import Clock
from notalone_chassis.sql.database import Database
from notalone_chassis.sql.tables import RELAY_LEASE

# How long others wait for a holder that died; it renews three times as often.
TERM = timedelta(seconds=6)

Row = tuple[str, datetime]  # token, end of the term


class Lease:
    """One process's claim to the lease `name`; `token` is unique among all claims of all time."""

    def __init__(self, database: Database, name: str, *, token: str, clock: Clock) -> None:
        self._database = database
        self._name = name
        self._token = token
        self._clock = clock
        self._until: datetime | None = None
        # The row as it was last seen, and since when.
        self._seen: tuple[Row, datetime] | None = None

    @property
    def held(self) -> bool:
        """Whether it was ours when last renewed, and its term is not over. Another may have it all the same."""
        return self._until is not None and self._clock.now() < self._until

    async def hold(self) -> bool:
        """Takes or renews it; says whether it is ours.

        It is taken from a holder whose term is over, or whose row has stood unchanged for a term by our own clock: so
        a wrong clock, theirs or ours, can delay a change of holders by a term, not for ever.

        Raises:
            Unavailable: "database": it cannot be reached; what was held stays held until its term is over.
        """
        async with self._database.read() as connection:
            row = await self._row(connection)
        until = await self._take(row) if self._is_free(row) else None
        self._until = until
        return until is not None

    async def is_mine(self, connection: AsyncConnection) -> bool:
        """Whether the row bears our token, as this transaction sees it."""
        row = await self._row(connection)
        return row is not None and row[0] == self._token

    async def release(self) -> None:
        """Gives it back, so that another need not wait."""
        self._until = None
        async with self._database.begin() as connection:
            await connection.execute(
                delete(RELAY_LEASE).where(RELAY_LEASE.c.name == self._name, RELAY_LEASE.c.token == self._token)
            )

    def _is_free(self, row: Row | None) -> bool:
        now = self._clock.now()
        if row is None or row[0] == self._token or row[1] <= now:
            return True
        if self._seen is None or self._seen[0] != row or now < self._seen[1]:
            self._seen = (row, now)
        return now - self._seen[1] >= TERM

    async def _take(self, row: Row | None) -> datetime | None:
        """Replaces the row that was read, unless somebody else was faster; gives the end of our term."""
        until = self._clock.now() + TERM
        ours = {"token": self._token, "expires_at": until}
        async with self._database.begin() as connection:
            if row is None:
                insert = postgresql.insert if connection.dialect.name == "postgresql" else sqlite.insert
                query = insert(RELAY_LEASE).values(name=self._name, **ours).on_conflict_do_nothing()
                done = await connection.execute(query.returning(RELAY_LEASE.c.name))
            else:
                as_read = (RELAY_LEASE.c.token == row[0]) & (RELAY_LEASE.c.expires_at == row[1])
                change = update(RELAY_LEASE).where(RELAY_LEASE.c.name == self._name, as_read).values(**ours)
                done = await connection.execute(change.returning(RELAY_LEASE.c.name))
            return until if done.first() is not None else None

    async def _row(self, connection: AsyncConnection) -> Row | None:
        query = select(RELAY_LEASE.c.token, RELAY_LEASE.c.expires_at).where(RELAY_LEASE.c.name == self._name)
        row = (await connection.execute(query)).first()
        return None if row is None else (row.token, row.expires_at)
