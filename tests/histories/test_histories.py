"""No history loses an event, applies one twice, or leaves a projection that differs from the database."""

import asyncio
import os
from functools import partial

import mock_kafka
import pytest
from confluent_kafka import Producer
from confluent_kafka.admin import AdminClient
from histories.logs import EmbeddedLogs, KafkaLogs
from histories.machine import Histories
from histories.process import TOPICS
from hypothesis import HealthCheck, settings
from hypothesis.stateful import run_state_machine_as_test
from notalone_chassis.events.kafka.provisioning import create_topics

# More for a thorough search; each takes a second or two.
HISTORIES = int(os.environ.get("NOTALONE_TEST_HISTORIES", "10"))
SETTINGS = settings(
    max_examples=HISTORIES,
    stateful_step_count=30,
    deadline=None,
    print_blob=True,
    suppress_health_check=[HealthCheck.too_slow],
)
pytestmark = pytest.mark.timeout(120 + 15 * HISTORIES)


def run(logs) -> None:
    with asyncio.Runner() as runner:
        try:
            run_state_machine_as_test(partial(Histories, runner, logs), settings=SETTINGS)
        finally:
            runner.run(logs.close())


def test_over_the_embedded_log():
    run(EmbeddedLogs())


def test_over_the_mock_cluster():
    def ask_for_topics(options):
        """The mock makes a topic when it is asked for it."""
        producer = Producer({"bootstrap.servers": options.bootstrap})
        for topic in TOPICS.with_dead_letters():
            producer.list_topics(options.prefix + topic.name, timeout=10)

    with mock_kafka.running() as mock:
        run(KafkaLogs(mock.address, ask_for_topics))


def test_over_kafka(kafka_server):
    logs = KafkaLogs(kafka_server.address, lambda options: create_topics(options, TOPICS, replicas=1))
    try:
        run(logs)
    finally:
        admin = AdminClient({"bootstrap.servers": kafka_server.address})
        names = [prefix + topic.name for prefix in logs.prefixes for topic in TOPICS.with_dead_letters()]
        for future in admin.delete_topics(names).values():
            future.result()
