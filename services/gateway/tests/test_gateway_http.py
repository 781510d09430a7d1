"""Headers, limits, caching, other front ends, probes, pages, logs."""

import asyncio
import json
from datetime import UTC, datetime, timedelta

import pytest
from notalone_chassis.clock import FixedClock
from notalone_gateway.limits import CallerRate, Places, network
from notalone_gateway.problems import Problem
from notalone_gateway.settings import GatewaySettings

FAR = datetime(2026, 11, 24, 3, 0, tzinfo=UTC)
JSON = {"content-type": "application/json"}
TALK = [
    ("POST", "/v1/conversations", {}),
    ("POST", "/v1/conversations:reply", {"conversation": "c", "text": "x"}),
    ("POST", "/v1/memos:render", {"conversation": "c"}),
    ("POST", "/v1/programmes:search", {"query": "x"}),
    ("POST", "/v1/handoffs", {"programmeId": "x", "postalCode": "1"}),
    ("GET", "/v1/municipalities?query=x", None),
]
READS = ["/v1/programmes", "/v1/programmes/chiiki-kosodate-shien-kyoten", "/v1/flows/GENERAL"]


@pytest.mark.parametrize("path", ["/v1/programmes", "/v1/nothing", "/healthz", "/openapi.json", "/docs", "/nowhere"])
async def test_every_answer_is_hardened(http, path):
    headers = (await http.get(path)).headers
    assert headers["referrer-policy"] == "no-referrer"
    assert headers["x-content-type-options"] == "nosniff"
    assert "frame-ancestors 'none'" in headers["content-security-policy"]
    assert "unsafe" not in headers["content-security-policy"]
    assert headers["cross-origin-opener-policy"] == "same-origin"
    assert headers["cross-origin-resource-policy"] == "same-origin"
    assert "camera=()" in headers["permissions-policy"]
    assert "strict-transport-security" not in headers


async def test_transport_security_is_announced_in_production(world):
    http = await world.client(environment="production")
    assert "max-age" in (await http.get("/healthz")).headers["strict-transport-security"]


@pytest.mark.parametrize(("method", "path", "body"), TALK)
async def test_nothing_of_a_conversation_is_stored_on_the_way(http, method, path, body):
    answer = await http.request(method, path, json=body)
    assert answer.status_code == 200
    assert answer.headers["cache-control"] == "no-store"
    assert "etag" not in answer.headers


@pytest.mark.parametrize("path", READS)
async def test_reads_of_the_catalogue_are_kept_for_a_short_while_and_revalidated(http, path):
    first = await http.get(path)
    assert first.headers["cache-control"] == "public, max-age=60"
    again = await http.get(path, headers={"if-none-match": first.headers["etag"]})
    assert (again.status_code, again.content) == (304, b"")
    other = await http.get(path, headers={"if-none-match": '"other"'})
    assert other.status_code == 200


async def test_thin_answers_and_errors_are_not_kept(http, world):
    world.fakes.degraded = ["search"]
    assert (await http.get("/v1/programmes")).headers["cache-control"] == "no-store"
    assert (await http.get("/v1/programmes/unknown")).headers["cache-control"] == "no-store"


async def test_a_body_beyond_the_limit_is_refused_declared_or_not(http, world):
    large = json.dumps({"query": "x" * 66_000}).encode()

    async def chunked():
        for start in range(0, len(large), 1000):
            yield large[start : start + 1000]

    for content in (large, chunked()):
        answer = await http.post("/v1/programmes:search", content=content, headers=JSON)
        assert answer.status_code == 413
        assert "64 KB" in answer.json()["error"]["message"]
        assert answer.headers["connection"] == "close"
    assert world.fakes.heard == []


async def test_a_body_that_does_not_come_is_not_waited_for(world):
    http = await world.client(body_timeout=0.01)

    async def never():
        yield b"{"
        await asyncio.Event().wait()

    answer = await http.post("/v1/conversations", content=never(), headers=JSON)
    assert answer.status_code == 408
    assert "0120-279-338" in answer.text


async def test_a_caller_who_asks_too_often_is_told_when_to_come_again(world):
    http = await world.client(rate_per_second=0.5, rate_burst=2)
    assert [(await http.get("/v1/programmes")).status_code for _ in range(3)] == [200, 200, 429]
    refused = await http.get("/v1/programmes")
    assert refused.headers["retry-after"] == "2"
    assert "0120-279-338" in refused.text
    assert (await http.get("/docs")).status_code == 200
    world.clock.advance(timedelta(seconds=2))
    assert (await http.get("/v1/programmes")).status_code == 200


async def test_few_reports_are_taken_from_one_caller_and_nothing_else_waits_for_it(world):
    http = await world.client(report_rate_per_second=0.1, report_rate_burst=2)
    report = {"value": "0120-279-338", "outcome": "GOT_THROUGH"}

    async def told() -> int:
        return (await http.post("/v1/contacts:report", json=report)).status_code

    assert [await told() for _ in range(3)] == [200, 200, 429]
    assert len(world.fakes.heard) == 2
    refused = await http.post("/v1/contacts:report", json=report)
    assert refused.headers["retry-after"] == "10"
    assert "0120-279-338" in refused.text
    assert (await http.post("/v1/programmes:search", json={})).status_code == 200
    world.clock.advance(timedelta(seconds=10))
    assert [await told() for _ in range(2)] == [200, 429]


def test_callers_do_not_share_a_bucket_and_are_forgotten_beyond_a_number():
    rate = CallerRate(1, 1, clock=FixedClock(FAR), most=3)
    for caller in ("192.0.2.1", "192.0.2.2", "192.0.2.3", "192.0.2.4"):
        rate.take(caller)
    assert len(rate) == 3
    rate.take("192.0.2.1")
    with pytest.raises(Problem):
        rate.take("192.0.2.4")


@pytest.mark.parametrize(
    ("address", "caller"),
    [
        ("192.0.2.1", "192.0.2.1"),
        ("::ffff:192.0.2.1", "192.0.2.1"),
        ("2001:db8:1:2:3:4:5:6", "2001:db8:1:2::"),
        ("2001:db8:1:2::9%eth0", "2001:db8:1:2::"),
        ("", ""),
        ("unix", "unix"),
    ],
)
def test_one_subscriber_counts_as_one_caller(address, caller):
    assert network(address) == caller


def test_addresses_are_not_remembered_in_the_open():
    rate = CallerRate(1, 1, clock=FixedClock(FAR))
    rate.take("192.0.2.1")
    assert "192.0.2.1" not in repr(vars(rate))


async def test_when_all_places_are_taken_one_is_refused_with_numbers(world):
    app = await world.gateway()
    app._places = Places(0)
    answer = await (await world.client(app)).post("/v1/conversations", json={})
    assert answer.status_code == 503
    assert answer.headers["retry-after"] == "1"
    assert "0120-279-338" in answer.text


def test_a_place_is_free_again_afterwards_even_after_a_failure():
    places = Places(1)
    with pytest.raises(ZeroDivisionError), places.one():
        1 / 0  # noqa: B018
    with places.one(), pytest.raises(Problem), places.one():
        pass


async def test_other_origins_are_not_let_in_unless_named(world):
    closed = await (await world.client()).get("/v1/programmes", headers={"origin": "https://front.example"})
    assert "access-control-allow-origin" not in closed.headers
    http = await world.client(cors_origins="https://front.example, https://other.example/")
    named = await http.get("/v1/programmes", headers={"origin": "https://front.example"})
    assert named.headers["access-control-allow-origin"] == "https://front.example"
    assert "Origin" in named.headers["vary"]
    stranger = await http.get("/v1/programmes", headers={"origin": "https://evil.example"})
    assert "access-control-allow-origin" not in stranger.headers
    assert "Origin" in stranger.headers["vary"]


async def test_a_named_origin_may_ask_first(world):
    http = await world.client(cors_origins="https://front.example")
    ask = {"origin": "https://front.example", "access-control-request-method": "POST"}
    answer = await http.options("/v1/conversations:reply", headers=ask)
    assert answer.status_code == 204
    assert "POST" in answer.headers["access-control-allow-methods"]
    assert "content-type" in answer.headers["access-control-allow-headers"]
    assert "access-control-allow-credentials" not in answer.headers


async def test_errors_reach_a_named_origin_too(world):
    http = await world.client(cors_origins="https://front.example")
    answer = await http.post("/v1/conversations", content=b"", headers={"origin": "https://front.example"})
    assert answer.status_code == 415
    assert answer.headers["access-control-allow-origin"] == "https://front.example"


async def test_alive_and_ready_are_told_apart(http, world):
    assert (await http.get("/healthz")).status_code == 200
    assert (await http.get("/readyz")).status_code == 200
    await world.servers["pdf"].stop(0)
    answer = await http.get("/readyz")
    assert (answer.status_code, answer.json()) == (503, {"down": ["pdf"]})
    assert (await http.get("/healthz")).status_code == 200


async def test_what_only_staff_call_is_named_and_keeps_nobody_away(http, world):
    await world.servers["notify"].stop(0)
    answer = await http.get("/readyz")
    assert (answer.status_code, answer.json()) == (200, {"status": "ready", "downForStaff": ["notify"]})
    await world.servers["catalog"].stop(0)
    answer = await http.get("/readyz")
    assert (answer.status_code, answer.json()) == (503, {"down": ["catalog"], "downForStaff": ["notify"]})


async def test_a_gateway_that_ends_is_not_ready(world):
    app = await world.gateway()
    app.drain()
    answer = await (await world.client(app)).get("/readyz")
    assert (answer.status_code, answer.json()) == (503, {"down": ["gateway"]})


async def test_websockets_and_the_like_are_left_alone(world):
    app = await world.gateway()
    sent = []

    async def send(message):
        sent.append(message)

    await app({"type": "websocket"}, None, send)
    assert sent == []


def test_settings_come_from_the_environment(monkeypatch):
    monkeypatch.setenv("NOTALONE_HTTP_PORT", "9123")
    monkeypatch.setenv("NOTALONE_GATEWAY_PDF_ADDRESS", "pdf:5000")
    monkeypatch.setenv("NOTALONE_GATEWAY_CORS_ORIGINS", "https://a.example,https://b.example")
    monkeypatch.setenv("NOTALONE_ENVIRONMENT", "production")
    settings = GatewaySettings()
    assert settings.port == 9123
    assert settings.address_of("pdf") == "pdf:5000"
    assert settings.cors_origins == ("https://a.example", "https://b.example")
    assert settings.rate == (20.0, 60)
    assert settings.report_rate == (1 / 30, 20)
    with pytest.raises(ValueError, match="NOTALONE_GATEWAY_CATALOG_ADDRESS"):
        settings.address_of("catalog")
