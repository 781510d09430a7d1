"""Brings Kafka's topics in line with the topic list: makes, widens, configures, never deletes."""

from __future__ import annotations

from collections.abc import Sequence

from confluent_kafka import KafkaError, KafkaException
from confluent_kafka.admin import (  # type: ignore[attr-defined]  # its documented names
    AdminClient,
    AlterConfigOpType,
    ConfigEntry,
    ConfigResource,
    NewPartitions,
    NewTopic,
    ResourceType,
)

from notalone_chassis.errors import Unavailable
from notalone_chassis.events.kafka.client import PART, KafkaOptions, logger
from notalone_chassis.events.topics import Topic, Topics

ASK_SECONDS = 30.0
DAY_MS = 24 * 3600 * 1000


def create_topics(options: KafkaOptions, topics: Topics, *, replicas: int) -> Sequence[str]:
    """Makes the topics that are missing and sets those that are there; blocks. May be run again at any time.

    Returns what was done, a line each; nothing where all is as it should be.

    Args:
        options: how to reach Kafka.
        topics: what there must be.
        replicas: copies of each new topic; at least 3 in production.

    Raises:
        Unavailable: Kafka cannot be reached, or refuses.
    """
    admin = AdminClient(options.common(), logger=logger())
    try:
        there = {name: len(one.partitions) for name, one in admin.list_topics(timeout=ASK_SECONDS).topics.items()}
        wanted = topics.with_dead_letters()
        missing = [one for one in wanted if options.prefix + one.name not in there]
        narrow = [one for one in wanted if there.get(options.prefix + one.name, one.partitions) < one.partitions]
        done = [
            *_make(admin, options.prefix, missing, replicas),
            *_widen(admin, options.prefix, narrow),
            *_configure(admin, options.prefix, [one for one in wanted if one not in missing]),
        ]
    except KafkaException as error:
        raise Unavailable(PART) from error
    return done


def _make(admin: AdminClient, prefix: str, topics: Sequence[Topic], replicas: int) -> list[str]:
    new = [
        NewTopic(prefix + one.name, num_partitions=one.partitions, replication_factor=replicas, config=_config(one))
        for one in topics
    ]
    done: list[str] = []
    for name, future in (admin.create_topics(new, request_timeout=ASK_SECONDS) if new else {}).items():
        try:
            future.result()
        except KafkaException as error:
            if error.args[0].code() != KafkaError.TOPIC_ALREADY_EXISTS:  # another of us was faster
                raise
        done.append(f"made {name}")
    return done


def _widen(admin: AdminClient, prefix: str, topics: Sequence[Topic]) -> list[str]:
    new = [NewPartitions(prefix + one.name, one.partitions) for one in topics]
    done: list[str] = []
    for name, future in (admin.create_partitions(new, request_timeout=ASK_SECONDS) if new else {}).items():
        future.result()
        done.append(f"widened {name}")
    return done


def _configure(admin: AdminClient, prefix: str, topics: Sequence[Topic]) -> list[str]:
    if not topics:
        return []
    asked = [ConfigResource(ResourceType.TOPIC, prefix + one.name) for one in topics]
    found = {one.name: future.result() for one, future in admin.describe_configs(asked).items()}
    changes: list[ConfigResource] = []
    for topic in topics:
        name = prefix + topic.name
        wrong = {key: value for key, value in _config(topic).items() if found[name][key].value != value}
        if wrong:
            entries = [
                ConfigEntry(key, value, incremental_operation=AlterConfigOpType.SET) for key, value in wrong.items()
            ]
            changes.append(ConfigResource(ResourceType.TOPIC, name, incremental_configs=entries))
    for future in (admin.incremental_alter_configs(changes) if changes else {}).values():
        future.result()
    return [f"set {one.name}" for one in changes]


def _config(topic: Topic) -> dict[str, str]:
    if topic.keep == "latest":
        return {"cleanup.policy": "compact", "delete.retention.ms": str(DAY_MS)}
    return {"cleanup.policy": "delete", "retention.ms": str(topic.keep * DAY_MS)}
