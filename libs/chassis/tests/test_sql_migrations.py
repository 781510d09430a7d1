"""Migrations over both databases, with those of an example service."""

import example_migrations
import pytest
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
