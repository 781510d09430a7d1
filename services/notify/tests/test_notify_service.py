"""The whole service on its embedded adapters: from a notice in the event log to a file one can open."""

import asyncio
from email import message_from_bytes
from email.policy import default

import grpc
import pytest
from notalone.catalog.v1 import notices_pb2 as catalog
from notalone.notify.v1 import events_pb2 as pb
from notalone.notify.v1 import notify_service_pb2, notify_service_pb2_grpc
from notalone_chassis import grpc_client
from notalone_chassis.access.caller import Caller
from notalone_chassis.clock import SystemClock
from notalone_chassis.errors import Unauthenticated
from notalone_chassis.events.opening import open_bus
from notalone_chassis.telemetry import Telemetry
from notalone_notify import main
from notalone_notify.intake import TOPIC
from notalone_notify.settings import NotifySettings
from notalone_notify.store import STATES
from notify_samples import event
from opentelemetry.sdk.trace.export import SimpleSpanProcessor
from opentelemetry.sdk.trace.export.in_memory_span_exporter import InMemorySpanExporter

SECONDS = 30
TRACE = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01"
STALE = event(catalog.FloorContactStale(entry_id="keisatsu-110", value="110", checked_on="2024-03"), traceparent=TRACE)


class Tokens:
    async def verify(self, token):
        if token not in {"auditor", "catalog-approver", "catalog-editor"}:
            raise Unauthenticated("token.invalid")
        return Caller(subject="x", kind="staff", roles=frozenset({token}))


@pytest.fixture
def exporter():
    return InMemorySpanExporter()


@pytest.fixture
def settings(tmp_path):
    return NotifySettings(data_dir=tmp_path, staff_url="https://example.jp/staff/")


@pytest.fixture
async def running(settings, exporter, monkeypatch):
    monkeypatch.setattr(main, "token_verifier", lambda *_, **__: Tokens())
    service = await main.start(settings, clock=SystemClock(), telemetry=Telemetry([SimpleSpanProcessor(exporter)]))
    yield service
    await service.stop(5)


@pytest.fixture
async def bus(settings):
    opened = await open_bus(settings, clock=SystemClock())
    yield opened
    await opened.close()


@pytest.fixture
async def stub(running):
    async with grpc_client.channel(running.address, [main.SERVICE]) as channel:
        yield notify_service_pb2_grpc.NotifyServiceStub(channel)


async def until(condition):
    """Waits until something asked again and again gives what counts as true; gives that."""
    async with asyncio.timeout(SECONDS):
        while not (found := await condition()):  # noqa: ASYNC110 another process would write it too
            await asyncio.sleep(0.02)
    return found


async def mails(settings, count):
    async def there():
        files = list((settings.data_dir / "notify" / "mail").glob("*.eml"))
        return files if len(files) >= count else None

    return [message_from_bytes(file.read_bytes(), policy=default) for file in await until(there)]


def as_(role):
    return [("authorization", f"Bearer {role}")]


async def listed(stub, **request):
    return await stub.ListNotices(notify_service_pb2.ListNoticesRequest(**request), timeout=10, metadata=as_("auditor"))


async def test_a_stale_crisis_contact_becomes_mails_that_can_be_opened(running, bus, settings):
    await bus.publish(TOPIC, [STALE])
    found = await mails(settings, 2)
    assert {message["To"] for message in found} == {"editor@notalone.invalid", "approver@notalone.invalid"}
    assert all("110" in message.get_content() for message in found)
    assert all("https://example.jp/staff/#entry/keisatsu-110" in message.get_content() for message in found)


async def test_staff_sees_what_was_told_to_which_role_and_no_address(running, bus, settings, stub):
    await bus.publish(TOPIC, [STALE])
    await mails(settings, 2)

    async def all_sent():
        answer = await listed(stub)
        states = {delivery.state for notice in answer.notices for delivery in notice.deliveries}
        return answer if states == {pb.SENT} else None

    answer = await until(all_sent)
    assert sorted(notice.role for notice in answer.notices) == ["catalog-approver", "catalog-editor"]
    first = answer.notices[0]
    assert (first.kind, first.entry_id, first.value, first.urgent) == (
        pb.FLOOR_CONTACT_STALE,
        "keisatsu-110",
        "110",
        True,
    )
    assert first.create_time.endswith("Z")
    assert "@" not in str(answer)


async def test_the_list_comes_in_pages_latest_first(running, bus, settings, stub):
    await bus.publish(TOPIC, [STALE])
    await mails(settings, 2)
    first = await listed(stub, page_size=1)
    second = await listed(stub, page_size=1, page_token=first.next_page_token)
    assert int(first.notices[0].id) > int(second.notices[0].id)
    assert second.next_page_token == ""


@pytest.mark.parametrize("token", ["x", "-1", "9" * 19, "１"])
async def test_a_page_token_that_is_none_is_refused(stub, token):
    with pytest.raises(grpc.aio.AioRpcError) as caught:
        await listed(stub, page_token=token)
    assert caught.value.code() is grpc.StatusCode.INVALID_ARGUMENT


@pytest.mark.parametrize(
    ("role", "code"),
    [("catalog-editor", grpc.StatusCode.PERMISSION_DENIED), ("nobody", grpc.StatusCode.UNAUTHENTICATED)],
)
async def test_others_do_not_see_it(stub, role, code):
    with pytest.raises(grpc.aio.AioRpcError) as caught:
        await stub.ListNotices(notify_service_pb2.ListNoticesRequest(), timeout=10, metadata=as_(role))
    assert caught.value.code() is code


async def test_the_way_of_every_mail_is_told_as_events_without_an_address(running, bus):
    states, addresses = [], []

    async def handle(deliveries):
        for delivery in deliveries:
            states.append(pb.MailStateChanged.FromString(delivery.event.data).state)
            addresses.append(b"@" in delivery.event.data)

    await bus.follow([STATES], handle)
    await bus.publish(TOPIC, [STALE])

    async def two_sent():
        return states.count(pb.SENT) == 2

    await until(two_sent)
    assert sorted(states) == sorted([pb.CREATED] * 2 + [pb.SENT] * 2)
    assert not any(addresses)


async def test_the_handling_goes_on_with_the_trace_of_the_catalogue(running, bus, settings, exporter):
    await bus.publish(TOPIC, [STALE])
    await mails(settings, 2)
    [span] = [span for span in exporter.get_finished_spans() if span.name == f"process {TOPIC}"]
    assert f"{span.parent.span_id:016x}" == TRACE.split("-")[2]
    assert span.resource.attributes["service.name"] == "notify"


async def test_what_came_while_it_was_down_is_told_when_it_is_back(bus, settings):
    await bus.publish(TOPIC, [STALE])
    service = await main.start(settings, clock=SystemClock())
    found = await mails(settings, 2)
    await service.stop(5)
    again = await main.start(settings, clock=SystemClock())
    await again.stop(5)
    assert len(found) == len(await mails(settings, 2)) == 2
