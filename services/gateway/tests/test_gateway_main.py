"""The gateway as it really runs: on a port, beside other things in one loop."""

import asyncio
import socket

import httpx2 as httpx
import pytest
from notalone_gateway.main import start


@pytest.fixture
async def running(world):
    gateway = await start(world.settings(), clock=world.clock)
    yield gateway
    await gateway.stop(1)


async def test_it_answers_over_http(running):
    async with httpx.AsyncClient(base_url=f"http://{running.address}") as http:
        assert (await http.get("/readyz")).status_code == 200
        answer = await http.post("/v1/conversations", json={})
        assert answer.json()["conversation"] == "sealed"
        assert "server" not in answer.headers


async def test_answers_leave_at_once_without_waiting_for_the_client_to_acknowledge(running):
    host, _, port = running.address.rpartition(":")
    [connection] = [server.sockets[0] for server in running._server._server.servers]
    assert connection.getsockname() == (host, int(port))
    assert connection.getsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY)


async def raw(address: str, request: bytes) -> bytes:
    """What comes back for bytes as they are."""
    host, _, port = address.rpartition(":")
    reader, writer = await asyncio.open_connection(host, int(port))
    writer.write(request)
    await writer.drain()
    async with asyncio.timeout(20):
        answer = await reader.read(64_000)
    writer.close()
    return answer


POST = b"POST /v1/conversations HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nContent-Length: "


@pytest.mark.parametrize(
    ("request_bytes", "status"),
    [
        (b"GET /v1/programmes/%ff HTTP/1.1\r\nHost: x\r\n\r\n", 400),
        (b"GET /../../etc/passwd HTTP/1.1\r\nHost: x\r\n\r\n", 404),
        (b"GET http://elsewhere/healthz HTTP/1.1\r\nHost: x\r\n\r\n", 404),
        (b"HEAD /healthz HTTP/1.1\r\nHost: x\r\n\r\n", 200),
        (b"BREW /healthz HTTP/1.1\r\nHost: x\r\n\r\n", 405),
        (b"GET /healthz HTTP/1.1\r\nHost: x\r\nX: " + b"a" * 1_000_000 + b"\r\n\r\n", 400),
        (b"rubbish\r\n\r\n", 400),
        (POST + b"99999999\r\n\r\n", 413),
        (POST + b"-1\r\n\r\n", 400),
    ],
)
async def test_bytes_that_no_browser_sends_are_answered(running, request_bytes, status):
    answer = await raw(running.address, request_bytes)
    assert answer.startswith(b"HTTP/1.1 %d " % status)


async def test_it_ends_orderly_and_lets_go_of_the_port(world):
    gateway = await start(world.settings(), clock=world.clock)
    await gateway.stop(1)
    async with httpx.AsyncClient() as http:
        with pytest.raises(httpx.ConnectError):
            await http.get(f"http://{gateway.address}/healthz")


async def test_a_request_under_way_is_answered_before_the_end(world):
    gateway = await start(world.settings(), clock=world.clock)
    arrived, go = asyncio.Event(), asyncio.Event()

    async def body():
        yield b"{"
        arrived.set()
        await go.wait()
        yield b"}"

    async with httpx.AsyncClient(base_url=f"http://{gateway.address}") as http:
        headers = {"content-type": "application/json"}
        asked = asyncio.create_task(http.post("/v1/conversations", content=body(), headers=headers))
        await arrived.wait()
        ending = asyncio.create_task(gateway.stop(5))
        go.set()
        assert (await asked).status_code == 200
    await ending


async def test_a_taken_port_is_an_error_at_start(world, running):
    taken = int(running.address.rpartition(":")[2])
    with pytest.raises(OSError, match="in use"):
        await start(world.settings().model_copy(update={"port": taken}), clock=world.clock)


@pytest.mark.parametrize(("trusted", "statuses"), [((), [200, 429]), (("127.0.0.1",), [200, 200])])
async def test_callers_behind_a_proxy_are_told_apart_only_where_the_proxy_is_trusted(world, trusted, statuses):
    settings = world.settings(trusted_proxies=trusted, rate_per_second=0.01, rate_burst=1)
    gateway = await start(settings, clock=world.clock)
    async with httpx.AsyncClient(base_url=f"http://{gateway.address}") as http:
        found = [
            (await http.get("/v1/programmes", headers={"x-forwarded-for": caller})).status_code
            for caller in ("192.0.2.1", "192.0.2.2")
        ]
    await gateway.stop(1)
    assert found == statuses


async def test_a_missing_address_of_a_part_stops_the_start(world):
    settings = world.settings().model_copy(update={"pdf_address": ""})
    with pytest.raises(ValueError, match="NOTALONE_GATEWAY_PDF_ADDRESS"):
        await start(settings, clock=world.clock)
