"""Services of one process start side by side, and each migrates its own database only."""

import asyncio
from pathlib import Path

from notalone_catalog.adapters.tables import METADATA as CATALOG
from notalone_chassis.sql import migrations
from notalone_chassis.sql.database import open_database
from notalone_notify.tables import METADATA as NOTIFY

SERVICES = {"notalone_catalog": CATALOG, "notalone_notify": NOTIFY}


async def test_services_that_migrate_at_the_same_time_keep_to_their_own_database(tmp_path: Path):
    databases = {
        package: open_database(f"sqlite+aiosqlite:///{tmp_path}/{package}.db", application="test", synchronous="NORMAL")
        for package in SERVICES
    }
    try:
        await asyncio.gather(*(migrations.migrate(database, package) for package, database in databases.items()))

        for package, database in databases.items():
            assert await migrations.differences(database, SERVICES[package]) == []
    finally:
        for database in databases.values():
            await database.close()
