"""The trace goes from call to call, and what a caller may say about it is bounded."""

import asyncio
import json

import grpc
import httpx2
import pytest
from awaiting import until
from notalone.catalog.v1 import catalog_service_pb2, catalog_service_pb2_grpc, programme_pb2
from notalone_chassis import logs
from notalone_chassis.errors import NotFound
from notalone_chassis.grpc_client import channel
from notalone_chassis.grpc_server import GrpcServer
from notalone_chassis.settings import ServiceSettings
from notalone_chassis.telemetry import Telemetry, report, traceparent, tracing
from opentelemetry.sdk.trace.export import SimpleSpanProcessor
from opentelemetry.sdk.trace.export.in_memory_span_exporter import InMemorySpanExporter
from opentelemetry.trace import SpanKind
from pydantic import ValidationError

CATALOG = catalog_service_pb2.DESCRIPTOR.services_by_name["CatalogService"]
GET = "notalone.catalog.v1.CatalogService/GetProgramme"
PARENT = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01"
UNSAMPLED = PARENT[:-2] + "00"


class Catalog(catalog_service_pb2_grpc.CatalogServiceServicer):
    """Answers, fails or waits, as the id asks."""

    def __init__(self):
        self.waiting = asyncio.Event()
        self.ended = asyncio.Event()

    async def GetProgramme(self, request, context):
        match request.id:
            case "absent":
                raise NotFound("programme", request.id)
            case "slow":
                self.waiting.set()
                try:
                    await asyncio.Event().wait()
                finally:
                    # Once the guard and the span round this have seen it too.
                    asyncio.get_running_loop().call_soon(self.ended.set)
        return programme_pb2.Programme(id=request.id)

    async def ListProgrammes(self, request, context):
        return catalog_service_pb2.ListProgrammesResponse(degraded=["search"])


@pytest.fixture
def exporter():
    return InMemorySpanExporter()


@pytest.fixture
def telemetry(exporter):
    return Telemetry([SimpleSpanProcessor(exporter)])


@pytest.fixture
def servicer():
    return Catalog()


@pytest.fixture
async def stub(telemetry, servicer):
    server = GrpcServer("catalog", settings=ServiceSettings(), telemetry=telemetry)
    server.add(catalog_service_pb2_grpc.add_CatalogServiceServicer_to_server, servicer, CATALOG)
    async with channel(await server.start(), [CATALOG], caller="gateway", telemetry=telemetry) as opened:
        yield catalog_service_pb2_grpc.CatalogServiceStub(opened)
    await server.stop(1)


def get(id_: str):
    return catalog_service_pb2.GetProgrammeRequest(id=id_)


async def ended(exporter):
    """The spans of a call: the service's, which may end a moment after its caller has the answer, and the caller's."""
    await until(lambda: len(exporter.get_finished_spans()) == 2)
    return sorted(exporter.get_finished_spans(), key=lambda span: span.kind is SpanKind.CLIENT)


async def test_the_service_goes_on_with_the_trace_of_its_caller(stub, exporter):
    await stub.GetProgramme(get("a"), timeout=5)
    server, client = await ended(exporter)
    assert (server.name, client.name) == (GET, GET)
    assert server.parent.span_id == client.context.span_id
    assert server.context.trace_id == client.context.trace_id
    assert (server.resource.attributes["service.name"], client.resource.attributes["service.name"]) == (
        "catalog",
        "gateway",
    )


async def test_a_failed_call_is_marked_with_its_code_on_both_sides(stub, exporter, telemetry):
    with pytest.raises(grpc.aio.AioRpcError) as caught:
        await stub.GetProgramme(get("absent"), timeout=5)
    # The error comes through whole.
    assert dict(caught.value.trailing_metadata())["grpc-status-details-bin"]
    for span in await ended(exporter):
        assert span.attributes["rpc.response.status_code"] == "NOT_FOUND"
        assert span.attributes["error.type"] == "NOT_FOUND"
        assert not span.status.is_ok
    sample = telemetry.metrics.collected.get_sample_value
    await until(lambda: sample("notalone_rpc_server_seconds_count", {"method": GET, "code": "NOT_FOUND"}) == 1)
    assert sample("notalone_rpc_client_seconds_count", {"service": "gateway", "method": GET, "code": "NOT_FOUND"}) == 1


async def test_a_call_that_is_given_up_ends_in_the_service_too(stub, exporter, servicer, telemetry):
    call = asyncio.ensure_future(stub.GetProgramme(get("slow"), timeout=30))
    await servicer.waiting.wait()
    in_flight = ("notalone_rpc_server_in_flight", {"service": "catalog"})
    assert telemetry.metrics.collected.get_sample_value(*in_flight) == 1
    call.cancel()
    async with asyncio.timeout(10):
        await servicer.ended.wait()
    assert {span.attributes["rpc.response.status_code"] for span in exporter.get_finished_spans()} == {"CANCELLED"}
    assert telemetry.metrics.collected.get_sample_value(*in_flight) == 0


async def test_an_answer_that_lacks_a_part_is_counted(stub, telemetry):
    await stub.ListProgrammes(catalog_service_pb2.ListProgrammesRequest(), timeout=5)
    labels = {"method": "notalone.catalog.v1.CatalogService/ListProgrammes", "part": "search"}
    sample = telemetry.metrics.collected.get_sample_value
    await until(lambda: sample("notalone_degraded_answers_total", labels) == 1)


async def test_a_log_line_names_its_trace(stub, exporter, capfd):
    logs.configure("INFO")
    await stub.GetProgramme(get("a"), timeout=5)
    server, _ = await ended(exporter)
    [line] = [json.loads(line) for line in capfd.readouterr().err.splitlines() if '"event": "call"' in line]
    assert line["trace_id"] == f"{server.context.trace_id:032x}"
    assert line["span_id"] == f"{server.context.span_id:016x}"


@pytest.mark.parametrize(
    "header",
    [
        "",
        "hanako",
        "00-" + "0" * 32 + "-b7ad6b7169203331-01",
        "00-0af7651916cd43dd8448eb211c80319c-" + "0" * 16 + "-01",
        "ff-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01",
        PARENT + "-more",
        PARENT.upper(),
        PARENT + "\n",
    ],
)
def test_a_header_that_is_none_is_not_taken(header):
    assert tracing.parse(header) is None


def test_a_header_is_read_as_it_is_written(telemetry):
    with telemetry.tracing("catalog").span("rpc.server", parents=[PARENT]):
        header = traceparent()
    assert header.split("-")[1] == PARENT.split("-")[1]
    assert tracing.parse(header) is not None
    assert traceparent() == ""


@pytest.mark.parametrize(("ratio", "kept"), [(0.0, 0), (1.0, 1)])
@pytest.mark.parametrize("header", [PARENT, UNSAMPLED])
def test_at_the_edge_we_decide_what_is_kept_and_not_the_caller(exporter, ratio, kept, header):
    edge = Telemetry([SimpleSpanProcessor(exporter)], ratio=ratio).tracing("gateway", at_the_edge=True)
    with edge.span("http.server", parents=[header]):
        pass
    assert len(exporter.get_finished_spans()) == kept


@pytest.mark.parametrize(("header", "kept"), [(PARENT, 1), (UNSAMPLED, 0)])
def test_behind_the_edge_the_decision_is_kept_to(exporter, header, kept):
    behind = Telemetry([SimpleSpanProcessor(exporter)], ratio=0.5).tracing("catalog")
    with behind.span("rpc.server", parents=[header]):
        pass
    assert len(exporter.get_finished_spans()) == kept


def test_without_a_collector_there_are_ids_and_nothing_is_kept():
    with Telemetry().tracing("catalog").span("rpc.server"):
        assert traceparent().endswith("-00")


async def test_metrics_are_read_over_http_on_loopback():
    reporting = report(ServiceSettings(metrics_port=0))
    reporting.telemetry.metrics.count("notalone_events_published_total", topic="a.v1")
    try:
        async with httpx2.AsyncClient(timeout=10) as http:
            answer = await http.get(f"http://{reporting.metrics_address}/metrics")
    finally:
        await reporting.stop()
    assert reporting.metrics_address.startswith("127.0.0.1:")
    assert 'notalone_events_published_total{topic="a.v1"} 1.0' in answer.text


async def test_no_port_is_opened_where_none_is_asked_for():
    reporting = report(ServiceSettings())
    assert reporting.metrics_address == ""
    await reporting.stop()


async def test_a_collector_that_is_away_holds_nothing_up_and_is_told_in_a_log_line(capfd):
    logs.configure("INFO")
    reporting = report(ServiceSettings(otlp_endpoint="http://127.0.0.1:1"))
    with reporting.telemetry.tracing("catalog").span("rpc.server"):
        pass
    async with asyncio.timeout(20):
        await reporting.stop()
    lines = [json.loads(line) for line in capfd.readouterr().err.splitlines()]
    assert {line["event"] for line in lines} == {"spans not sent"}


@pytest.mark.parametrize("wrong", ["127.0.0.1:4317", "ftp://collector"])
def test_an_address_that_is_none_stops_the_start(wrong):
    with pytest.raises(ValidationError):
        ServiceSettings(otlp_endpoint=wrong)
