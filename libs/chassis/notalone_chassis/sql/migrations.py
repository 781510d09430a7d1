"""Brings a database to the schema that the code knows: Alembic, run from within, one set of migrations per service.

A service keeps them in `notalone_<service>/migrations/versions/`, one file each with `upgrade` and `downgrade`; the
first one makes the tables of `first_tables.py`. A migration never breaks the release before it (add first, take away a
release later), so that old and new processes run side by side.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from enum import Enum
from importlib.resources import files
from weakref import WeakKeyDictionary

from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, MetaData, func, select

from notalone_chassis.sql.database import Database

# One for all services: a database belongs to one.
_LOCK = 0x6D69_6772
_TURNS: WeakKeyDictionary[asyncio.AbstractEventLoop, asyncio.Lock] = WeakKeyDictionary()


class Schema(Enum):
    """How a database's schema stands to the code."""

    CURRENT = "current"
    PENDING = "pending"  # migrations are to be run before the service is ready
    NEWER = "newer"  # a later release has migrated it already; this code still works with it


async def migrate(database: Database, package: str, *, revision: str = "head") -> Schema:
    """Runs what is missing of a package's migrations ("notalone_catalog"), all in one transaction.

    Of several processes that start together one works, the others wait for it. A schema that is newer than the code
    stays as it is.

    Raises:
        Unavailable: "database": it cannot be reached.
    """
    return await _run(database, package, lambda config: command.upgrade(config, revision))


async def unmigrate(database: Database, package: str, *, revision: str = "base") -> Schema:
    """Takes migrations back, down to a revision; "base" leaves nothing."""
    return await _run(database, package, lambda config: command.downgrade(config, revision))


async def schema(database: Database, package: str) -> Schema:
    """How the schema stands, without changing anything.

    Raises:
        Unavailable: "database": it cannot be reached.
    """
    async with database.read() as connection:
        return await connection.run_sync(_state, _config(package))


async def differences(database: Database, metadata: MetaData) -> list[object]:
    """What the tables in the database lack or have too much, beside the definitions in the code; empty when equal."""
    async with database.read() as connection:
        return await connection.run_sync(
            lambda sync: list(compare_metadata(MigrationContext.configure(sync), metadata))
        )


def revisions(package: str) -> list[str]:
    """A package's revisions, first to last."""
    scripts = ScriptDirectory.from_config(_config(package))
    return [script.revision for script in scripts.walk_revisions()][::-1]


async def _run(database: Database, package: str, step: Callable[[Config], None]) -> Schema:
    config = _config(package)
    # Alembic keeps the migration at work in the module: two services in one process take turns.
    turn = _TURNS.setdefault(asyncio.get_running_loop(), asyncio.Lock())
    async with turn, database.begin() as connection:
        # On SQLite the transaction itself is the lock.
        if database.dialect == "postgresql":
            await connection.execute(select(func.pg_advisory_xact_lock(_LOCK)))
        if await connection.run_sync(_state, config) is not Schema.NEWER:
            await connection.run_sync(_execute, config, step)
        return await connection.run_sync(_state, config)


def _execute(connection: Connection, config: Config, step: Callable[[Config], None]) -> None:
    config.attributes["connection"] = connection
    step(config)


def _config(package: str) -> Config:
    config = Config()
    config.set_main_option("script_location", _option("notalone_chassis.sql", "alembic"))
    config.set_main_option("version_locations", _option(package, "migrations", "versions"))
    # A folder's name may hold a blank.
    config.set_main_option("path_separator", "newline")
    return config


def _option(package: str, *folders: str) -> str:
    return str(files(package).joinpath(*folders)).replace("%", "%%")


def _state(connection: Connection, config: Config) -> Schema:
    scripts = ScriptDirectory.from_config(config)
    here = set(MigrationContext.configure(connection).get_current_heads())
    known = {script.revision for script in scripts.walk_revisions()}
    if not here <= known:
        return Schema.NEWER
    return Schema.CURRENT if here == set(scripts.get_heads()) else Schema.PENDING
