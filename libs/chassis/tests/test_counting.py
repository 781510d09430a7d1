from __future__ import annotations

import asyncio
from datetime import UTC, datetime, timedelta

import pytest
from google.protobuf.struct_pb2 import Struct
from notalone_chassis import counting, logs
from notalone_chassis.clock import FixedClock
from notalone_chassis.counting import Counting
from notalone_chassis.errors import Unavailable

NOW = datetime(2026, 11, 24, 3, 20, tzinfo=UTC)
HOUR = timedelta(hours=1)


class FakeBus:
    def __init__(self) -> None:
        self.published = []
        self.tried = []
        self.away = False
        self.closed = 0

    async def publish(self, topic, events):
        self.tried.append([event.id for event in events])
        if self.away:
            raise Unavailable("events")
        self.published.extend((topic, event) for event in events)

    async def close(self):
        self.closed += 1


def payload(one) -> Struct:
    message = Struct()
    message.update({"place": one.place, **{"/".join(cell): count for cell, count in one.counts.items()}})
    return message


@pytest.fixture
def bus() -> FakeBus:
    return FakeBus()


@pytest.fixture
def clock() -> FixedClock:
    return FixedClock(NOW)


@pytest.fixture
def counts(bus, clock) -> Counting:
    async def open_bus() -> FakeBus:
        return bus

    return Counting(service="pdf", payload=payload, clock=clock, open_bus=open_bus, log=logs.get("test"))


def told(counts: Counting, times: int, *cell: str) -> None:
    for _ in range(times):
        counts.count("13", *cell)


async def test_an_hour_is_published_once_it_is_over_and_what_is_seldom_never(counts, bus, clock):
    told(counts, 12, "STANDARD", "ja")
    told(counts, 9, "STANDARD", "vi")
    await counts.publish()
    assert bus.published == []
    clock.advance(HOUR)
    told(counts, 9, "STANDARD", "vi")
    await counts.publish()
    await counts.publish()
    ((topic, event),) = bus.published
    assert topic == "notalone.pdf.counts.v1"
    assert (event.key, event.source, event.type) == ("2026-11-24T03/13", "/notalone/pdf", "google.protobuf.Struct")
    assert event.time == datetime(2026, 11, 24, 4, tzinfo=UTC)
    assert dict(Struct.FromString(event.data)) == {"place": "13", "STANDARD/ja": 12}
    assert bus.closed == 1


async def test_while_the_bus_is_away_counts_wait_and_come_under_the_same_id(counts, bus, clock):
    told(counts, 10, "a")
    clock.advance(HOUR)
    bus.away = True
    await counts.publish()
    assert bus.closed == 1
    bus.away = False
    told(counts, 10, "b")
    clock.advance(HOUR)
    await counts.publish()
    assert [event.key for _, event in bus.published] == ["2026-11-24T03/13", "2026-11-24T04/13"]
    assert bus.tried[0] == bus.tried[1][:1]


async def test_a_bus_that_cannot_be_opened_harms_nobody(counts, clock, bus):
    async def broken() -> FakeBus:
        raise RuntimeError

    told(counts, 10, "a")
    clock.advance(HOUR)
    opens, counts.open_bus = counts.open_bus, broken
    await counts.publish()
    counts.open_bus = opens
    await counts.publish()
    assert len(bus.published) == 1


async def test_what_waits_is_bounded_and_the_oldest_goes_first(counts, bus, clock, monkeypatch):
    monkeypatch.setattr(counts, "_waiting", counting.deque(maxlen=2))
    bus.away = True
    for _ in range(4):
        told(counts, 10, "a")
        clock.advance(HOUR)
        await counts.publish()
    bus.away = False
    await counts.publish()
    assert [event.key[:13] for _, event in bus.published] == ["2026-11-24T05", "2026-11-24T06"]


async def test_at_the_end_the_hour_at_work_is_told_too(counts, bus):
    counts.start()
    told(counts, 10, "a")
    told(counts, 9, "b")
    await counts.stop()
    ((_, event),) = bus.published
    assert dict(Struct.FromString(event.data)) == {"place": "13", "a": 10}


async def test_a_bus_that_hangs_does_not_hold_up_the_end(counts, bus, monkeypatch):
    monkeypatch.setattr(counting, "LAST_SECONDS", 0.05)
    never = asyncio.Event()

    async def hang(topic, events):
        await never.wait()

    monkeypatch.setattr(bus, "publish", hang)
    told(counts, 10, "a")
    await counts.stop()
    assert bus.closed == 1
