"""What holds for a relay over every database: invariants I1 and I2 of the outbox (docs/decisions, durable events)."""

from __future__ import annotations

import asyncio
from datetime import timedelta

import pytest
from awaiting import until
from notalone_chassis.clock import FixedClock
from notalone_chassis.events.crashpoints import Crash, CrashAt
from notalone_chassis.sql import outbox
from notalone_chassis.sql import relay as relay_module
from notalone_chassis.sql.lease import TERM
from notalone_chassis.sql.relay import Relay
from notalone_chassis.sql.tables import OUTBOX
from recording_bus import RecordingBus
from sql_contracts import NOON, OnDatabase, event, rows

TOPIC = "test.v1"


class RelayContract(OnDatabase):
    @pytest.fixture
    def clock(self) -> FixedClock:
        return FixedClock(NOON)

    @pytest.fixture
    def bus(self) -> RecordingBus:
        return RecordingBus()

    @pytest.fixture
    def relay(self, migrated, bus, clock) -> Relay:
        return Relay(migrated, bus, service="test", token="first", clock=clock)

    @pytest.fixture
    def second(self, other, bus, clock) -> Relay:
        return Relay(other, bus, service="test", token="second", clock=clock)

    async def append(self, database, *numbers: int, key: str = "k", topic: str = TOPIC) -> None:
        async with database.begin() as connection:
            await outbox.append(connection, topic, [event(number, key=key) for number in numbers])

    async def test_publishes_in_order_and_once_when_nothing_goes_wrong(self, migrated, relay, bus):
        await relay.hold()
        for number in range(5):
            await self.append(migrated, number)
        assert await relay.round() == 5
        assert await relay.round() == 0
        assert bus.ids(TOPIC) == [f"k-{number}" for number in range(5)]

    async def test_without_the_lease_it_publishes_nothing(self, migrated, relay, bus):
        await self.append(migrated, 1)
        assert await relay.round() == 0
        assert bus.calls == 0

    async def test_of_two_relays_one_works_until_it_gives_the_lease_back(self, migrated, relay, second, bus):
        assert await relay.hold()
        assert not await second.hold()
        await self.append(migrated, 1)
        assert (await second.round(), await relay.round()) == (0, 1)
        await relay._lease.release()
        assert await second.hold()
        assert not await relay.hold()

    async def test_a_dead_relay_is_followed_by_another_after_its_term(self, relay, second, clock):
        await relay.hold()
        clock.advance(TERM - timedelta(milliseconds=1))
        assert not await second.hold()
        clock.advance(timedelta(milliseconds=1))
        assert await second.hold()

    async def test_a_relay_that_renews_is_followed_by_nobody(self, relay, second, clock):
        for _ in range(5):
            assert await relay.hold()
            assert not await second.hold()
            clock.advance(TERM / 2)

    async def test_a_holder_whose_clock_ran_ahead_is_followed_too(self, other, bus, migrated, relay, clock):
        ahead = Relay(other, bus, service="test", token="ahead", clock=FixedClock(NOON + timedelta(days=365)))
        assert await ahead.hold()
        assert not await relay.hold()
        clock.advance(TERM)
        assert await relay.hold()

    async def test_while_the_bus_is_down_everything_waits_and_then_arrives_in_order(self, migrated, relay, bus, clock):
        await relay.hold()
        bus.down = {TOPIC}
        await self.append(migrated, 1, 2)
        assert await relay.round() == 0
        await self.append(migrated, 3)
        bus.down = set()
        assert await relay.round() == 0, "it rests a while"
        clock.advance(timedelta(seconds=5))
        assert await relay.hold()
        assert relay.backlog_size == 3
        assert relay.backlog_age == timedelta(seconds=5)
        assert await relay.round() == 3
        assert bus.ids(TOPIC) == ["k-1", "k-2", "k-3"]
        await relay.hold()
        assert (relay.backlog_size, relay.backlog_age) == (0, timedelta(0))

    async def test_a_bus_that_fails_half_way_through_a_batch_keeps_the_order(self, migrated, relay, bus, clock):
        await relay.hold()
        await self.append(migrated, 1, 2, 3)
        bus.fails_after = 2
        assert await relay.round() == 0
        clock.advance(timedelta(seconds=1))
        assert await relay.round() == 3
        assert bus.ids(TOPIC) == ["k-1", "k-2", "k-1", "k-2", "k-3"]

    async def test_a_topic_in_trouble_does_not_hold_up_another(self, migrated, relay, bus):
        await relay.hold()
        bus.down = {TOPIC}
        await self.append(migrated, 1)
        await self.append(migrated, 2, topic="other.v1")
        assert await relay.round() == 1
        await self.append(migrated, 3, topic="other.v1")
        assert await relay.round() == 1
        assert bus.ids("other.v1") == ["k-2", "k-3"]

    async def test_a_clock_set_back_does_not_lengthen_a_rest(self, migrated, relay, bus, clock):
        await relay.hold()
        bus.down = {TOPIC}
        await self.append(migrated, 1)
        await relay.round()
        bus.down = set()
        clock.advance(-timedelta(days=1))
        await relay.hold()
        assert await relay.round() == 1

    @pytest.mark.parametrize(
        ("point", "times"),
        [("relay.before_publish", 1), ("relay.after_publish_before_mark", 2), ("relay.after_mark", 1)],
    )
    async def test_whoever_dies_is_followed_by_one_who_goes_on(self, migrated, other, bus, clock, point, times):
        await self.append(migrated, 1, 2)
        dying = Relay(other, bus, service="test", token="dying", clock=clock, crash=CrashAt(point))
        await dying.hold()
        with pytest.raises(Crash):
            await dying.round()
        clock.advance(TERM)
        await self.append(migrated, 3)
        follower = Relay(migrated, bus, service="test", token="follower", clock=clock)
        assert await follower.hold()
        await follower.round()
        assert bus.ids(TOPIC) == ["k-1", "k-2"] * times + ["k-3"]

    async def test_a_relay_that_slept_through_its_term_reads_but_does_not_publish(self, migrated, relay, bus, clock):
        await relay.hold()
        await self.append(migrated, 1)
        clock.advance(TERM)
        assert await relay.round() == 0
        assert bus.calls == 0

    async def test_what_a_paused_relay_publishes_late_is_followed_by_the_newest_event_once_more(
        self, migrated, other, second, bus, clock
    ):
        """Else a compacted topic would keep an old event of the key as its last."""
        slow = RecordingBus()
        slow.published = bus.published
        slow.open.clear()
        paused = Relay(migrated, slow, service="test", token="paused", clock=clock)
        await paused.hold()
        await self.append(migrated, 1)
        late = asyncio.create_task(paused.round())
        await until(lambda: slow.calls)
        clock.advance(TERM)
        await self.append(migrated, 2, 3)
        assert await second.hold()
        await second.round()
        slow.open.set()
        await late
        await second.round()
        assert bus.ids(TOPIC) == ["k-1", "k-2", "k-3", "k-1", "k-3"]

    async def test_a_round_that_could_not_be_noted_is_put_right_later(self, migrated, other, second, bus, clock):
        dying = Relay(
            migrated, bus, service="test", token="x", clock=clock, crash=CrashAt("relay.after_publish_before_mark")
        )
        await dying.hold()
        await self.append(migrated, 1)
        with pytest.raises(Crash):
            await dying.round()
        clock.advance(TERM)
        await self.append(migrated, 2)
        await second.hold()
        await second.round()
        assert await dying.round() == 0, "it has lost its lease"
        await second.round()
        assert bus.ids(TOPIC) == ["k-1", "k-1", "k-2", "k-2"]

    async def test_what_was_published_is_forgotten_after_a_while(self, migrated, relay, bus, clock):
        await relay.hold()
        await self.append(migrated, 1)
        await relay.round()
        clock.advance(timedelta(hours=1, seconds=1))
        await self.append(migrated, 2)
        await relay.hold()
        assert await rows(migrated, OUTBOX) == 1

    async def test_at_work_it_publishes_each_commit_by_itself_also_those_of_other_processes(
        self, migrated, other, relay, bus
    ):
        await relay.start()
        await self.append(migrated, 1)
        await until(lambda: bus.ids(TOPIC) == ["k-1"])
        await self.append(other, 2)
        await until(lambda: bus.ids(TOPIC) == ["k-1", "k-2"])
        await relay.stop(5)

    async def test_a_relay_that_looks_less_often_finds_all_the_same_what_others_commit(
        self, migrated, other, relay, bus, monkeypatch
    ):
        # Idle from the first moment on; its other waits would outlast the test.
        monkeypatch.setattr(relay_module, "IDLE_AFTER_SECONDS", 0.0)
        monkeypatch.setattr(relay_module, "IDLE_POLL_SECONDS", 0.01)
        monkeypatch.setattr(relay_module, "POLL_SECONDS", 1_000.0)
        await relay.start()
        for number in (1, 2):
            await self.append(other, number)
            await until(lambda number=number: bus.ids(TOPIC) == [f"k-{each}" for each in range(1, number + 1)])
        await relay.stop(5)

    async def test_two_at_work_lose_nothing_and_never_reorder(self, migrated, other, relay, second, bus):
        await relay.start()
        await second.start()
        for number in range(20):
            await self.append((migrated, other)[number % 2], number, key=f"k{number % 3}")
        await relay.stop(5)
        await until(lambda: len(set(bus.ids(TOPIC))) == 20)
        await second.stop(5)
        for key in range(3):
            assert bus.first_seen(TOPIC, f"k{key}") == [f"k{key}-{n}" for n in range(20) if n % 3 == key]

    async def test_stopping_publishes_what_is_there_and_gives_the_lease_back(self, migrated, relay, second, bus):
        await relay.start()
        await until(lambda: relay.active)
        await self.append(migrated, *range(1200))
        await relay.stop(20)
        assert len(bus.ids(TOPIC)) == 1200
        assert await second.hold()

    async def test_stopping_while_the_bus_hangs_ends_in_time_and_keeps_the_events(self, migrated, relay, bus):
        bus.open.clear()
        await relay.start()
        await self.append(migrated, 1)
        await until(lambda: bus.calls)
        await relay.stop(0.1)
        async with migrated.read() as connection:
            assert len(await outbox.unpublished(connection, limit=10)) == 1
