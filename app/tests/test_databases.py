"""Databases are made where they are missing, once."""

import asyncio
import secrets
from collections.abc import Iterator

import psycopg
import pytest
from notalone_app.real.databases import create_missing


@pytest.fixture
def address(postgres_server) -> Iterator[str]:
    name = f"notalone_test_{secrets.token_hex(6)}"
    url = f"postgresql+psycopg://notalone:{postgres_server.secrets['password']}@{postgres_server.address}/{name}"
    yield url
    with psycopg.connect(url.replace("+psycopg", "").replace(name, "postgres"), autocommit=True) as connection:
        connection.execute(f"DROP DATABASE IF EXISTS {name} WITH (FORCE)")


async def test_a_missing_database_is_made_once_also_by_several_at_the_same_time(address):
    name = address.rpartition("/")[2]
    made = await asyncio.gather(*(create_missing([address]) for _ in range(3)))
    assert [one for several in made for one in several] == [name]
    assert await create_missing([address]) == []
    with psycopg.connect(address.replace("+psycopg", "")) as connection:
        assert connection.execute("SELECT current_database()").fetchone() == (name,)


async def test_what_is_no_server_is_passed_over():
    assert await create_missing(["", "sqlite+aiosqlite:///somewhere.db"]) == []


async def test_a_server_that_is_away_is_told():
    with pytest.raises(psycopg.Error):
        await create_missing(["postgresql+psycopg://a:b@127.0.0.1:1/c"])
