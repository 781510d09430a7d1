"""A read model is fed once the bus is there, and its service starts without."""

import asyncio

from notalone_chassis.errors import Unavailable
from notalone_chassis.events import following
from notalone_chassis.events.following import Following


class Caught:
    """A consumer that has handled what was there once it is told so."""

    def __init__(self):
        self.up = asyncio.Event()

    async def caught_up(self):
        await self.up.wait()


class FakeBus:
    def __init__(self):
        self.consumer = Caught()
        self.followed: list[str] = []
        self.is_followed = asyncio.Event()
        self.closed = False

    async def follow(self, topics, handler):
        self.followed += topics
        self.is_followed.set()
        return self.consumer

    async def close(self):
        self.closed = True


async def handler(batch) -> None:
    """Nothing comes."""


async def test_a_bus_that_is_down_at_start_is_followed_as_soon_as_it_is_there(monkeypatch):
    monkeypatch.setattr(following, "AGAIN_SECONDS", 0.01)
    bus, there = FakeBus(), asyncio.Event()

    async def open_bus():
        if not there.is_set():
            raise Unavailable("events")
        return bus

    feeding = Following(open_bus, ["a.v1"], handler, service="test")
    await feeding.start()
    assert bus.followed == []
    there.set()
    async with asyncio.timeout(10):
        await bus.is_followed.wait()
    await feeding.stop()
    assert (bus.followed, bus.closed) == (["a.v1"], True)


async def test_stopping_ends_the_waiting():
    async def open_bus():
        raise Unavailable("events")

    feeding = Following(open_bus, ["a.v1"], handler, service="test")
    await feeding.start()
    async with asyncio.timeout(5):
        await feeding.stop()


async def test_a_bus_that_cannot_be_followed_is_closed_before_the_next_try():
    class Deaf(FakeBus):
        async def follow(self, topics, handler):
            raise Unavailable("events")

    bus = Deaf()

    async def open_bus():
        return bus

    feeding = Following(open_bus, ["a.v1"], handler, service="test")
    await feeding.start()
    assert bus.closed
    await feeding.stop()


async def test_a_start_waits_for_what_is_there_but_not_for_ever(monkeypatch):
    bus = FakeBus()

    async def open_bus():
        return bus

    feeding = Following(open_bus, ["a.v1"], handler, service="test")
    starting = asyncio.create_task(feeding.start())
    await bus.is_followed.wait()
    assert not starting.done()
    bus.consumer.up.set()
    await starting
    monkeypatch.setattr(following, "CATCH_UP_SECONDS", 0.01)
    bus.consumer.up.clear()
    async with asyncio.timeout(5):
        await Following(open_bus, ["a.v1"], handler, service="test").start()
