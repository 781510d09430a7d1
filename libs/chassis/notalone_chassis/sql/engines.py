"""Engines for SQLite and PostgreSQL, set so that both keep what was committed."""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from sqlalchemy import URL, event
from sqlalchemy.engine.interfaces import DBAPIConnection
from sqlalchemy.ext.asyncio import AsyncEngine, create_async_engine
from sqlalchemy.pool import ConnectionPoolEntry

Synchronous = Literal["FULL", "NORMAL"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """How much one process asks of its database.

    Attributes:
        connections: at once, at most. SQLite: readers; the writer has one of its own.
        wait_seconds: for a free connection, or for SQLite's one writer.
        connect_seconds: for PostgreSQL to take a connection.
        statement_seconds: for one statement; PostgreSQL ends it then.
    """

    connections: int = 10
    wait_seconds: float = 10.0
    connect_seconds: int = 5
    statement_seconds: float = 15.0


def sqlite(url: URL, limits: Limits, *, synchronous: Synchronous) -> tuple[AsyncEngine, AsyncEngine]:
    """A writer and a reader on one file, which only its owner may read.

    SQLite has one writer at a time. One connection writes, so that writers of this process queue up in order and none
    spins; other processes are waited for by the busy timeout, which holds only for a transaction that says at its
    beginning that it will write: BEGIN IMMEDIATE.
    """
    _make_private(Path(url.database or ""))
    writer = create_async_engine(
        url, pool_size=1, max_overflow=0, pool_timeout=limits.wait_seconds, connect_args=_sqlite_arguments(limits)
    )
    reader = create_async_engine(
        url,
        pool_size=limits.connections,
        max_overflow=0,
        pool_timeout=limits.wait_seconds,
        connect_args=_sqlite_arguments(limits),
    )
    write = ("journal_mode=WAL", f"synchronous={synchronous}", "foreign_keys=ON")
    _on_sqlite(writer, pragmas=write, begin="BEGIN IMMEDIATE")
    _on_sqlite(reader, pragmas=("query_only=ON",), begin="BEGIN")
    return writer, reader


def postgresql(url: URL, limits: Limits, *, application: str) -> tuple[AsyncEngine, AsyncEngine]:
    """A writer and a reader that share one pool; a reader sees one snapshot and may not write, as on SQLite."""
    milliseconds = int(limits.statement_seconds * 1000)
    writer = create_async_engine(
        url,
        pool_size=limits.connections,
        max_overflow=0,
        pool_timeout=limits.wait_seconds,
        # A connection that died with its server is found out before it is used.
        pool_pre_ping=True,
        pool_recycle=1800,
        connect_args={
            "application_name": application,
            "connect_timeout": limits.connect_seconds,
            "options": f"-c statement_timeout={milliseconds} -c lock_timeout={milliseconds}"
            " -c idle_in_transaction_session_timeout=60000 -c timezone=UTC",
        },
    )
    return writer, writer.execution_options(isolation_level="REPEATABLE READ", postgresql_readonly=True)


def _sqlite_arguments(limits: Limits) -> dict[str, object]:
    # isolation_level None: the driver begins nothing by itself.
    return {"timeout": limits.wait_seconds, "isolation_level": None}


def _on_sqlite(engine: AsyncEngine, *, pragmas: tuple[str, ...], begin: str) -> None:
    def connected(connection: DBAPIConnection, _entry: ConnectionPoolEntry) -> None:
        cursor = connection.cursor()
        for pragma in pragmas:
            cursor.execute(f"PRAGMA {pragma}")
        cursor.close()

    event.listen(engine.sync_engine, "connect", connected)
    event.listen(engine.sync_engine, "begin", lambda connection: connection.exec_driver_sql(begin))


def _make_private(file: Path) -> None:
    """The file and its folder are its owner's; SQLite gives its journals the rights of the file."""
    file.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    os.close(os.open(file, os.O_RDWR | os.O_CREAT, 0o600))
