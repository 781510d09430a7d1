"""One database of one service: SQLite in a file, or PostgreSQL, with the same promises."""

from __future__ import annotations

import contextlib
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from typing import TypeVar

from sqlalchemy import make_url
from sqlalchemy.exc import DBAPIError
from sqlalchemy.exc import TimeoutError as PoolTimeoutError
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from notalone_chassis.errors import Unavailable
from notalone_chassis.events.crashpoints import CrashPoints, NoCrash
from notalone_chassis.sql import engines, failures
from notalone_chassis.sql.engines import Limits, Synchronous

Result = TypeVar("Result")

_APPENDED = "notalone.outbox.appended"


class Database:
    """Hands out transactions. What was committed survives the process, and with SQLite's FULL a loss of power."""

    def __init__(self, writer: AsyncEngine, reader: AsyncEngine, *, crash: CrashPoints) -> None:
        self._writer = writer
        self._reader = reader
        self._crash = crash
        self._listeners: list[Callable[[], None]] = []

    @property
    def dialect(self) -> str:
        """The kind of database: "sqlite" or "postgresql"."""
        return self._writer.dialect.name

    @contextlib.asynccontextmanager
    async def begin(self) -> AsyncIterator[AsyncConnection]:
        """A transaction that writes: committed at the end of the block, rolled back by an error.

        SQLite: the only one at work in this database, from its first moment. PostgreSQL: READ COMMITTED.

        Raises:
            Unavailable: "database": it cannot be reached, or is too busy. If that happened in the commit, nobody knows
                whether it was done.
        """
        with _translated():
            async with self._writer.begin() as connection:
                connection.info.pop(_APPENDED, None)
                yield connection
                appended = bool(connection.info.pop(_APPENDED, False))
                if appended:
                    self._crash.reach("outbox.before_commit")
        if appended:
            self._crash.reach("outbox.after_commit")
            for listener in self._listeners:
                listener()

    @contextlib.asynccontextmanager
    async def read(self) -> AsyncIterator[AsyncConnection]:
        """A transaction that sees one snapshot, waits for no writer, and may not write.

        Raises:
            Unavailable: "database": it cannot be reached, or is too busy.
        """
        with _translated():
            async with self._reader.begin() as connection:
                yield connection

    async def run(self, work: Callable[[AsyncConnection], Awaitable[Result]], *, attempts: int = 3) -> Result:
        """Does work in one transaction, again from the start where another one was in its way (at most `attempts`).

        Only for work whose effects all stand in the database.

        Raises:
            Unavailable: "database": it cannot be reached, or is too busy.
        """
        for attempt in range(1, attempts + 1):
            try:
                async with self.begin() as connection:
                    return await work(connection)
            except DBAPIError as error:
                if attempt == attempts or not failures.is_conflict(error):
                    raise
        raise ValueError("attempts must be at least 1")

    def on_appended(self, listener: Callable[[], None]) -> None:
        """Calls `listener` after each commit that put events into the outbox."""
        self._listeners.append(listener)

    async def close(self) -> None:
        """Closes all connections."""
        await self._reader.dispose()
        await self._writer.dispose()


def open_database(
    url: str,
    *,
    application: str,
    limits: Limits | None = None,
    synchronous: Synchronous = "FULL",
    crash: CrashPoints | None = None,
) -> Database:
    """Opens a database; connects at the first use.

    `url` is "sqlite+aiosqlite:///path/to/file.db" or "postgresql+psycopg://user:password@host:port/name";
    `application` is the name under which PostgreSQL shows the connections. `synchronous` is SQLite's: FULL survives a
    loss of power, NORMAL only the end of the process.

    Raises:
        ValueError: another kind of database.
        OSError: the folder of the SQLite file cannot be made.
    """
    parsed = make_url(url)
    limits = limits or Limits()
    match parsed.drivername:
        case "sqlite+aiosqlite" if parsed.database not in {None, "", ":memory:"}:
            writer, reader = engines.sqlite(parsed, limits, synchronous=synchronous)
        case "postgresql+psycopg":
            writer, reader = engines.postgresql(parsed, limits, application=application)
        case _:
            # The address itself is not shown: it may hold a password.
            raise ValueError("the database is neither sqlite+aiosqlite:///<file> nor postgresql+psycopg://…")
    return Database(writer, reader, crash=crash or NoCrash())


def note_appended(connection: AsyncConnection) -> None:
    """Tells the transaction's database that its outbox got events, for `Database.on_appended`."""
    connection.info[_APPENDED] = True


@contextlib.contextmanager
def _translated() -> Iterator[None]:
    try:
        yield
    except (DBAPIError, PoolTimeoutError) as error:
        if failures.is_away(error):
            raise Unavailable("database") from error
        raise
