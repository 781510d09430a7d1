"""Events and topics for tests."""

from datetime import UTC, datetime

from notalone_chassis.events.event import Event
from notalone_chassis.events.topics import Topic, Topics

NOW = datetime(2026, 4, 1, 3, tzinfo=UTC)
ORDERS = "notalone.test.orders.v1"
FACTS = "notalone.test.facts.v1"
ENTRIES = "notalone.test.entries.v1"
TOPICS = Topics([
    Topic(name=ORDERS, owner="test", key="order", keep=7, partitions=4, after_dead="park"),
    Topic(name=FACTS, owner="test", key="fact", keep=7, partitions=4, after_dead="go_on"),
    Topic(name=ENTRIES, owner="test", key="entry", keep="latest", partitions=4, after_dead="go_on"),
])  # fmt: skip


def event(key: str, number: int, *, data: bytes | None = b"payload") -> Event:
    return Event(
        id=f"{key}-{number}", type="notalone.test.v1.Happened", source="/notalone/test", key=key, time=NOW, data=data
    )
