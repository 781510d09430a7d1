"""Calls reach every process of a service, and go on while one of them is gone."""

import asyncio
import sys

import grpc
import pytest
from notalone.catalog.v1 import catalog_service_pb2, catalog_service_pb2_grpc, programme_pb2
from notalone_chassis.grpc_client import channel, target
from notalone_chassis.grpc_server import GrpcServer
from notalone_chassis.settings import ServiceSettings

CATALOG = catalog_service_pb2.DESCRIPTOR.services_by_name["CatalogService"]


class Catalog(catalog_service_pb2_grpc.CatalogServiceServicer):
    """Says which one of several it is."""

    def __init__(self, name: str):
        self.name = name

    async def GetProgramme(self, request, context):
        return programme_pb2.Programme(id=self.name)


async def serve(name: str, port: int = 0) -> tuple[GrpcServer, str]:
    server = GrpcServer("catalog", settings=ServiceSettings(port=port))
    server.add(catalog_service_pb2_grpc.add_CatalogServiceServicer_to_server, Catalog(name), CATALOG)
    return server, await server.start()


@pytest.mark.parametrize(
    ("address", "expected"),
    [
        ("127.0.0.1:1", "127.0.0.1:1"),
        ("catalog:50051", "catalog:50051"),
        ("dns:///catalog:50051", "dns:///catalog:50051"),
        ("127.0.0.1:1,127.0.0.1:2", "ipv4:127.0.0.1:1,127.0.0.1:2"),
        (" 127.0.0.1:1 , 127.0.0.1:2, ", "ipv4:127.0.0.1:1,127.0.0.1:2"),
        ("[::1]:1,[::1]:2", "ipv6:[::1]:1,[::1]:2"),
    ],
)
def test_one_address_a_name_and_a_list_become_what_grpc_takes(address, expected):
    assert target(address) == expected


@pytest.mark.parametrize("address", ["", " , ", "a:1,b:2", "127.0.0.1:1,[::1]:2", "127.0.0.1:1,b:2"])
def test_what_grpc_cannot_take_is_refused_with_a_sentence(address):
    with pytest.raises(ValueError, match=r"missing|numbers only"):
        target(address)


async def test_calls_go_to_all_processes_of_a_list_and_past_one_that_is_gone():
    (one, first), (two, second) = await serve("one"), await serve("two")
    async with channel(f"{first},{second}", [CATALOG]) as line:
        stub = catalog_service_pb2_grpc.CatalogServiceStub(line)

        async def who() -> str:
            request = catalog_service_pb2.GetProgrammeRequest(id="x")
            return (await stub.GetProgramme(request, timeout=20, wait_for_ready=True)).id

        found = set()
        while found != {"one", "two"}:
            found.add(await who())
        await one.stop(0)
        assert {await who() for _ in range(20)} == {"two"}
        one, _ = await serve("one again", port=int(first.rpartition(":")[2]))
        await two.stop(0)
        assert await who() == "one again"
        await one.stop(0)
        with pytest.raises(grpc.aio.AioRpcError):
            await stub.GetProgramme(catalog_service_pb2.GetProgrammeRequest(id="x"), timeout=1)


class Hanging(Catalog):
    """Takes calls and answers none."""

    asked = 0

    async def GetProgramme(self, request, context):
        self.asked += 1
        await asyncio.Event().wait()


async def hanging() -> tuple[GrpcServer, str, Hanging]:
    server, silent = GrpcServer("catalog", settings=ServiceSettings()), Hanging("silent")
    server.add(catalog_service_pb2_grpc.add_CatalogServiceServicer_to_server, silent, CATALOG)
    return server, await server.start(), silent


async def test_a_process_that_hangs_keeps_nobody_waiting_where_another_answers():
    (one, first, silent), (two, second) = await hanging(), await serve("two")
    async with channel(f"{first},{second}", [CATALOG]) as line:
        stub = catalog_service_pb2_grpc.CatalogServiceStub(line)
        request = catalog_service_pb2.GetProgrammeRequest(id="x")
        while not silent.asked:
            assert (await stub.GetProgramme(request, timeout=6, wait_for_ready=True)).id == "two"
    await one.stop(0)
    await two.stop(0)


@pytest.mark.parametrize(("services", "times"), [([CATALOG], 3), ([], 1)])
async def test_only_what_has_no_side_effects_is_asked_again_and_never_beyond_its_deadline(services, times):
    server, address, silent = await hanging()
    async with channel(address, services) as line:
        stub = catalog_service_pb2_grpc.CatalogServiceStub(line)
        with pytest.raises(grpc.aio.AioRpcError) as told:
            await stub.GetProgramme(catalog_service_pb2.GetProgrammeRequest(id="x"), timeout=1.5, wait_for_ready=True)
    assert told.value.code() == grpc.StatusCode.DEADLINE_EXCEEDED
    assert silent.asked == times
    await server.stop(0)


async def test_the_probe_of_an_image_tells_by_its_exit_code_whether_a_service_serves():
    server, address = await serve("one")

    async def probe() -> int:
        command = (sys.executable, "-m", "notalone_chassis.probe", address)
        return await (await asyncio.create_subprocess_exec(*command)).wait()

    assert await probe() == 0
    await server.stop(0)
    assert await probe() == 1
