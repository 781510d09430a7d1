"""The embedded log keeps the contract, and what only a file on one machine can be asked."""

import sqlite3
from contextlib import asynccontextmanager

import pytest
from event_bus_contract import EventBusContract
from event_samples import NOW, TOPICS
from notalone_chassis.clock import FixedClock
from notalone_chassis.events.embedded.event_log import EmbeddedEventLog


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
