"""An operator looks into dead letters, replays and discards them; topics are made from the list."""

import asyncio
import json
import sys

import pytest
from notalone.catalog.v1.entry_pb2 import Entry
from notalone_app import main
from notalone_chassis.clock import SystemClock
from notalone_chassis.events.event import Event
from notalone_chassis.events.opening import open_bus
from notalone_chassis.events.policy import Policy
from notalone_chassis.events.settings import EventSettings

TOPIC = "notalone.catalog.entries.v1"


@pytest.fixture(autouse=True)
def data_dir(tmp_path, monkeypatch):
    monkeypatch.setenv("NOTALONE_DATA_DIR", str(tmp_path))
    monkeypatch.delenv("NOTALONE_KAFKA_BOOTSTRAP", raising=False)


@pytest.fixture
def notalone(monkeypatch, capsys):
    def notalone(*arguments):
        monkeypatch.setattr(sys, "argv", ["notalone", *arguments])
        capsys.readouterr()
        with pytest.raises(SystemExit) as ended:
            main.main()
        told = capsys.readouterr()
        return ended.value.code, told.out, told.err

    return notalone


async def handle(handler, *, until=lambda: True):
    """Lets a consumer see everything, and whatever else is waited for, then ends it."""
    bus = await open_bus(EventSettings(), clock=SystemClock())
    bus._policy = Policy(tries=1, first_wait=0.001)
    async with asyncio.timeout(20):
        await (await bus.consume([TOPIC], handler, group="test")).caught_up()
        while not until():  # noqa: ASYNC110 nobody tells that a replay is done
            await asyncio.sleep(0.01)
    await bus.close()


async def publish():
    bus = await open_bus(EventSettings(), clock=SystemClock())
    data = Entry(id="yorisoi").SerializeToString()
    event = Event(
        id="1", type="notalone.catalog.v1.Entry", source="/t", key="yorisoi", time=SystemClock().now(), data=data
    )
    await bus.publish(TOPIC, [event])
    await bus.close()


@pytest.fixture
def letter(notalone):
    async def broken(_deliveries):
        raise ValueError("これは誰にも見せない")

    asyncio.run(publish())
    asyncio.run(handle(broken))
    [line] = notalone("dead-letters", "list")[1].splitlines()
    return line.split("\t")


def test_the_list_tells_where_a_letter_stands_and_why_but_no_texts(letter):
    topic, name, key, reason, tries, _time = letter
    assert (topic, key, reason, tries) == (TOPIC, "yorisoi", "ValueError", "1")
    assert name.startswith("test/")


def test_show_tells_the_payload_by_its_type(letter, notalone):
    code, out, _ = notalone("dead-letters", "show", TOPIC, letter[1])
    told = json.loads(out)
    assert (code, told["payload"], told["headers"]["ce_id"]) == (0, {"id": "yorisoi"}, "1")
    assert "見せない" not in out


def test_replay_without_a_consumer_is_kept_for_the_next_one(letter, notalone):
    code, _, error = notalone("dead-letters", "replay", TOPIC, "--group", "test", "--key", "yorisoi", "--wait", "0")
    assert (code, "the next one does it" in error) == (1, True)
    seen = []

    async def works(deliveries):
        seen.extend(deliveries)

    asyncio.run(handle(works, until=lambda: seen))
    assert [one.event.id for one in seen] == ["1"]


def test_a_discarded_letter_is_gone(letter, notalone):
    assert notalone("dead-letters", "discard", TOPIC, letter[1])[0] == 0
    assert notalone("dead-letters", "list", TOPIC) == (0, "", "")
    code, _, error = notalone("dead-letters", "discard", TOPIC, letter[1])
    assert (code, "There is no dead letter" in error) == (1, True)


def test_an_unknown_topic_is_told(notalone):
    code, _, error = notalone("dead-letters", "list", "notalone.x.y.v1")
    assert (code, error) == (1, "There is no topic notalone.x.y.v1.\n")


def test_without_brokers_no_topics_are_made(notalone):
    code, _, error = notalone("topics", "create")
    assert (code, "NOTALONE_KAFKA_BOOTSTRAP" in error) == (1, True)


def test_topics_are_made_on_kafka(notalone, kafka_server, monkeypatch, tmp_path):
    from confluent_kafka.admin import AdminClient

    prefix = f"test-{tmp_path.name}-{id(tmp_path)}."
    monkeypatch.setenv("NOTALONE_KAFKA_BOOTSTRAP", kafka_server.address)
    monkeypatch.setenv("NOTALONE_KAFKA_PREFIX", prefix)
    try:
        code, out, _ = notalone("topics", "create", "--replicas", "1")
        assert (code, f"made {prefix}{TOPIC}\n" in out) == (0, True)
        assert notalone("topics", "create", "--replicas", "1") == (0, "All is as it should be.\n", "")
    finally:
        admin = AdminClient({"bootstrap.servers": kafka_server.address})
        names = [name for name in admin.list_topics(timeout=10).topics if name.startswith(prefix)]
        for future in admin.delete_topics(names).values():
            future.result()
