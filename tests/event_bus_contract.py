"""What every event bus keeps, whatever log it stands on. Each adapter's test class inherits this one."""

import asyncio
import dataclasses
from contextlib import AsyncExitStack

import pytest
from awaiting import PATIENCE, until
from event_samples import ENTRIES, FACTS, NOW, ORDERS, TOPICS, event
from notalone_chassis.clock import FixedClock
from notalone_chassis.errors import NotFound, Unavailable
from notalone_chassis.events.bus import MAX_BYTES, Bus
from notalone_chassis.events.consumer import Closed
from notalone_chassis.events.crashpoints import Crash, CrashAt
from notalone_chassis.events.policy import Policy
from notalone_chassis.events.topics import UnknownTopic

QUICK = Policy(tries=3, first_wait=0.001, longest_wait=0.01)


class Seen:
    """A handler that keeps what it saw, and fails on the keys it is told to."""

    def __init__(self, *, failing=(), error=ValueError):
        self.events = []
        self.attempts = []
        self.failing = set(failing)
        self.error = error

    async def __call__(self, deliveries):
        self.attempts.extend((d.event.id, d.attempt) for d in deliveries)
        for delivery in deliveries:
            if delivery.event.id in self.failing:
                raise self.error("これは誰にも見せない")
        self.events.extend(d.event for d in deliveries)

    @property
    def ids(self):
        return [one.id for one in self.events]

    def of(self, key):
        return [one.id for one in self.events if one.key == key]


async def caught_up(consumer):
    async with asyncio.timeout(PATIENCE):
        await consumer.caught_up()


class EventBusContract:
    """An adapter gives `log`: opens the same durable log anew each time it is called."""

    @pytest.fixture
    async def open_log(self):
        raise NotImplementedError

    @pytest.fixture
    async def make(self, open_log):
        async with AsyncExitStack() as stack:

            async def make(*, policy=QUICK, crash=None):
                clock = FixedClock(NOW)
                bus = Bus(await open_log(), TOPICS, clock=clock, policy=policy, crash=crash)
                stack.push_async_callback(bus.close)
                return bus

            yield make

    async def test_what_is_published_is_handled_with_all_that_it_carries(self, make):
        bus, seen = await make(), Seen()
        await bus.publish(ORDERS, [event("a", 1), event("a", 2, data=b"")])
        await caught_up(await bus.consume([ORDERS], seen, group="g"))
        assert seen.events == [event("a", 1), event("a", 2, data=b"")]

    async def test_what_comes_later_is_handled_too(self, make):
        bus, seen = await make(), Seen()
        consumer = await bus.consume([ORDERS, FACTS], seen, group="g")
        await bus.publish(ORDERS, [event("a", 1)])
        await caught_up(consumer)
        await bus.publish(FACTS, [event("b", 1)])
        await until(lambda: seen.ids == ["a-1", "b-1"])

    async def test_events_of_one_key_keep_their_order(self, make):
        bus, seen = await make(), Seen()
        consumer = await bus.consume([ORDERS], seen, group="g")
        for start in range(0, 60, 20):
            await bus.publish(ORDERS, [event(f"k{n % 7}", n) for n in range(start, start + 20)])
        await caught_up(consumer)
        for key in range(7):
            assert seen.of(f"k{key}") == [f"k{key}-{n}" for n in range(60) if n % 7 == key]

    async def test_every_group_gets_every_event(self, make):
        bus, one, other = await make(), Seen(), Seen()
        await bus.publish(ORDERS, [event("a", 1)])
        await caught_up(await bus.consume([ORDERS], one, group="one"))
        await caught_up(await bus.consume([ORDERS], other, group="other"))
        assert one.ids == other.ids == ["a-1"]

    async def test_a_group_goes_on_after_a_restart_where_it_had_come_to(self, make):
        bus, first, second = await make(), Seen(), Seen()
        await bus.publish(ORDERS, [event("a", 1), event("b", 1)])
        await caught_up(await bus.consume([ORDERS], first, group="g"))
        await bus.close()
        bus = await make()
        await bus.publish(ORDERS, [event("a", 2)])
        await caught_up(await bus.consume([ORDERS], second, group="g"))
        assert (sorted(first.ids), second.ids) == (["a-1", "b-1"], ["a-2"])

    async def test_how_far_a_group_is_behind_grows_while_it_is_stopped_and_falls_when_it_goes_on(self, make, open_log):
        bus, log, seen = await make(), await open_log(), Seen()

        async def becomes(expected):
            async with asyncio.timeout(PATIENCE):
                while await log.behind(ORDERS, "g") != expected:  # noqa: ASYNC110 whatever the log
                    await asyncio.sleep(0.01)

        try:
            await bus.publish(ORDERS, [event("a", 1), event("b", 1)])
            assert await log.behind(ORDERS, "g") is None
            consumer = await bus.consume([ORDERS], seen, group="g")
            await caught_up(consumer)
            await becomes(0)
            await consumer.stop()
            await bus.publish(ORDERS, [event(f"k{n}", n) for n in range(7)])
            await becomes(7)
            again = await bus.consume([ORDERS], seen, group="g")
            await caught_up(again)
            await becomes(0)
        finally:
            await log.close()

    async def test_two_consumers_of_a_group_share_the_events(self, make):
        one, other = Seen(), Seen()
        first, second = await make(), await make()
        consumers = [
            await first.consume([ORDERS], one, group="g"),
            await second.consume([ORDERS], other, group="g"),
        ]
        sent = 0
        async with asyncio.timeout(PATIENCE):
            while not (one.ids and other.ids):
                await first.publish(ORDERS, [event(f"k{n}", n) for n in range(sent, sent + 20)])
                sent += 20
                await asyncio.gather(*map(caught_up, consumers))
        assert set(one.ids) | set(other.ids) == {f"k{n}-{n}" for n in range(sent)}

    async def test_what_a_stopped_consumer_had_goes_to_the_other_one(self, make):
        bus, one, other = await make(), Seen(), Seen()
        leaving = await bus.consume([ORDERS], one, group="g")
        staying = await bus.consume([ORDERS], other, group="g")
        await bus.publish(ORDERS, [event("a", 1)])
        await caught_up(staying)
        await leaving.stop()
        await bus.publish(ORDERS, [event(f"k{n}", n) for n in range(20)])
        await caught_up(staying)
        assert {f"k{n}-{n}" for n in range(20)} <= set(other.ids)

    async def test_an_event_comes_again_when_its_handler_fails(self, make):
        # More tries than it is given up after while this test looks away.
        bus, seen = await make(policy=dataclasses.replace(QUICK, tries=1_000_000)), Seen(failing=["a-1"])
        await bus.publish(ORDERS, [event("a", 1)])
        consumer = await bus.consume([ORDERS], seen, group="g")
        await until(lambda: ("a-1", 2) in seen.attempts)
        seen.failing.clear()
        await caught_up(consumer)
        assert seen.ids == ["a-1"]
        assert await bus.dead_letters.list() == []

    async def test_while_a_part_is_down_nothing_is_given_up(self, make):
        bus, seen = await make(), Seen(failing=["a-1"])
        seen.error = Unavailable
        await bus.publish(ORDERS, [event("a", 1), event("a", 2)])
        consumer = await bus.consume([ORDERS], seen, group="g")
        await until(lambda: ("a-1", QUICK.tries + 2) in seen.attempts)
        seen.failing.clear()
        await caught_up(consumer)
        assert seen.ids == ["a-1", "a-2"]

    async def test_an_event_comes_again_when_the_process_dies_before_its_offset_is_committed(self, make):
        bus, first, second = await make(crash=CrashAt("consumer.after_handler_before_commit")), Seen(), Seen()
        await bus.publish(ORDERS, [event("a", 1)])
        with pytest.raises(Crash):
            await caught_up(await bus.consume([ORDERS], first, group="g"))
        await bus.close()
        await caught_up(await (await make()).consume([ORDERS], second, group="g"))
        assert (first.ids, second.ids) == (["a-1"], ["a-1"])

    async def test_a_follower_sees_everything_from_the_beginning_tombstones_too(self, make):
        bus, before, after = await make(), Seen(), Seen()
        events = [event("a", 1, data=b"1"), event("b", 1), event("a", 2, data=None)]
        await bus.publish(ENTRIES, events[:2])
        follower = await bus.follow([ENTRIES], before)
        await caught_up(follower)
        await bus.publish(ENTRIES, events[2:])
        await caught_up(follower)
        await caught_up(await bus.follow([ENTRIES], after))
        for seen in (before, after):
            assert [(one.id, one.data) for one in seen.events if one.key == "a"][-1] == ("a-2", None)
            assert seen.of("b") == ["b-1"]

    async def test_a_follower_leaves_out_what_it_cannot_take_and_goes_on(self, make):
        bus, seen = await make(), Seen(failing=["a-1"])
        await bus.publish(ORDERS, [event("a", 1), event("a", 2)])
        await caught_up(await bus.follow([ORDERS], seen))
        assert seen.ids == ["a-2"]

    async def test_what_fails_too_often_becomes_a_dead_letter_and_its_key_parks_while_others_move_on(self, make):
        bus, seen = await make(), Seen(failing=["a-1"])
        await bus.publish(ORDERS, [event("a", 1), event("b", 1), event("a", 2)])
        await caught_up(await bus.consume([ORDERS], seen, group="g"))
        assert seen.ids == ["b-1"]
        first, second = await bus.dead_letters.list(ORDERS)
        assert (first.group, first.topic, first.reason, first.tries, first.time) == (
            "g",
            ORDERS,
            "ValueError",
            QUICK.tries,
            NOW,
        )
        assert (second.reason, second.tries) == ("Parked", 0)
        assert (first.record.key, second.record.key) == ("a", "a")
        assert "見せない" not in repr(await bus.dead_letters.list())

    async def test_where_each_event_stands_alone_later_ones_of_the_key_are_handled(self, make):
        bus, seen = await make(), Seen(failing=["a-1"])
        await bus.publish(FACTS, [event("a", 1), event("a", 2, data=None)])
        await caught_up(await bus.consume([FACTS], seen, group="g"))
        assert seen.ids == ["a-2"]
        assert [one.reason for one in await bus.dead_letters.list()] == ["ValueError"]

    async def test_a_parked_key_stays_parked_after_a_restart(self, make):
        bus, seen, later = await make(), Seen(failing=["a-1"]), Seen()
        await bus.publish(ORDERS, [event("a", 1)])
        await caught_up(await bus.consume([ORDERS], seen, group="g"))
        await bus.close()
        bus = await make()
        await bus.publish(ORDERS, [event("a", 2), event("b", 2)])
        await caught_up(await bus.consume([ORDERS], later, group="g"))
        assert later.ids == ["b-2"]
        assert [one.reason for one in await bus.dead_letters.list()] == ["ValueError", "Parked"]

    async def test_a_key_that_one_group_parked_is_free_for_the_others(self, make):
        bus, failing, other = await make(), Seen(failing=["a-1"]), Seen()
        await bus.publish(ORDERS, [event("a", 1), event("a", 2)])
        await caught_up(await bus.consume([ORDERS], failing, group="failing"))
        await caught_up(await bus.consume([ORDERS], other, group="other"))
        assert other.ids == ["a-1", "a-2"]

    async def test_replay_handles_the_letters_of_a_key_in_order_and_frees_it(self, make):
        bus, seen = await make(), Seen(failing=["a-1"])
        consumer = await bus.consume([ORDERS], seen, group="g")
        await bus.publish(ORDERS, [event("a", 1), event("a", 2, data=None)])
        await caught_up(consumer)
        seen.failing.clear()
        assert await bus.dead_letters.replay(ORDERS, group="g", key="a", patience=PATIENCE) == []
        await bus.publish(ORDERS, [event("a", 3)])
        await caught_up(consumer)
        assert seen.ids == ["a-1", "a-2", "a-3"]
        assert seen.events[1].data is None

    async def test_a_replay_that_fails_again_keeps_the_letters_and_the_key_parked(self, make):
        bus, seen = await make(), Seen(failing=["a-1"])
        consumer = await bus.consume([ORDERS], seen, group="g")
        await bus.publish(ORDERS, [event("a", 1), event("a", 2)])
        await caught_up(consumer)
        await bus.dead_letters.ask_replay(ORDERS, group="g", key="a")
        await until(lambda: len(seen.attempts) >= 2 * QUICK.tries)
        await bus.publish(ORDERS, [event("a", 3)])
        await caught_up(consumer)
        assert seen.ids == []
        assert [one.reason for one in await bus.dead_letters.list()] == ["ValueError", "Parked", "Parked"]

    async def test_a_replay_asked_for_while_no_consumer_runs_is_done_by_the_next_one(self, make):
        bus, seen = await make(), Seen(failing=["a-1"])
        await bus.publish(ORDERS, [event("a", 1), event("a", 2)])
        consumer = await bus.consume([ORDERS], seen, group="g")
        await caught_up(consumer)
        await consumer.stop()
        seen.failing.clear()
        await bus.dead_letters.ask_replay(ORDERS, group="g", key="a")
        await bus.consume([ORDERS], seen, group="g")
        await until(lambda: seen.ids == ["a-1", "a-2"])

    async def test_a_discarded_letter_frees_its_key_without_being_handled(self, make):
        bus, seen = await make(), Seen(failing=["a-1"])
        consumer = await bus.consume([ORDERS], seen, group="g")
        await bus.publish(ORDERS, [event("a", 1)])
        await caught_up(consumer)
        [letter] = await bus.dead_letters.list()
        await bus.dead_letters.discard(letter)
        assert await bus.dead_letters.list() == []
        await consumer.stop()
        consumer = await bus.consume([ORDERS], seen, group="g")
        await bus.publish(ORDERS, [event("a", 2)])
        await caught_up(consumer)
        assert seen.ids == ["a-2"]

    async def test_replaying_what_is_not_there_is_told(self, make):
        bus = await make()
        with pytest.raises(NotFound):
            await bus.dead_letters.ask_replay(ORDERS, group="g", key="a")

    async def test_an_unknown_topic_is_an_error_at_once(self, make):
        bus = await make()
        for topic in ("notalone.test.unknown.v1", ORDERS + ".dead"):
            with pytest.raises(UnknownTopic):
                await bus.publish(topic, [event("a", 1)])
            with pytest.raises(UnknownTopic):
                await bus.consume([topic], Seen(), group="g")
            with pytest.raises(UnknownTopic):
                await bus.follow([topic], Seen())

    async def test_the_largest_payload_goes_through_and_a_larger_one_is_an_error_at_once(self, make):
        bus, seen = await make(), Seen()
        await bus.publish(ORDERS, [event("a", 1, data=b"x" * MAX_BYTES)])
        with pytest.raises(ValueError, match="at most"):
            await bus.publish(ORDERS, [event("a", 2, data=b"x" * (MAX_BYTES + 1))])
        await caught_up(await bus.follow([ORDERS], seen))
        assert seen.ids == ["a-1"]

    async def test_after_close_every_method_raises(self, make):
        bus, seen = await make(), Seen()
        consumer, follower = await bus.consume([ORDERS], seen, group="g"), await bus.follow([ORDERS], seen)
        await bus.close()
        for call in (
            lambda: bus.publish(ORDERS, [event("a", 1)]),
            lambda: bus.consume([ORDERS], seen, group="g"),
            lambda: bus.follow([ORDERS], seen),
            consumer.caught_up,
            follower.caught_up,
        ):
            with pytest.raises(Closed):
                await call()
        await bus.close()

    async def test_a_stop_ends_a_consumer_that_waits_for_a_part_that_is_down(self, make):
        bus, seen = await make(policy=Policy(first_wait=3600, longest_wait=3600)), Seen(failing=["a-1"])
        seen.error = Unavailable
        await bus.publish(ORDERS, [event("a", 1)])
        consumer = await bus.consume([ORDERS], seen, group="g")
        await until(lambda: seen.attempts)
        async with asyncio.timeout(PATIENCE):
            await consumer.stop()

    async def test_publishing_while_the_log_is_away_is_told_in_time_and_works_when_it_is_back(self, make, away):
        bus, seen = await make(), Seen()
        consumer = await bus.consume([ORDERS], seen, group="g")
        await bus.publish(ORDERS, [event("a", 1)])
        await caught_up(consumer)
        async with away(), asyncio.timeout(PATIENCE):
            with pytest.raises(Unavailable):
                await bus.publish(ORDERS, [event("a", 2)])
        async with asyncio.timeout(PATIENCE):
            while "a-3" not in seen.ids:
                try:
                    await bus.publish(ORDERS, [event("a", 3)])
                    await until(lambda: "a-3" in seen.ids)
                except Unavailable:
                    await asyncio.sleep(0.1)

    @pytest.mark.xfail(strict=True, reason="a batch at work keeps its partitions: no log hands over half a batch")
    async def test_a_new_consumer_takes_over_in_the_middle_of_a_batch(self, make):
        bus, working, free = await make(), asyncio.Event(), asyncio.Event()
        other = Seen()

        async def slow(_deliveries):
            working.set()
            await free.wait()

        await bus.publish(ORDERS, [event("a", n) for n in range(10)])
        await bus.consume([ORDERS], slow, group="g")
        await asyncio.wait_for(working.wait(), PATIENCE)
        try:
            consumer = await bus.consume([ORDERS], other, group="g")
            async with asyncio.timeout(2):
                await consumer.caught_up()
            assert "a-9" in other.ids
        finally:
            free.set()
