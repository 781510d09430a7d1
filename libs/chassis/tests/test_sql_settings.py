"""The settings of a database, its preparation at start, and its command."""

import asyncio
import sys

import pytest
from notalone_chassis.service import explain
from notalone_chassis.sql import command, migrations, preparation
from notalone_chassis.sql.database import open_database
from notalone_chassis.sql.migrations import Schema
from notalone_chassis.sql.preparation import Preparation
from notalone_chassis.sql.settings import DatabaseSettings
from pydantic import ValidationError
from pydantic_settings import SettingsConfigDict

PACKAGE = "example_migrations"


class ExampleSettings(DatabaseSettings):
    model_config = SettingsConfigDict(
        env_prefix="NOTALONE_EXAMPLE_", frozen=True, extra="ignore", populate_by_name=True
    )


def test_without_an_address_the_database_is_a_file_of_the_service_under_the_data_folder(monkeypatch, tmp_path):
    monkeypatch.setenv("NOTALONE_DATA_DIR", str(tmp_path))
    assert ExampleSettings().database_address("example") == f"sqlite+aiosqlite:///{tmp_path}/example/example.db"


def test_an_address_is_used_as_it_is_and_shown_nowhere(monkeypatch):
    url = "postgresql+psycopg://u:geheim@h/d"
    monkeypatch.setenv("NOTALONE_EXAMPLE_DATABASE_URL", url)
    settings = ExampleSettings()
    assert settings.database_address("example") == url
    assert "geheim" not in repr(settings)


def test_an_address_of_another_kind_stops_the_start_without_being_shown(monkeypatch):
    monkeypatch.setenv("NOTALONE_EXAMPLE_DATABASE_URL", "mysql://u:geheim@h/d")
    with pytest.raises(ValidationError) as refused:
        ExampleSettings()
    assert "postgresql+psycopg://" in explain(refused.value)
    assert "geheim" not in explain(refused.value)


def test_production_refuses_sqlite_unless_it_is_allowed_by_name(monkeypatch):
    monkeypatch.setenv("NOTALONE_ENVIRONMENT", "production")
    with pytest.raises(ValidationError, match="PostgreSQL"):
        ExampleSettings()
    monkeypatch.setenv("NOTALONE_ALLOW_SQLITE_IN_PRODUCTION", "true")
    assert ExampleSettings().database_address("example").startswith("sqlite")


async def test_a_service_is_ready_at_once_where_it_may_migrate(sqlite_url):
    database = open_database(sqlite_url, application="test", synchronous="NORMAL")
    prepared = Preparation(database, PACKAGE, service="example", migrate=True)
    await prepared.start()
    assert prepared.ready
    await prepared.stop()
    await database.close()


async def test_a_service_that_may_not_migrate_waits_until_an_operator_has(sqlite_url, monkeypatch):
    monkeypatch.setattr(preparation, "AGAIN_SECONDS", 0.01)
    database = open_database(sqlite_url, application="test", synchronous="NORMAL")
    prepared = Preparation(database, PACKAGE, service="example", migrate=False)
    await prepared.start()
    assert not prepared.ready
    await migrations.migrate(database, PACKAGE)
    await asyncio.wait_for(prepared.wait(), 10)
    await prepared.stop()
    await database.close()


async def test_a_database_that_is_away_at_start_is_waited_for(unused_tcp_port):
    url = f"postgresql+psycopg://u:p@127.0.0.1:{unused_tcp_port}/d"
    database = open_database(url, application="test")
    prepared = Preparation(database, PACKAGE, service="example", migrate=True)
    await prepared.start()
    assert not prepared.ready
    await prepared.stop()
    await database.close()


def run_command(monkeypatch, *arguments: str) -> int:
    async def start(*_, **__):
        raise AssertionError("it was not to serve")

    monkeypatch.setattr(sys, "argv", ["notalone-example", *arguments])
    with pytest.raises(SystemExit) as ended:
        command.run(start, ExampleSettings, name="example", package=PACKAGE)
    return ended.value.code


def test_the_command_migrates_and_says_how_the_database_is(monkeypatch, sqlite_url, capsys):
    monkeypatch.setenv("NOTALONE_EXAMPLE_DATABASE_URL", sqlite_url)
    assert run_command(monkeypatch, "migrate") == 0
    assert "current" in capsys.readouterr().out

    async def look() -> Schema:
        database = open_database(sqlite_url, application="test")
        try:
            return await migrations.schema(database, PACKAGE)
        finally:
            await database.close()

    assert asyncio.run(look()) is Schema.CURRENT


def test_the_command_says_that_the_database_is_away(monkeypatch, unused_tcp_port, capsys):
    url = f"postgresql+psycopg://u:p@127.0.0.1:{unused_tcp_port}/d"
    monkeypatch.setenv("NOTALONE_EXAMPLE_DATABASE_URL", url)
    assert run_command(monkeypatch, "migrate") == 1
    assert "does not answer" in capsys.readouterr().err


def test_the_command_explains_itself(monkeypatch, capsys):
    assert run_command(monkeypatch, "miggrate") == 2
    assert "notalone-example migrate" in capsys.readouterr().err
