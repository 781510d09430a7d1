"""Kafka keeps the contract: librdkafka's mock of it, and the real one."""

import asyncio
import dataclasses
import socket
import uuid

import mock_kafka
import pytest
from awaiting import until
from confluent_kafka import Producer
from confluent_kafka.admin import AdminClient, ConfigResource, ResourceType
from event_bus_contract import EventBusContract, Seen, caught_up
from event_samples import NOW, ORDERS, TOPICS, event
from notalone_chassis.clock import FixedClock
from notalone_chassis.errors import Unavailable
from notalone_chassis.events.bus import Bus
from notalone_chassis.events.kafka.client import KafkaOptions
from notalone_chassis.events.kafka.event_log import KafkaEventLog
from notalone_chassis.events.kafka.provisioning import create_topics
from notalone_chassis.events.topics import Topic, Topics


@pytest.fixture(scope="module")
def mock():
    with mock_kafka.running() as mock:
        yield mock


@pytest.fixture
def prefix():
    return f"test-{uuid.uuid4().hex[:10]}."


def opener(options):
    async def open_log():
        return KafkaEventLog(options)

    return open_log


def ask_for_topics(address, prefix):
    """The mock makes a topic when it is asked for it."""
    producer = Producer({"bootstrap.servers": address})
    for topic in TOPICS.with_dead_letters():
        producer.list_topics(prefix + topic.name, timeout=10)


class TestKafkaEventLogOnTheMockCluster(EventBusContract):
    @pytest.fixture
    def options(self, mock, prefix):
        ask_for_topics(mock.address, prefix)
        return KafkaOptions(bootstrap=mock.address, prefix=prefix, publish_seconds=5)

    @pytest.fixture
    async def open_log(self, options):
        return opener(options)

    @pytest.fixture
    def away(self, mock):
        return mock.away

    async def test_the_older_group_protocol_works_too(self, options):
        log = KafkaEventLog(dataclasses.replace(options, group_protocol="classic"))
        bus, seen = Bus(log, TOPICS, clock=FixedClock(NOW)), Seen()
        await bus.publish(ORDERS, [event("a", 1)])
        await caught_up(await bus.consume([ORDERS], seen, group="older"))
        await bus.close()
        assert seen.ids == ["a-1"]

    async def test_handling_slower_than_fetching_holds_back_and_loses_nothing(self, make):
        bus, seen, begun, free = await make(), Seen(), asyncio.Event(), asyncio.Event()

        async def slow(deliveries):
            begun.set()
            await free.wait()
            await seen(deliveries)

        await bus.publish(ORDERS, [event(f"k{n % 7}", n) for n in range(5000)])
        consumer = await bus.consume([ORDERS], slow, group="g")
        await asyncio.wait_for(begun.wait(), 20)
        await until(lambda: consumer._reader._paused)
        free.set()
        await caught_up(consumer)
        assert len(seen.ids) == len(set(seen.ids)) == 5000

    async def test_closing_while_the_broker_is_away_ends_in_time(self, make, mock):
        bus, seen = await make(), Seen()
        consumer = await bus.consume([ORDERS], seen, group="g")
        await bus.publish(ORDERS, [event("a", 1)])
        await caught_up(consumer)
        async with mock.away(), asyncio.timeout(40):
            await bus.close()


class TestKafkaEventLog(EventBusContract):
    @pytest.fixture
    def options(self, kafka_server, prefix):
        options = KafkaOptions(bootstrap=kafka_server.address, prefix=prefix)
        create_topics(options, TOPICS, replicas=1)
        yield options
        admin = AdminClient({"bootstrap.servers": kafka_server.address})
        for future in admin.delete_topics([prefix + one.name for one in TOPICS.with_dead_letters()]).values():
            future.result()

    @pytest.fixture
    async def open_log(self, options):
        return opener(options)

    async def test_publishing_while_the_log_is_away_is_told_in_time_and_works_when_it_is_back(self, prefix):
        """The shared server must not be stopped: here, that nobody is there. Going away and coming back: the mock."""
        with socket.socket() as taken:
            taken.bind(("127.0.0.1", 0))
            address = f"127.0.0.1:{taken.getsockname()[1]}"
            log = KafkaEventLog(KafkaOptions(bootstrap=address, prefix=prefix, publish_seconds=1))
            bus = Bus(log, TOPICS, clock=FixedClock(NOW))
            async with asyncio.timeout(10):
                with pytest.raises(Unavailable):
                    await bus.publish(ORDERS, [event("a", 1)])
                await bus.close()


class TestCreateTopics:
    """Topics on a real Kafka follow the list."""

    @pytest.fixture
    def admin(self, kafka_server):
        return AdminClient({"bootstrap.servers": kafka_server.address})

    @pytest.fixture
    def options(self, kafka_server, prefix, admin):
        yield KafkaOptions(bootstrap=kafka_server.address, prefix=prefix)
        there = [name for name in admin.list_topics(timeout=10).topics if name.startswith(prefix)]
        for future in admin.delete_topics(there).values():
            future.result()

    @staticmethod
    def topics(**changes):
        good = {"name": ORDERS, "owner": "test", "key": "id", "keep": 7, "partitions": 1, "after_dead": "park"}
        return Topics([Topic.model_validate(good | changes)])

    def config(self, admin, name):
        [future] = admin.describe_configs([ConfigResource(ResourceType.TOPIC, name)]).values()
        return {key: one.value for key, one in future.result().items()}

    def test_what_is_missing_is_made_with_its_dead_letters_and_a_second_run_does_nothing(self, options, admin, prefix):
        made = create_topics(options, self.topics(), replicas=1)
        assert sorted(made) == [f"made {prefix}{ORDERS}", f"made {prefix}{ORDERS}.dead"]
        assert create_topics(options, self.topics(), replicas=1) == []
        kept = self.config(admin, prefix + ORDERS)
        assert (kept["cleanup.policy"], kept["retention.ms"]) == ("delete", str(7 * 24 * 3600 * 1000))
        assert self.config(admin, prefix + ORDERS + ".dead")["cleanup.policy"] == "compact"

    def test_what_has_changed_in_the_list_changes_and_nothing_is_deleted(self, options, admin, prefix):
        create_topics(options, self.topics(), replicas=1)
        done = create_topics(options, self.topics(partitions=3, keep="latest"), replicas=1)
        assert sorted(done) == [f"set {prefix}{ORDERS}", f"widened {prefix}{ORDERS}"]
        assert self.config(admin, prefix + ORDERS)["cleanup.policy"] == "compact"
        assert create_topics(options, Topics([]), replicas=1) == []
        assert prefix + ORDERS in admin.list_topics(timeout=10).topics
