"""The list of topics is checked, and the bus that settings ask for is opened, or refused."""

import pytest
from notalone_chassis.clock import SystemClock
from notalone_chassis.events import topics
from notalone_chassis.events.opening import UnsafeInProduction, open_bus
from notalone_chassis.events.settings import EventSettings
from notalone_chassis.events.topics import Topic, Topics, UnknownTopic
from pydantic import ValidationError

GOOD = {"name": "notalone.a.b.v1", "owner": "a", "key": "id", "keep": 7, "partitions": 1, "after_dead": "park"}


def test_the_packaged_list_is_right_and_entries_are_kept_for_ever():
    known = topics.load()
    entries = known["notalone.catalog.entries.v1"]
    assert (entries.owner, entries.keep, entries.payload) == ("catalog", "latest", "notalone.catalog.v1.Entry")


def test_each_topic_is_named_after_its_owner():
    for topic in topics.load():
        assert topic.name.split(".")[1] == topic.owner


def test_each_topic_has_a_dead_letter_topic_that_keeps_letters_until_they_are_settled():
    known = topics.load()
    for topic in known:
        dead = known[topic.dead]
        assert (dead.owner, dead.keep, dead.partitions) == (topic.owner, "latest", 1)


def test_an_unknown_topic_is_an_error():
    with pytest.raises(UnknownTopic):
        topics.load()["notalone.catalog.entries.v2"]


@pytest.mark.parametrize(
    "wrong",
    [
        {"name": "notalone.a.b"},
        {"name": "Notalone.a.b.v1"},
        {"name": "notalone.a.b.v1.dead"},
        {"keep": 0},
        {"keep": "forever"},
        {"partitions": 0},
        {"after_dead": "stop"},
        {"key": ""},
        {"retention": 7},
    ],
)
def test_a_wrong_topic_is_refused(wrong):
    with pytest.raises(ValidationError):
        Topic.model_validate({**GOOD, **wrong})


def test_a_topic_that_stands_twice_is_refused():
    with pytest.raises(ValueError, match="twice"):
        Topics([Topic.model_validate(GOOD)] * 2)


async def test_without_brokers_events_are_kept_under_the_data_folder(tmp_path):
    bus = await open_bus(EventSettings(data_dir=tmp_path), clock=SystemClock())
    await bus.close()
    assert (tmp_path / "events" / "log.db").is_file()


async def test_in_production_the_embedded_log_is_refused(tmp_path):
    with pytest.raises(UnsafeInProduction):
        await open_bus(EventSettings(data_dir=tmp_path, environment="production"), clock=SystemClock())
