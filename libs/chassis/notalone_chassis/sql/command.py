"""The command of a service that has a database: `notalone-<service>` serves, `notalone-<service> migrate` migrates."""

from __future__ import annotations

import asyncio
import sys
from collections.abc import Awaitable, Callable

from pydantic import ValidationError

from notalone_chassis import logs, service
from notalone_chassis.errors import Unavailable
from notalone_chassis.service import Running
from notalone_chassis.sql import migrations
from notalone_chassis.sql.database import open_database
from notalone_chassis.sql.settings import DatabaseSettings


def run(
    start: Callable[..., Awaitable[Running]], settings: Callable[[], DatabaseSettings], *, name: str, package: str
) -> None:
    """Runs the service until a signal, or migrates its database and ends: with 0, or with 1 where it is away."""
    match sys.argv[1:]:
        case []:
            service.run(start, settings)
        case ["migrate"]:
            sys.exit(_migrate(settings, name=name, package=package))
        case _:
            sys.stderr.write(f"notalone-{name} serves; notalone-{name} migrate brings its database up to date\n")
            sys.exit(service.WRONG_SETTING)


def _migrate(settings: Callable[[], DatabaseSettings], *, name: str, package: str) -> int:
    try:
        read = settings()
        logs.configure(read.log_level)
        state = asyncio.run(migrate(read, name=name, package=package))
    except (ValidationError, OSError) as error:
        sys.stderr.write(f"{service.explain(error)}\n")
        return service.exit_code(error)
    except Unavailable:
        sys.stderr.write(f"the database of {name} does not answer\n")
        return service.CANNOT_START
    sys.stdout.write(f"the database of {name} is {state.value}\n")
    return 0


async def migrate(settings: DatabaseSettings, *, name: str, package: str) -> migrations.Schema:
    """Runs what is missing of the migrations.

    Raises:
        Unavailable: "database": it cannot be reached.
    """
    database = open_database(settings.database_address(name), application=f"notalone-{name}-migrate")
    try:
        return await migrations.migrate(database, package)
    finally:
        await database.close()
