"""While the search server is away, the embedded index answers and says so; it comes back by itself."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from notalone_catalog.adapters.fallback_index import FallbackIndex
from notalone_catalog.domain.breaker import LONGEST_PAUSE, Breaker
from notalone_catalog.ports import Found, Question
from notalone_chassis.clock import FixedClock
from notalone_chassis.errors import Unavailable

NOW = datetime(2026, 4, 1, 3, tzinfo=UTC)
QUESTION = Question(now=NOW, words="家賃")


class Answers:
    """An index with as many results as its total says; its server may be down or hang."""

    def __init__(self, total: int) -> None:
        self.total = total
        self.calls = 0
        self.down = False
        self.hanging: asyncio.Event | None = None

    async def search(self, question: Question) -> Found:
        self.calls += 1
        if self.hanging is not None:
            await self.hanging.wait()
        if self.down:
            raise Unavailable("elasticsearch")
        return Found(total=self.total)

    suggest = search


@pytest.fixture
def clock() -> FixedClock:
    return FixedClock(NOW)


@pytest.fixture
def server() -> Answers:
    return Answers(1_000_000)


@pytest.fixture
def index(server, clock) -> FallbackIndex:
    return FallbackIndex(server, Answers(281), breaker=Breaker(clock), patience_seconds=0.05)


async def test_a_server_that_answers_is_asked(index):
    assert await index.search(QUESTION) == Found(total=1_000_000)
    assert await index.suggest(QUESTION) == Found(total=1_000_000)


async def test_a_server_that_is_away_is_stood_in_for_and_the_answer_says_so(index, server):
    server.down = True
    assert await index.search(QUESTION) == Found(total=281, degraded=True)
    assert await index.suggest(QUESTION) == Found(total=281, degraded=True)


async def test_a_server_that_hangs_is_not_waited_for(index, server):
    server.hanging = asyncio.Event()
    assert (await index.search(QUESTION)).degraded


async def test_a_server_that_failed_twice_is_left_alone_until_one_call_probes_it(index, server, clock):
    server.down = True
    for _ in range(10):
        assert (await index.search(QUESTION)).degraded
    assert server.calls == 2
    clock.advance(timedelta(seconds=1))
    for _ in range(10):
        assert (await index.search(QUESTION)).degraded
    assert server.calls == 3
    server.down = False
    clock.advance(timedelta(seconds=1))
    assert (await index.search(QUESTION)).degraded
    clock.advance(timedelta(seconds=1))
    assert await index.search(QUESTION) == Found(total=1_000_000)
    assert not (await index.search(QUESTION)).degraded


async def test_only_one_call_at_a_time_probes(index, server, clock):
    server.down = True
    await index.search(QUESTION)
    await index.search(QUESTION)
    clock.advance(timedelta(seconds=1))
    server.down, server.hanging = False, asyncio.Event()
    probe = asyncio.create_task(index.search(QUESTION))
    await asyncio.sleep(0)
    assert (await index.search(QUESTION)).degraded
    server.hanging.set()
    assert not (await probe).degraded
    assert server.calls == 3


async def test_one_failure_among_successes_does_not_open_it(index, server):
    for _ in range(5):
        server.down = True
        assert (await index.search(QUESTION)).degraded
        server.down = False
        assert not (await index.search(QUESTION)).degraded
        assert not (await index.search(QUESTION)).degraded


async def test_people_who_go_away_say_nothing_about_the_server(index, server):
    server.hanging = asyncio.Event()
    for _ in range(5):
        asking = asyncio.create_task(index.search(QUESTION))
        await asyncio.sleep(0)
        asking.cancel()
        with pytest.raises(asyncio.CancelledError):
            await asking
    server.hanging = None
    assert not (await index.search(QUESTION)).degraded


@given(st.lists(st.sampled_from(["ok", "fail", "away", "wait"]), max_size=60))
def test_whatever_happened_a_server_that_works_is_soon_asked_again(history):
    clock = FixedClock(NOW)
    breaker = Breaker(clock)
    outcome = {"ok": breaker.succeeded, "fail": breaker.failed, "away": breaker.abandoned}
    for step in history:
        if step == "wait":
            clock.advance(timedelta(seconds=7))
        elif breaker.allows():
            outcome[step]()
    clock.advance(LONGEST_PAUSE)
    assert breaker.allows()
    breaker.succeeded()
    assert breaker.allows()
    assert not breaker.open
