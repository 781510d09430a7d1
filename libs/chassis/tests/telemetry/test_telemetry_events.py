"""Events carry the trace they come from, from the outbox to the handler, and their way is counted."""

import asyncio
import dataclasses
from datetime import timedelta

import pytest
from event_samples import FACTS, NOW, ORDERS, TOPICS, event
from notalone_chassis.clock import FixedClock
from notalone_chassis.errors import Unavailable
from notalone_chassis.events import lag
from notalone_chassis.events.bus import Bus
from notalone_chassis.events.embedded.event_log import EmbeddedEventLog
from notalone_chassis.events.lag import LagWatch
from notalone_chassis.events.opening import open_bus
from notalone_chassis.events.policy import Policy
from notalone_chassis.events.settings import EventSettings
from notalone_chassis.sql import outbox
from notalone_chassis.sql.relay import Relay
from notalone_chassis.telemetry import Telemetry, traceparent
from notalone_chassis.telemetry.events import EventWatch, stamped
from notalone_chassis.telemetry.outbox import watch
from opentelemetry.sdk.trace.export import SimpleSpanProcessor
from opentelemetry.sdk.trace.export.in_memory_span_exporter import InMemorySpanExporter
from sql_contracts import NOON, OnDatabase

SECONDS = 20
OTHERS = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01"
SECOND = OTHERS.replace("b7ad", "b7ae")


@pytest.fixture
def exporter():
    return InMemorySpanExporter()


@pytest.fixture
def telemetry(exporter):
    return Telemetry([SimpleSpanProcessor(exporter)])


@pytest.fixture
def sample(telemetry):
    return telemetry.metrics.collected.get_sample_value


@pytest.fixture
async def bus(tmp_path, telemetry):
    clock = FixedClock(NOW + timedelta(seconds=3))
    log = await EmbeddedEventLog.open(tmp_path, TOPICS, clock=clock)
    opened = Bus(
        log,
        TOPICS,
        clock=clock,
        policy=Policy(tries=2, first_wait=0.001, longest_wait=0.001),
        watch=EventWatch(telemetry, service="catalog", clock=clock),
    )
    yield opened
    await opened.close()


async def handled(bus, *events, topic=FACTS, failing=()):
    """Publishes, lets a group handle all of it, and gives the traces that it saw."""
    seen = []

    async def handle(deliveries):
        if any(delivery.event.key in failing for delivery in deliveries):
            raise ValueError("no")
        seen.extend(delivery.event.traceparent for delivery in deliveries)

    await bus.publish(topic, events)
    consumer = await bus.consume([topic], handle, group="index")
    async with asyncio.timeout(SECONDS):
        await consumer.caught_up()
    return seen


def of_trace(header, key="k", number=1):
    return dataclasses.replace(event(key, number), traceparent=header)


async def test_an_event_takes_along_the_trace_of_the_call_that_makes_it(bus, telemetry):
    with telemetry.tracing("catalog").span("rpc.server"):
        at_work = traceparent()
        assert await handled(bus, event("k", 1)) == [at_work]


def test_the_trace_that_an_event_already_carries_stays(telemetry):
    with telemetry.tracing("catalog").span("rpc.server"):
        assert [one.traceparent for one in stamped([of_trace(OTHERS)])] == [OTHERS]


async def test_the_handling_of_one_event_is_a_child_of_the_call_that_made_it(bus, exporter):
    await handled(bus, of_trace(OTHERS))
    [span] = exporter.get_finished_spans()
    assert span.name == f"process {FACTS}"
    assert f"{span.parent.span_id:016x}" == OTHERS.split("-")[2]
    assert span.attributes["messaging.consumer.group.name"] == "index"


async def test_the_handling_of_several_is_linked_to_each(bus, exporter):
    await handled(bus, of_trace(OTHERS), of_trace(SECOND, number=2))
    [span] = exporter.get_finished_spans()
    assert span.parent is None
    assert {f"{link.context.span_id:016x}" for link in span.links} == {OTHERS.split("-")[2], SECOND.split("-")[2]}


async def test_what_is_handled_and_how_old_it_was_is_counted(bus, sample):
    await handled(bus, event("k", 1), event("k", 2))
    assert sample("notalone_events_published_total", {"topic": FACTS}) == 2
    assert sample("notalone_events_handled_total", {"group": "index", "topic": FACTS}) == 2
    assert sample("notalone_event_age_seconds_sum", {"group": "index", "topic": FACTS}) == 6


async def test_failures_and_dead_letters_are_counted_those_that_wait_behind_them_too(bus, sample, exporter):
    await handled(bus, event("bad", 1), event("bad", 2), event("good", 1), topic=ORDERS, failing={"bad"})
    assert sample("notalone_event_failures_total", {"group": "index"}) >= 2
    assert sample("notalone_dead_letters", {"group": "index"}) == 2
    assert sample("notalone_events_handled_total", {"group": "index", "topic": ORDERS}) == 1
    assert "ValueError" in {span.attributes.get("error.type") for span in exporter.get_finished_spans()}


async def test_a_follower_is_counted_by_the_name_of_its_service(bus, sample):
    async def nothing(deliveries):
        """Takes all."""

    await bus.publish(FACTS, [event("k", 1)])
    consumer = await bus.follow([FACTS], nothing)
    async with asyncio.timeout(SECONDS):
        await consumer.caught_up()
    assert sample("notalone_events_handled_total", {"group": "catalog-follows", "topic": FACTS}) == 1


def test_what_cannot_be_published_is_counted(telemetry, sample):
    watching = EventWatch(telemetry, service="catalog", clock=FixedClock(NOW))
    with pytest.raises(Unavailable), watching.publishing(FACTS, [event("k", 1)]):
        raise Unavailable("events")
    assert sample("notalone_event_publish_failures_total", {"topic": FACTS}) == 1
    assert sample("notalone_events_published_total", {"topic": FACTS}) is None


class FakeLog:
    """A log that knows how far groups are behind, or is away."""

    def __init__(self, **behind):
        self.behind_by = behind
        self.asked = asyncio.Event()

    async def behind(self, topic, group):
        self.asked.set()
        if group not in self.behind_by:
            raise Unavailable("events")
        return self.behind_by[group]


def lagging(telemetry, log, *groups):
    topic = TOPICS[FACTS].model_copy(update={"groups": groups})
    return LagWatch(log, [topic], EventWatch(telemetry, service="catalog", clock=FixedClock(NOW)))


async def test_how_far_groups_are_behind_is_shown_and_those_that_never_began_are_not(telemetry, sample):
    log = FakeLog(index=3, never=None)
    looking = lagging(telemetry, log, "index", "never")
    await looking.look()
    assert sample("notalone_event_lag", {"group": "index", "topic": FACTS}) == 3
    assert sample("notalone_event_lag", {"group": "never", "topic": FACTS}) is None
    log.behind_by["index"] = 0
    await looking.look()
    assert sample("notalone_event_lag", {"group": "index", "topic": FACTS}) == 0


async def test_it_is_asked_again_and_again_also_after_the_log_was_away(telemetry, sample, monkeypatch):
    monkeypatch.setattr(lag, "EVERY_SECONDS", 0.001)
    log = FakeLog()
    looking = lagging(telemetry, log, "index")
    looking.start()
    async with asyncio.timeout(SECONDS):
        await log.asked.wait()
        log.behind_by["index"] = 4
        while sample("notalone_event_lag", {"group": "index", "topic": FACTS}) != 4:
            log.asked.clear()
            await log.asked.wait()
    await looking.stop()


async def test_the_bus_of_the_service_that_owns_a_topic_shows_its_groups(tmp_path, telemetry, sample, monkeypatch):
    monkeypatch.setattr(lag, "EVERY_SECONDS", 0.01)
    labels = {"group": "catalog.search-index", "topic": "notalone.catalog.entries.v1"}
    done = asyncio.Event()

    async def handle(deliveries):
        done.set()

    settings = EventSettings(data_dir=tmp_path)
    owner = await open_bus(settings, clock=FixedClock(NOW), service="catalog", telemetry=telemetry)
    other = await open_bus(settings, clock=FixedClock(NOW), service="notify")
    await owner.publish(labels["topic"], [event("k", 1)])
    consumer = await other.consume([labels["topic"]], handle, group=labels["group"])
    await consumer.caught_up()
    await consumer.stop()
    await owner.publish(labels["topic"], [event("k", 2), event("k", 3)])
    async with asyncio.timeout(SECONDS):
        while sample("notalone_event_lag", labels) != 2:  # noqa: ASYNC110 asked from a task of its own
            await asyncio.sleep(0.01)
        await other.consume([labels["topic"]], handle, group=labels["group"])
        while sample("notalone_event_lag", labels) != 0:  # noqa: ASYNC110
            await asyncio.sleep(0.01)
    await owner.close()
    await other.close()


class TestOutbox(OnDatabase):
    @pytest.fixture
    def url(self, sqlite_url):
        return sqlite_url

    async def test_the_trace_of_a_call_goes_through_the_outbox_to_the_handler(self, migrated, bus, telemetry, exporter):
        relay = Relay(migrated, bus, service="catalog", token="one", clock=FixedClock(NOON))
        with telemetry.tracing("catalog").span("rpc.server"):
            async with migrated.begin() as connection:
                await outbox.append(connection, FACTS, [event("k", 1)])
        await relay.hold()
        assert await relay.round() == 1
        await handled(bus)
        call, handling = exporter.get_finished_spans()
        assert handling.parent.span_id == call.context.span_id
        assert handling.context.trace_id == call.context.trace_id

    async def test_what_waits_is_shown(self, migrated, bus, telemetry, sample):
        clock = FixedClock(NOW)
        relay = Relay(migrated, bus, service="catalog", token="one", clock=clock)
        watch(relay, telemetry.metrics, service="catalog")
        async with migrated.begin() as connection:
            await outbox.append(connection, FACTS, [event("k", 1)])
        await relay.hold()
        clock.advance(timedelta(seconds=2))
        assert sample("notalone_outbox_events", {"service": "catalog"}) == 1
        assert sample("notalone_outbox_age_seconds", {"service": "catalog"}) == 2
        assert sample("notalone_outbox_relay_active", {"service": "catalog"}) == 1
