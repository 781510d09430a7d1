"""What holds for calls that are sent again, over every database."""

from __future__ import annotations

import asyncio
import uuid
from datetime import timedelta

import pytest
from notalone.catalog.v1.programme_pb2 import Programme
from notalone_chassis.clock import FixedClock
from notalone_chassis.errors import Aborted, InvalidArgument
from notalone_chassis.sql import idempotency
from notalone_chassis.sql.idempotency import Call
from notalone_chassis.sql.tables import IDEMPOTENCY
from sql_contracts import NOON, OnDatabase, add_one, count, rows
from sqlalchemy import select

DAY = timedelta(days=1)


def call(*, key: str = "key", caller: str = "agency", asks: str = "text") -> Call:
    return Call(caller=caller, key=key, request=Programme(id=asks), expires=NOON + DAY)


async def create(connection) -> Programme:
    """Makes something, and answers with what no second call could answer."""
    await add_one(connection)
    return Programme(id=f"made-{uuid.uuid4()}")


class IdempotencyContract(OnDatabase):
    @pytest.fixture
    def clock(self) -> FixedClock:
        return FixedClock(NOON)

    @pytest.fixture
    def once(self, clock):
        async def once(database, call, work=create):
            return await idempotency.once(database, call, work, answer=Programme, clock=clock)

        return once

    async def test_the_same_call_makes_one_thing_and_gets_the_same_answer(self, migrated, other, once):
        first = await once(migrated, call())
        assert await once(other, call()) == await once(migrated, call()) == first
        assert await count(migrated) == 1

    async def test_another_body_under_the_same_key_is_an_error(self, migrated, once):
        await once(migrated, call())
        with pytest.raises(InvalidArgument, match="other_body"):
            await once(migrated, call(asks="other text"))
        assert await count(migrated) == 1

    async def test_a_key_belongs_to_one_caller(self, migrated, once):
        await once(migrated, call())
        await once(migrated, call(caller="other agency", asks="other text"))
        assert await count(migrated) == 2

    async def test_without_a_key_each_call_stands_for_itself(self, migrated, once):
        await once(migrated, call(key=""))
        await once(migrated, call(key=""))
        assert await count(migrated) == 2
        assert await rows(migrated, IDEMPOTENCY) == 0

    async def test_a_call_that_failed_made_nothing_and_may_be_tried_again(self, migrated, once):
        async def fail(connection) -> Programme:
            await add_one(connection)
            raise ZeroDivisionError

        with pytest.raises(ZeroDivisionError):
            await once(migrated, call(), fail)
        await once(migrated, call())
        assert await count(migrated) == 1

    async def test_of_many_at_the_same_moment_one_makes_it_and_none_gets_another_answer(self, migrated, other, once):
        answers = await asyncio.gather(
            *(once(database, call()) for database in (migrated, other) for _ in range(8)), return_exceptions=True
        )
        assert await count(migrated) == 1
        later = await once(other, call())
        for answer in answers:
            assert answer == later or (isinstance(answer, Aborted) and answer.rule == "idempotency.in_progress")
        assert later in answers

    async def test_after_its_time_a_key_is_free_again(self, migrated, once, clock):
        await once(migrated, call())
        clock.advance(DAY - timedelta(microseconds=1))
        await once(migrated, call())
        assert await count(migrated) == 1
        clock.advance(timedelta(microseconds=1))
        renewed = Call(caller="agency", key="key", request=Programme(id="other"), expires=clock.now() + DAY)
        await once(migrated, renewed)
        assert await count(migrated) == 2

    async def test_what_is_over_is_forgotten(self, migrated, once):
        await once(migrated, call())
        async with migrated.begin() as connection:
            assert await idempotency.prune(connection, now=NOON) == 0
            assert await idempotency.prune(connection, now=NOON + DAY) == 1

    async def test_neither_key_nor_caller_nor_request_is_kept(self, migrated, once):
        await once(migrated, call(key="my-key", caller="my-agency", asks="my-words"))
        async with migrated.read() as connection:
            kept = repr((await connection.execute(select(IDEMPOTENCY))).all())
        assert not any(word in kept for word in ("my-key", "my-agency", "my-words"))
