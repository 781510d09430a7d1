"""Events carry the trace they come from, over whatever bus."""

import dataclasses
from datetime import UTC, datetime, timedelta

import pytest
from notalone_chassis.clock import FixedClock
from notalone_chassis.errors import Unavailable
from notalone_chassis.events.event import Delivery, Event
from notalone_chassis.telemetry import Telemetry, traceparent
from notalone_chassis.telemetry.events import ObservedBus
from opentelemetry.sdk.trace.export import SimpleSpanProcessor
from opentelemetry.sdk.trace.export.in_memory_span_exporter import InMemorySpanExporter

NOW = datetime(2026, 11, 26, 3, 0, tzinfo=UTC)
TOPIC = "notalone.catalog.entries.v1"
EVENT = Event(id="1", type="t", source="/notalone/catalog", key="a", time=NOW, data=b"")
OTHERS = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01"


class DirectBus:
    """Hands events on the spot to whoever listens."""

    def __init__(self):
        self.handlers = []
        self.groups = []
        self.away = False
        self.published = []

    async def publish(self, topic, events):
        if self.away:
            raise Unavailable("events")
        self.published += events
        deliveries = [Delivery(event=event, topic=topic, partition=0, offset=n) for n, event in enumerate(events)]
        for handler in self.handlers:
            await handler(deliveries)

    async def consume(self, topics, handler, *, group):
        self.handlers.append(handler)
        self.groups.append(group)

    async def follow(self, topics, handler):
        self.handlers.append(handler)

    async def close(self):
        pass


@pytest.fixture
def exporter():
    return InMemorySpanExporter()


@pytest.fixture
def telemetry(exporter):
    return Telemetry([SimpleSpanProcessor(exporter)])


@pytest.fixture
def clock():
    return FixedClock(NOW + timedelta(seconds=3))


@pytest.fixture
def bus():
    return DirectBus()


@pytest.fixture
def observed(bus, telemetry, clock):
    return ObservedBus(bus, telemetry=telemetry, service="catalog", clock=clock)


async def nothing(deliveries):
    """Handles."""


async def test_an_event_takes_along_the_trace_of_the_call_that_makes_it(bus, observed, telemetry):
    with telemetry.tracing("catalog").span("rpc.server"):
        at_work = traceparent()
        await observed.publish(TOPIC, [EVENT])
    assert [event.traceparent for event in bus.published] == [at_work]


async def test_the_trace_an_event_already_carries_stays(bus, observed):
    await observed.publish(TOPIC, [dataclasses.replace(EVENT, traceparent=OTHERS)])
    assert [event.traceparent for event in bus.published] == [OTHERS]


async def test_the_handling_of_one_event_is_a_child_of_the_call_that_made_it(observed, exporter):
    await observed.consume([TOPIC], nothing, group="catalog-index")
    await observed.publish(TOPIC, [dataclasses.replace(EVENT, traceparent=OTHERS)])
    [span] = exporter.get_finished_spans()
    assert span.name == f"process {TOPIC}"
    assert f"{span.parent.span_id:016x}" == OTHERS.split("-")[2]
    assert span.attributes["messaging.consumer.group.name"] == "catalog-index"


async def test_the_handling_of_several_is_linked_to_each(observed, exporter):
    await observed.consume([TOPIC], nothing, group="catalog-index")
    second = OTHERS.replace("b7ad", "b7ae")
    await observed.publish(TOPIC, [dataclasses.replace(EVENT, traceparent=header) for header in (OTHERS, second)])
    [span] = exporter.get_finished_spans()
    assert span.parent is None
    assert {f"{link.context.span_id:016x}" for link in span.links} == {OTHERS.split("-")[2], second.split("-")[2]}


async def test_what_is_handled_and_how_old_it_was_is_counted(observed, telemetry):
    await observed.follow([TOPIC], nothing)
    await observed.publish(TOPIC, [EVENT, EVENT])
    sample = telemetry.metrics.collected.get_sample_value
    labels = {"group": "catalog-follows", "topic": TOPIC}
    assert sample("notalone_events_handled_total", labels) == 2
    assert sample("notalone_event_age_seconds_sum", labels) == 6
    assert sample("notalone_events_published_total", {"topic": TOPIC}) == 2


async def test_a_failure_is_counted_and_comes_through(observed, telemetry, bus):
    async def fails(deliveries):
        raise ValueError("no")

    await observed.consume([TOPIC], fails, group="g")
    with pytest.raises(ValueError, match="no"):
        await observed.publish(TOPIC, [EVENT])
    bus.away = True
    with pytest.raises(Unavailable):
        await observed.publish(TOPIC, [EVENT])
    sample = telemetry.metrics.collected.get_sample_value
    assert sample("notalone_event_batch_failures_total", {"group": "g"}) == 1
    assert sample("notalone_event_publish_failures_total", {"topic": TOPIC}) == 2
