"""Calls that are sent again, over both databases."""

import asyncio

import pytest
from idempotency_contract import IdempotencyContract, call, create
from notalone_chassis.errors import Aborted


class TestIdempotencyOnSqlite(IdempotencyContract):
    @pytest.fixture
    def url(self, sqlite_url):
        return sqlite_url


class TestIdempotencyOnPostgres(IdempotencyContract):
    @pytest.fixture
    def url(self, postgres_url):
        return postgres_url

    async def test_while_a_call_is_worked_on_the_same_call_is_told_to_come_again(self, migrated, other, once):
        working, go_on = asyncio.Event(), asyncio.Event()

        async def slow(connection):
            working.set()
            await go_on.wait()
            return await create(connection)

        first = asyncio.create_task(once(migrated, call(), slow))
        await working.wait()
        with pytest.raises(Aborted, match="in_progress"):
            await once(other, call())
        go_on.set()
        assert await once(other, call(key="another")) is not None
        answer = await first
        assert await once(other, call()) == answer
