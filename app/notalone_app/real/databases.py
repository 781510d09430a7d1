"""Makes the databases that the settings name, where they are missing and we may: on a server of one's own."""

from __future__ import annotations

from collections.abc import Iterable

import psycopg
from psycopg import sql
from sqlalchemy import URL, make_url

# There is one on every server.
MAINTENANCE = "postgres"
CONNECT_SECONDS = 10


async def create_missing(addresses: Iterable[str]) -> list[str]:
    """Makes what is missing; returns the names of those that were made.

    Args:
        addresses: as `postgresql+psycopg://user:password@host:port/name`; others, and empty ones, are passed over.

    Raises:
        psycopg.Error: a server cannot be reached, or refuses.
    """
    made: list[str] = []
    for address in addresses:
        if address.startswith("postgresql"):
            made += await _create(make_url(address))
    return made


async def _create(url: URL) -> list[str]:
    connection = await psycopg.AsyncConnection.connect(
        host=url.host,
        port=url.port or 5432,
        user=url.username,
        password=url.password,
        dbname=MAINTENANCE,
        connect_timeout=CONNECT_SECONDS,
        autocommit=True,
    )
    async with connection:
        found = await connection.execute("SELECT 1 FROM pg_database WHERE datname = %s", (url.database,))
        if await found.fetchone() is not None or url.database is None:
            return []
        try:
            await connection.execute(sql.SQL("CREATE DATABASE {}").format(sql.Identifier(url.database)))
        except (psycopg.errors.DuplicateDatabase, psycopg.errors.UniqueViolation):
            # Another of us was faster.
            return []
    return [url.database]
