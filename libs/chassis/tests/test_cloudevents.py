"""An event travels as CloudEvents 1.0 in Kafka's binary mode; the SDK of the standard reads what we write, and back."""

from datetime import UTC, datetime, timedelta, timezone

import pytest
from cloudevents.core.bindings import kafka
from cloudevents.core.v1.event import CloudEvent
from hypothesis import given
from hypothesis import strategies as st
from notalone_chassis.events.cloudevents import MalformedEvent, to_event, to_record
from notalone_chassis.events.event import Event
from notalone_chassis.events.log import Record

EVENT = Event(
    id="01J9Z3",
    type="notalone.catalog.v1.EntryPublished",
    source="/notalone/catalog",
    key="地域子育て支援拠点",
    time=datetime(2026, 4, 1, 12, 0, 0, 250000, tzinfo=timezone(timedelta(hours=9))),
    data=b"\x0a\x02id",
    traceparent="00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01",
)
# What stands on the wire. Changing it breaks everybody who listens: add, never change.
GOLDEN = (
    ("ce_specversion", b"1.0"),
    ("ce_id", b"01J9Z3"),
    ("ce_type", b"notalone.catalog.v1.EntryPublished"),
    ("ce_source", b"/notalone/catalog"),
    ("ce_subject", "地域子育て支援拠点".encode()),
    ("ce_time", b"2026-04-01T03:00:00.250000Z"),
    ("content-type", b"application/protobuf"),
    ("traceparent", b"00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01"),
)

words = st.text(min_size=1, max_size=60)
times = st.datetimes(min_value=datetime(1970, 1, 2), timezones=st.just(UTC))  # noqa: DTZ001 the strategy adds the zone
events = st.builds(
    Event,
    id=words,
    type=words,
    source=words,
    key=words,
    time=times,
    data=st.none() | st.binary(max_size=200),
    traceparent=st.just("") | words,
)


class Bytes:
    """The SDK's way to leave the payload alone."""

    def read_data(self, data, _content_type):
        return data

    def write_data(self, data, _content_type):
        return data


def test_the_headers_on_the_wire_are_these():
    assert to_record(EVENT) == Record(key="地域子育て支援拠点", value=b"\x0a\x02id", headers=GOLDEN)


@given(events)
def test_what_is_written_is_read_again(event):
    assert to_event(to_record(event)) == event


@given(events)
def test_the_sdk_of_the_standard_reads_what_we_write(event):
    record = to_record(event)
    message = kafka.KafkaMessage(headers=dict(record.headers), key=record.key.encode(), value=record.value)
    theirs = kafka.from_binary(message, Bytes(), CloudEvent)
    assert (theirs.get_id(), theirs.get_type(), theirs.get_source(), theirs.get_subject()) == (
        event.id,
        event.type,
        event.source,
        event.key,
    )
    assert (theirs.get_time(), theirs.get_data()) == (event.time, event.data)
    assert theirs.get_datacontenttype() == "application/protobuf"


@given(events)
def test_we_read_what_the_sdk_of_the_standard_writes(event):
    attributes = {
        "id": event.id,
        "type": event.type,
        "source": event.source,
        "subject": event.key,
        "time": event.time,
        "datacontenttype": "application/protobuf",
        "partitionkey": event.key,
    }
    message = kafka.to_binary(CloudEvent(attributes, event.data), Bytes())
    read = to_event(Record(key=str(message.key), value=message.value, headers=tuple(message.headers.items())))
    assert (read.id, read.type, read.source, read.key, read.time, read.data) == (
        event.id,
        event.type,
        event.source,
        event.key,
        event.time,
        event.data,
    )


@pytest.mark.parametrize("missing", ["ce_specversion", "ce_id", "ce_type", "ce_source", "ce_subject", "ce_time"])
def test_a_record_without_a_needed_header_is_malformed(missing):
    headers = tuple(one for one in GOLDEN if one[0] != missing)
    with pytest.raises(MalformedEvent, match=missing):
        to_event(Record(key="k", value=b"", headers=headers))


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("ce_specversion", b"0.3"),
        ("ce_time", b"yesterday"),
        ("ce_time", b"2026-04-01T03:00:00"),
        ("ce_id", b"\xff"),
        ("content-type", b"application/json"),
    ],
)
def test_a_record_with_a_wrong_header_is_malformed(name, value):
    headers = (*(one for one in GOLDEN if one[0] != name), (name, value))
    with pytest.raises(MalformedEvent):
        to_event(Record(key="k", value=b"", headers=headers))


@given(st.lists(st.tuples(st.sampled_from([name for name, _ in GOLDEN]), st.binary(max_size=30)), max_size=9))
def test_any_headers_are_an_event_or_malformed(headers):
    try:
        to_event(Record(key="k", value=b"", headers=tuple(headers)))
    except MalformedEvent:
        return
    assert {name for name, _ in headers} >= {"ce_id", "ce_type", "ce_source", "ce_time"}


def test_an_event_with_a_naive_time_is_refused():
    naive = datetime(2026, 4, 1)  # noqa: DTZ001 that is the point
    with pytest.raises(ValueError, match="aware"):
        to_record(Event(id="1", type="t", source="s", key="k", time=naive, data=b""))


def test_an_event_without_a_key_is_refused():
    with pytest.raises(ValueError, match="key"):
        to_record(Event(id="1", type="t", source="s", key="", time=EVENT.time, data=b""))
