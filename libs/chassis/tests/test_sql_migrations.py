"""Migrations over both databases, with those of an example service."""

import asyncio

import example_migrations
import pytest
from notalone_chassis.sql import migrations
from notalone_chassis.sql.database import open_database
from notalone_chassis.sql.migrations import Schema
from sql_contracts import MigrationsContract


class Example(MigrationsContract):
    package = "example_migrations"
    metadata = example_migrations.METADATA


class TestMigrationsOnSqlite(Example):
    @pytest.fixture
    def url(self, sqlite_url):
        return sqlite_url


class TestMigrationsOnPostgres(Example):
    @pytest.fixture
    def url(self, postgres_url):
        return postgres_url


async def test_two_services_in_one_process_migrate_beside_each_other(tmp_path):
    addresses = [f"sqlite+aiosqlite:///{tmp_path}/{name}.db" for name in "abcd"]
    databases = [open_database(address, application="test", synchronous="NORMAL") for address in addresses]
    try:
        migrated = (migrations.migrate(database, "example_migrations") for database in databases)
        assert await asyncio.gather(*migrated) == [Schema.CURRENT] * 4
    finally:
        for database in databases:
            await database.close()
