"""Which errors of a database mean what."""

from __future__ import annotations

import sqlite3

from sqlalchemy.exc import DBAPIError
from sqlalchemy.exc import TimeoutError as PoolTimeoutError

# SQLSTATE classes: connection gone, out of resources, ended by the operator or a timeout; and a lock not got in time.
_AWAY_CLASSES = ("08", "53", "57", "58")
_LOCK_NOT_AVAILABLE = "55P03"
_TRY_AGAIN = ("40001", "40P01")
_SQLITE_AWAY = frozenset({
    sqlite3.SQLITE_BUSY,
    sqlite3.SQLITE_LOCKED,
    sqlite3.SQLITE_FULL,
    sqlite3.SQLITE_IOERR,
    sqlite3.SQLITE_CANTOPEN,
})  # fmt: skip


def is_away(error: BaseException) -> bool:
    """Whether the database cannot be reached or cannot work just now: nothing is wrong with the statement."""
    if isinstance(error, PoolTimeoutError):
        return True
    if not isinstance(error, DBAPIError):
        return False
    if error.connection_invalidated:
        return True
    cause = error.orig
    if isinstance(cause, sqlite3.Error):
        return (getattr(cause, "sqlite_errorcode", 0) or 0) & 0xFF in _SQLITE_AWAY
    state = getattr(cause, "sqlstate", None)
    if state is None:
        # psycopg tells of a connection that could not be made, or broke, without a state.
        return type(cause).__name__ == "OperationalError"
    return state[:2] in _AWAY_CLASSES or state == _LOCK_NOT_AVAILABLE


def is_conflict(error: BaseException) -> bool:
    """Whether another transaction was in the way, so that the same work may succeed when done again."""
    return isinstance(error, DBAPIError) and getattr(error.orig, "sqlstate", None) in _TRY_AGAIN
