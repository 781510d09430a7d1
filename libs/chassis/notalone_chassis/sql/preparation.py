"""Brings a service's database to its schema at start, without letting the service wait, or fall, for that."""

from __future__ import annotations

import asyncio
import contextlib

from notalone_chassis import logs
from notalone_chassis.sql import migrations
from notalone_chassis.sql.database import Database
from notalone_chassis.sql.migrations import Schema

AGAIN_SECONDS = 2.0


class Preparation:
    """Tries until the schema can be used: migrates, or waits until an operator has migrated.

    A database that is down, or a migration that is still to come, is no reason to end: the service says that it is not
    ready, and does what it can do without.
    """

    def __init__(self, database: Database, package: str, *, service: str, migrate: bool) -> None:
        """`package` holds the migrations; `service` is the name in the logs; `migrate`: settings.migrate_at_start."""
        self._database = database
        self._package = package
        self._migrate = migrate
        self._log = logs.get(service)
        self._ready = asyncio.Event()
        self._task: asyncio.Task[None] | None = None

    @property
    def ready(self) -> bool:
        """Whether the schema has been found usable since the start."""
        return self._ready.is_set()

    async def start(self) -> None:
        """Tries once, and goes on in the background where that did not do."""
        if not await self._attempt():
            self._task = asyncio.create_task(self._keep_trying())

    async def wait(self) -> None:
        """Returns when it is ready."""
        await self._ready.wait()

    async def stop(self) -> None:
        """Gives up."""
        if self._task is not None:
            self._task.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await self._task

    async def _keep_trying(self) -> None:
        done = False
        while not done:
            await asyncio.sleep(AGAIN_SECONDS)
            done = await self._attempt()

    async def _attempt(self) -> bool:
        try:
            bring = migrations.migrate if self._migrate else migrations.schema
            state = await bring(self._database, self._package)
        except Exception as error:  # noqa: BLE001 whatever it is, the service lives on and says that it is not ready
            self._log.warning("database_not_ready", part="database", exc_info=error)
            return False
        if state is Schema.PENDING:
            self._log.warning("migrations_pending", part="database")
            return False
        self._log.info("database_ready", part="database", status=state.value)
        self._ready.set()
        return True
