"""What every gRPC call goes through: access, deadline, limits, rules of the proto, errors, logs."""

import asyncio
import json
from collections.abc import AsyncIterator

import grpc
import pytest
import structlog
from google.protobuf import descriptor_pb2, descriptor_pool, message_factory
from google.rpc import error_details_pb2
from grpc_health.v1 import health_pb2, health_pb2_grpc
from grpc_status import rpc_status
from notalone.catalog.v1 import catalog_service_pb2, catalog_service_pb2_grpc, programme_pb2
from notalone_chassis import logs
from notalone_chassis.errors import NotFound, Unavailable
from notalone_chassis.grpc_client import channel, deadline, serves, service_config
from notalone_chassis.grpc_server import GrpcServer
from notalone_chassis.settings import ServiceSettings

SECRET = "誰にも言えない秘密の言葉"
CATALOG = catalog_service_pb2.DESCRIPTOR.services_by_name["CatalogService"]


class Catalog(catalog_service_pb2_grpc.CatalogServiceServicer):
    """Answers, fails or waits, as the id asks."""

    def __init__(self):
        self.waiting = asyncio.Event()
        self.go_on = asyncio.Event()
        self.seconds_left = None

    async def GetProgramme(self, request, context):
        match request.id:
            case "absent":
                raise NotFound("programme", request.id)
            case "down":
                raise Unavailable("search")
            case "fault":
                raise RuntimeError(SECRET)
            case "slow":
                self.waiting.set()
                await self.go_on.wait()
        self.seconds_left = deadline(context, default=100)
        return programme_pb2.Programme(id=request.id)

    async def SearchProgrammes(self, request, context):
        return catalog_service_pb2.SearchProgrammesResponse(total_size=1)


@pytest.fixture
def servicer() -> Catalog:
    return Catalog()


@pytest.fixture
async def server(servicer) -> AsyncIterator[str]:
    before = structlog.get_config()
    logs.configure("INFO")
    running = GrpcServer("catalog", settings=ServiceSettings(max_concurrent_calls=1))
    running.add(catalog_service_pb2_grpc.add_CatalogServiceServicer_to_server, servicer, CATALOG)
    yield await running.start()
    servicer.go_on.set()
    await running.stop(1)
    structlog.configure(**before)


@pytest.fixture
async def stub(server) -> AsyncIterator[catalog_service_pb2_grpc.CatalogServiceStub]:
    async with channel(server, [CATALOG]) as opened:
        yield catalog_service_pb2_grpc.CatalogServiceStub(opened)


def get(id_: str, **fields):
    return catalog_service_pb2.GetProgrammeRequest(id=id_, **fields)


async def failure(call) -> tuple[grpc.StatusCode, dict[str, object], str]:
    """Code, details by type and text of the error that a call ends in."""
    with pytest.raises(grpc.aio.AioRpcError) as caught:
        await call
    status = rpc_status.from_call(caught.value)
    details = {}
    for packed in status.details if status else ():
        kind = packed.TypeName().rpartition(".")[2]
        details[kind] = getattr(error_details_pb2, kind).FromString(packed.value)
    return caught.value.code(), details, caught.value.details()


async def test_a_call_is_answered_and_its_deadline_reaches_the_handler(stub, servicer):
    assert (await stub.GetProgramme(get("here"), timeout=5)).id == "here"
    assert 0 < servicer.seconds_left < 5


async def test_a_call_without_a_deadline_is_refused_and_is_no_fault_of_ours(stub, capfd):
    code, _, text = await failure(stub.GetProgramme(get("here")))
    assert code is grpc.StatusCode.INVALID_ARGUMENT
    assert "deadline" in text
    assert "call failed" not in capfd.readouterr().err


async def test_a_wrong_field_is_named_in_the_callers_language(stub):
    request = catalog_service_pb2.SearchProgrammesRequest(query="あ" * 501, topics=["a"] * 21, language="ja")
    code, details, _ = await failure(stub.SearchProgrammes(request, timeout=5))
    assert code is grpc.StatusCode.INVALID_ARGUMENT
    violations = {violation.field: violation for violation in details["BadRequest"].field_violations}
    assert set(violations) == {"query", "topics"}
    assert violations["query"].description == "長すぎます。500文字までにしてください。"
    assert violations["query"].reason == "string.max_len"
    assert "20個まで" in violations["topics"].description


async def test_an_item_of_a_list_is_named_with_its_place(stub):
    request = catalog_service_pb2.SearchProgrammesRequest(topics=["fine", "x" * 61])
    _, details, _ = await failure(stub.SearchProgrammes(request, timeout=5))
    assert [violation.field for violation in details["BadRequest"].field_violations] == ["topics[1]"]


async def test_the_language_of_an_error_comes_from_the_header_where_the_request_names_none(stub):
    call = stub.GetProgramme(get("absent"), timeout=5, metadata=[("accept-language", "vi")])
    code, details, text = await failure(call)
    assert code is grpc.StatusCode.NOT_FOUND
    assert details["LocalizedMessage"].locale == "vi"
    assert text == details["LocalizedMessage"].message
    assert details["ErrorInfo"].reason == "NOT_FOUND"


async def test_a_fault_tells_the_caller_and_the_log_nothing_of_its_text(stub, capfd):
    code, details, text = await failure(stub.GetProgramme(get("fault"), timeout=5))
    assert code is grpc.StatusCode.INTERNAL
    assert details["ErrorInfo"].reason == "INTERNAL"
    logged = capfd.readouterr().err
    assert "RuntimeError" in logged, "the kind of the fault is logged"
    assert SECRET not in text + logged


async def test_a_part_that_is_down_is_named_for_machines(stub):
    code, details, _ = await failure(stub.GetProgramme(get("down"), timeout=1))
    assert code is grpc.StatusCode.UNAVAILABLE
    assert details["ErrorInfo"].metadata["part"] == "search"


async def test_what_a_person_typed_is_in_no_log_line(stub, capfd):
    await stub.SearchProgrammes(catalog_service_pb2.SearchProgrammesRequest(query=SECRET), timeout=5)
    lines = [json.loads(line) for line in capfd.readouterr().err.splitlines()]
    calls = [line for line in lines if line["event"] == "call"]
    assert [(line["method"], line["code"]) for line in calls] == [
        ("/notalone.catalog.v1.CatalogService/SearchProgrammes", "OK")
    ]
    assert SECRET not in json.dumps(lines, ensure_ascii=False)


async def test_more_calls_than_allowed_are_told_to_come_back(stub, servicer):
    slow = stub.GetProgramme(get("slow"), timeout=5)
    waiting = asyncio.ensure_future(slow)
    await servicer.waiting.wait()
    code, details, _ = await failure(stub.GetProgramme(get("here", language="en"), timeout=5))
    assert code is grpc.StatusCode.RESOURCE_EXHAUSTED
    assert details["RetryInfo"].retry_delay.seconds == 1
    servicer.go_on.set()
    assert (await waiting).id == "slow"


async def test_health_says_serving_for_the_service_by_name(server):
    async with grpc.aio.insecure_channel(server) as opened:
        request = health_pb2.HealthCheckRequest(service="notalone.catalog.v1.CatalogService")
        answer = await health_pb2_grpc.HealthStub(opened).Check(request, timeout=5)
    assert answer.status == health_pb2.HealthCheckResponse.SERVING


class Needed:
    """What a service waits for, until a test says that it is there."""

    def __init__(self) -> None:
        self.there = asyncio.Event()

    @property
    def ready(self) -> bool:
        return self.there.is_set()

    async def wait(self) -> None:
        await self.there.wait()


async def test_a_service_that_waits_says_so_by_its_name_and_the_server_serves_all_the_same(servicer):
    needed, running = Needed(), GrpcServer("catalog", settings=ServiceSettings())
    add = catalog_service_pb2_grpc.add_CatalogServiceServicer_to_server
    running.add(add, servicer, CATALOG, needs=needed)
    async with channel(await running.start()) as opened:
        assert await serves(opened, timeout=5)
        assert not await serves(opened, CATALOG.full_name, timeout=5)
        call = health_pb2_grpc.HealthStub(opened).Watch(health_pb2.HealthCheckRequest(service=CATALOG.full_name))
        told = aiter(call)
        said = [(await anext(told)).status]
        needed.there.set()
        said.append((await anext(told)).status)
        call.cancel()
        assert said == [health_pb2.HealthCheckResponse.NOT_SERVING, health_pb2.HealthCheckResponse.SERVING]
    await running.stop(0)


async def test_a_server_that_waits_can_be_stopped(servicer):
    running = GrpcServer("catalog", settings=ServiceSettings())
    running.add(catalog_service_pb2_grpc.add_CatalogServiceServicer_to_server, servicer, CATALOG, needs=Needed())
    await running.start()
    async with asyncio.timeout(5):
        await running.stop(0)


async def test_stopping_lets_a_call_at_work_end(servicer):
    running = GrpcServer("catalog", settings=ServiceSettings())
    running.add(catalog_service_pb2_grpc.add_CatalogServiceServicer_to_server, servicer, CATALOG)
    async with channel(await running.start()) as opened:
        call = catalog_service_pb2_grpc.CatalogServiceStub(opened).GetProgramme(get("slow"), timeout=5)
        answer = asyncio.ensure_future(call)
        await servicer.waiting.wait()
        stopping = asyncio.create_task(running.stop(5))
        servicer.go_on.set()
        assert (await answer).id == "slow"
        await stopping


async def test_a_method_that_declares_no_access_is_refused():
    empty = message_factory.GetMessageClass(
        descriptor_pool.Default().FindMessageTypeByName("google.protobuf.FileDescriptorSet")
    )
    contract = descriptor_pb2.FileDescriptorProto(
        name="undeclared.proto", package="undeclared", dependency=["google/protobuf/descriptor.proto"]
    )
    method = contract.service.add(name="Open").method.add(name="Call")
    method.input_type = method.output_type = ".google.protobuf.FileDescriptorSet"
    pool = descriptor_pool.DescriptorPool()
    pool.Add(descriptor_pb2.FileDescriptorProto.FromString(descriptor_pb2.DESCRIPTOR.serialized_pb))
    pool.Add(contract)
    service = pool.FindServiceByName("undeclared.Open")

    async def answer(_request, _context):
        return empty()

    def register(_servicer, server):
        handler = grpc.unary_unary_rpc_method_handler(answer, empty.FromString, empty.SerializeToString)
        server.add_generic_rpc_handlers([grpc.method_handlers_generic_handler("undeclared.Open", {"Call": handler})])

    running = GrpcServer("open", settings=ServiceSettings())
    running.add(register, None, service)
    async with channel(await running.start()) as opened:
        call = opened.unary_unary("/undeclared.Open/Call", empty.SerializeToString, empty.FromString)
        code, _, _ = await failure(call(empty(), timeout=5))
    await running.stop(0)
    assert code is grpc.StatusCode.PERMISSION_DENIED


async def test_a_taken_port_is_an_error_that_says_so(server):
    port = int(server.rpartition(":")[2])
    second = GrpcServer("catalog", settings=ServiceSettings(port=port))
    with pytest.raises(OSError, match=str(port)):
        await second.start()


def test_only_methods_without_side_effects_are_retried():
    config = json.loads(service_config([CATALOG]))
    (retried,) = config["methodConfig"]
    assert {"service": CATALOG.full_name, "method": "GetProgramme"} in retried["name"]
    assert "methodConfig" not in json.loads(service_config([]))
