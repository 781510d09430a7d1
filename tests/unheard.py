"""A catalogue that is heard over either log, and then no more: for services that must remember what it said."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path

import mock_kafka
import notalone_crisis
from confluent_kafka import Producer
from notalone.catalog.v1.entry_pb2 import Entry
from notalone_chassis.clock import SystemClock
from notalone_chassis.events.event import Event
from notalone_chassis.events.opening import open_bus
from notalone_chassis.events.settings import EventSettings
from notalone_kernel.entry_shelf import TOPIC, event_id

LINE = "yorisoi-hotline"
# Nothing answers there.
NOBODY = "127.0.0.1:9"


class Log(ABC):
    """Where the catalogue publishes, and a service that starts listens."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    @property
    @abstractmethod
    def heard(self) -> dict[str, object]:
        """Settings of a service that hears it."""

    @abstractmethod
    def unheard(self) -> dict[str, object]:
        """Settings of a service that starts while it is away; it is, from now on."""

    async def publish(self, *entries: Entry) -> None:
        bus = await open_bus(EventSettings(**self.heard), clock=SystemClock())
        await bus.publish(TOPIC, [_event(entry) for entry in entries])
        await bus.close()


class EmbeddedLog(Log):
    @property
    def heard(self) -> dict[str, object]:
        return {"data_dir": self._folder}

    def unheard(self) -> dict[str, object]:
        (self._folder / "events").rename(self._folder / "events-away")
        # A folder where the file should be: it cannot be opened.
        (self._folder / "events" / "log.db").mkdir(parents=True)
        return {"data_dir": self._folder}


class KafkaLog(Log):
    """On the mock; it makes a topic when it is asked for it."""

    def __init__(self, folder: Path, mock: mock_kafka.MockKafka) -> None:
        super().__init__(folder)
        self._address = mock.address
        Producer({"bootstrap.servers": mock.address}).list_topics(TOPIC, timeout=10)

    @property
    def heard(self) -> dict[str, object]:
        return {"data_dir": self._folder, "kafka_bootstrap": self._address}

    def unheard(self) -> dict[str, object]:
        return {"data_dir": self._folder, "kafka_bootstrap": NOBODY}


def withdrawn_line(revision: int, numbers: Sequence[str] | None = None) -> Entry:
    """よりそいホットライン as the catalogue tells it with these numbers withdrawn; all where none are named."""
    [packaged] = [entry for entry in notalone_crisis.floor_entries() if entry.id == LINE]
    packaged.revision = revision
    packaged.withdrawn.extend([each.value for each in packaged.channels] if numbers is None else numbers)
    return packaged


def _event(entry: Entry) -> Event:
    return Event(
        id=event_id(entry.id, entry.revision),
        type="notalone.catalog.v1.EntryPublished",
        source="/notalone/catalog",
        key=entry.id,
        time=datetime(2026, 11, 26, tzinfo=UTC),
        data=entry.SerializeToString(),
    )
