"""The embedded log keeps the contract, and what only a file on one machine can be asked."""

import asyncio
import sqlite3
import subprocess
import sys
import uuid
from contextlib import asynccontextmanager
from datetime import timedelta
from pathlib import Path

import pytest
from awaiting import until
from event_bus_contract import EventBusContract, Seen, caught_up
from event_samples import ENTRIES, NOW, ORDERS, TOPICS, event
from hypothesis import given
from hypothesis import strategies as st
from notalone_chassis.clock import FixedClock
from notalone_chassis.events.bus import Bus
from notalone_chassis.events.embedded import leases, store
from notalone_chassis.events.embedded.database import Database
from notalone_chassis.events.embedded.event_log import EmbeddedEventLog
from notalone_chassis.events.letters import read_letters
from notalone_chassis.events.log import Record

TESTS = Path(__file__).resolve().parents[3] / "tests"


class TestEmbeddedEventLog(EventBusContract):
    @pytest.fixture
    async def open_log(self, tmp_path):
        return lambda: EmbeddedEventLog.open(tmp_path, TOPICS, clock=FixedClock(NOW), busy_seconds=0.5)

    @pytest.fixture
    def away(self, tmp_path):
        @asynccontextmanager
        async def away():
            connection = sqlite3.connect(tmp_path / "log.db", isolation_level=None)
            connection.execute("BEGIN IMMEDIATE")
            yield
            connection.execute("ROLLBACK")
            connection.close()

        return away


@pytest.fixture
def clock():
    return FixedClock(NOW)


@pytest.fixture
async def open_bus(tmp_path, clock):
    opened = []

    async def open_bus():
        opened.append(Bus(await EmbeddedEventLog.open(tmp_path, TOPICS, clock=clock), TOPICS, clock=clock))
        return opened[-1]

    yield open_bus
    for bus in opened:
        await bus.close()


# Publishes, or consumes and says what came, until it is killed.
OTHER_PROCESS = """
import asyncio, sys
from pathlib import Path
from event_samples import NOW, ORDERS, TOPICS, event
from notalone_chassis.clock import FixedClock
from notalone_chassis.events.bus import Bus
from notalone_chassis.events.embedded.event_log import EmbeddedEventLog

async def handle(deliveries):
    for one in deliveries:
        print(one.event.id, flush=True)
    await asyncio.sleep(3600 if sys.argv[2] == "hang" else 0)

async def main():
    clock = FixedClock(NOW)
    bus = Bus(await EmbeddedEventLog.open(Path(sys.argv[1]), TOPICS, clock=clock), TOPICS, clock=clock)
    if sys.argv[2] == "publish":
        for number in range(20):
            await bus.publish(ORDERS, [event(f"k{number % 5}", number)])
    else:
        await bus.consume([ORDERS], handle, group="g")
        print("ready", flush=True)
    await asyncio.sleep(3600)

asyncio.run(main())
"""


@pytest.fixture
def another_process(tmp_path):
    started = []

    def another_process(what):
        command = [sys.executable, "-c", OTHER_PROCESS, str(tmp_path), what]
        started.append(subprocess.Popen(command, stdout=subprocess.PIPE, text=True, env={"PYTHONPATH": str(TESTS)}))
        return started[-1]

    yield another_process
    for process in started:
        process.kill()
        process.communicate()


async def line(process):
    return (await asyncio.wait_for(asyncio.to_thread(process.stdout.readline), 20)).strip()


async def test_what_another_process_publishes_is_seen_soon_and_in_order(open_bus, another_process):
    bus, seen = await open_bus(), Seen()
    await bus.consume([ORDERS], seen, group="g")
    another_process("publish")
    await until(lambda: len(seen.ids) == 20)
    for key in range(5):
        assert seen.of(f"k{key}") == [f"k{key}-{number}" for number in range(20) if number % 5 == key]


async def test_what_a_killed_process_had_taken_is_handled_by_another_at_once(open_bus, another_process):
    bus, seen = await open_bus(), Seen()
    await bus.publish(ORDERS, [event("a", 1)])
    process = another_process("hang")
    while await line(process) != "a-1":
        pass
    process.kill()
    await caught_up(await bus.consume([ORDERS], seen, group="g"))
    assert seen.ids == ["a-1"]


async def test_a_process_that_only_hangs_loses_its_partitions_when_its_lease_ends(open_bus, clock):
    bus, seen, working, free = await open_bus(), Seen(), asyncio.Event(), asyncio.Event()

    async def hangs(_deliveries):
        working.set()
        await free.wait()

    await bus.publish(ORDERS, [event("a", 1)])
    await bus.consume([ORDERS], hangs, group="g")
    await asyncio.wait_for(working.wait(), 10)
    clock.advance(timedelta(milliseconds=leases.LEASE_MS + 1))
    await caught_up(await (await open_bus()).consume([ORDERS], seen, group="g"))
    assert seen.ids == ["a-1"]
    free.set()


async def test_the_newest_event_of_each_key_outlives_compaction_and_a_tombstone_a_day(open_bus, clock, tmp_path):
    bus, seen = await open_bus(), Seen()
    gone = [event("gone", 1), event("gone", 2, data=None)]
    await bus.publish(ENTRIES, [event("kept", 1), *gone, event("kept", 2)])
    await bus._log.tidy()
    await caught_up(await bus.follow([ENTRIES], seen))
    assert sorted(seen.ids) == ["gone-2", "kept-2"]
    clock.advance(timedelta(days=1, seconds=1))
    await bus._log.tidy()
    later = Seen()
    await caught_up(await bus.follow([ENTRIES], later))
    assert later.ids == ["kept-2"]


async def test_what_is_older_than_its_topic_keeps_goes_and_offsets_never_come_again(open_bus, clock):
    bus, seen, later = await open_bus(), Seen(), Seen()
    await bus.publish(ORDERS, [event("a", 1)])
    await caught_up(await bus.consume([ORDERS], seen, group="g"))
    clock.advance(timedelta(days=8))
    await bus._log.tidy()
    await bus.publish(ORDERS, [event("a", 2)])
    await caught_up(await bus.follow([ORDERS], later))
    await until(lambda: seen.ids == ["a-1", "a-2"])
    assert later.ids == ["a-2"]


async def test_the_clock_alone_brings_the_tidying(open_bus, clock):
    bus = await open_bus()
    await bus.publish(ORDERS, [event("a", 1)])
    clock.advance(timedelta(days=8))

    async def empty():
        return not await bus._log._database.read(lambda conn: store.fetch(conn, {(ORDERS, n): 0 for n in range(4)}, 9))

    async with asyncio.timeout(10):
        while not await empty():  # noqa: ASYNC110 the log tells nobody that it has tidied
            await asyncio.sleep(0.02)


async def test_a_consumer_whose_events_have_expired_is_caught_up(open_bus, clock):
    bus = await open_bus()
    await bus.publish(ORDERS, [event("a", 1)])
    clock.advance(timedelta(days=8))
    await bus._log.tidy()
    await caught_up(await bus.consume([ORDERS], Seen(), group="g"))


async def test_a_letter_outlives_every_tidying_until_it_is_settled(open_bus, clock):
    bus, seen = await open_bus(), Seen(failing=["a-1"])
    bus._policy = bus._policy.__class__(tries=1, first_wait=0)
    await bus.publish(ORDERS, [event("a", 1)])
    await caught_up(await bus.consume([ORDERS], seen, group="g"))
    clock.advance(timedelta(days=400))
    await bus._log.tidy()
    assert len(await read_letters(bus._log, ORDERS + ".dead")) == 1


@given(records=st.lists(st.tuples(st.sampled_from("abcdef"), st.none() | st.binary(max_size=3)), max_size=30))
def test_compaction_keeps_the_newest_of_each_key_and_the_order(records):
    connection = sqlite3.connect(":memory:")
    topic = TOPICS[ENTRIES]
    store.create(connection, [topic])
    for number, (key, value) in enumerate(records):
        store.append(connection, topic, [Record(key, value, (("n", str(number).encode()),))], written=number)
    newest = {key: (number, value) for number, (key, value) in enumerate(records)}
    while store.compact(connection, ENTRIES, 0):
        pass
    places = {(ENTRIES, number): 0 for number in range(topic.partitions)}
    left = store.fetch(connection, places, 1000)
    assert {one.record.key: (int(one.record.headers[0][1]), one.record.value) for one in left} == newest
    assert len(left) == len(newest)
    connection.close()


@given(steps=st.lists(st.tuples(st.sampled_from("xyz"), st.sampled_from(["balance", "leave", "die"])), max_size=40))
def test_no_partition_ever_has_two_readers_and_in_the_end_all_have_one(steps):
    connection = sqlite3.connect(":memory:")
    store.create(connection, TOPICS)
    alive, held, now = {"x", "y", "z"}, {}, 0

    def balance(name):
        me = leases.Member("g", name, tuple(sorted(topic.name for topic in TOPICS)))
        held[name] = leases.balance(connection, me, now=now, alive=alive.__contains__).held

    for name, what in steps:
        now += 1
        if what == "balance" and name in alive:
            balance(name)
        elif what == "leave":
            leases.leave(connection, "g", name)
            held.pop(name, None)
        elif what == "die" and len(alive) > 1:
            alive.discard(name)
            held.pop(name, None)
        every = [place for places in held.values() for place in places]
        assert len(every) == len(set(every))
    for name in [*alive] * 3:
        balance(name)
    assert {place for name in alive for place in held[name]} == {
        (topic.name, number) for topic in TOPICS for number in range(topic.partitions)
    }
    connection.close()


def test_a_log_that_is_open_is_alive_and_one_that_is_closed_is_not(tmp_path):
    one, other = leases.Alive(tmp_path, uuid.uuid4().hex), leases.Alive(tmp_path, uuid.uuid4().hex)
    assert other.alive(f"{one.name}/1")
    one.close()
    assert not other.alive(f"{one.name}/1")
    other.close()


async def test_what_another_process_writes_is_noticed_without_looking_into_the_file(tmp_path, clock):
    one = await EmbeddedEventLog.open(tmp_path, TOPICS, clock=clock)
    other = await EmbeddedEventLog.open(tmp_path, TOPICS, clock=clock)
    seen = one._database.version()
    await other.append(ORDERS, [Record("k", b"payload", ())])
    assert one._database.version() != seen
    seen = one._database.version()
    await one._database.read(lambda connection: store.ends(connection, [ORDERS]))
    assert one._database.version() == seen
    await one.close()
    await other.close()


async def test_a_log_that_is_not_there_yet_has_no_version(tmp_path):
    database = Database(tmp_path / "log.db")
    assert database.version() is None
    await database.close()
