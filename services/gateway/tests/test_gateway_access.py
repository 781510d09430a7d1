"""Calls that need an access token, as HTTP sees them; and that nobody else is touched by it."""

from collections.abc import AsyncIterator
from uuid import uuid4

import guarded
import httpx2
import pytest
import structlog
from notalone_chassis import logs
from notalone_chassis.access.caller import Caller
from notalone_chassis.errors import Unauthenticated
from notalone_chassis.grpc_server import GrpcServer
from notalone_chassis.settings import ServiceSettings
from notalone_gateway.contract import calls
from notalone_gateway.main import build
from notalone_gateway.openapi import document
from notalone_gateway.upstream import Upstream

EDIT, LOOK, READ = "/v1/staff/test:edit", "/v1/test:look", "/v1/staff/test"
EDITOR = {"authorization": "Bearer editor"}


class Tokens:
    async def verify(self, token):
        roles = {"editor": "catalog-editor", "auditor": "auditor"}
        if token not in roles:
            raise Unauthenticated("token.expired" if token == "old" else "token.invalid")
        return Caller(subject=token, kind="staff", roles=frozenset({roles[token]}))


@pytest.fixture
async def desk() -> guarded.Desk:
    return guarded.Desk()


@pytest.fixture
async def client(world, desk) -> AsyncIterator:
    """Opens a client of a gateway in front of the guarded service."""
    running = GrpcServer("desk", settings=ServiceSettings(), verifier=Tokens())
    running.add(guarded.register, desk, guarded.service())
    address = await running.start()
    opened = []

    async def make(**more) -> httpx2.AsyncClient:
        settings = world.settings(**more).model_copy(update={"catalog_address": address})
        upstream = Upstream({"catalog": [guarded.service()]}, settings)
        opened.append(upstream)
        parts = {"clock": world.clock, "upstream": upstream, "contacts": lambda language: []}
        return await world.client(build(settings, **parts, offered=[guarded.service()]))

    yield make
    for upstream in opened:
        await upstream.close()
    await running.stop(0)


async def test_a_token_goes_along_and_the_answer_is_never_stored(client, desk):
    http = await client()
    answer = await http.post(EDIT, json={}, headers=EDITOR)
    assert (answer.status_code, answer.json()["subject"]) == (200, "editor")
    assert answer.headers["cache-control"] == "no-store"
    assert (await http.get(READ, headers=EDITOR)).headers["cache-control"] == "no-store"
    assert desk.metadata[0]["authorization"] == "Bearer editor"


async def test_a_token_goes_along_with_no_public_call(client, desk):
    answer = await (await client()).post(LOOK, json={}, headers={"authorization": "Bearer nonsense"})
    assert answer.status_code == 200
    assert "authorization" not in desk.metadata[0]


@pytest.mark.parametrize(
    ("headers", "challenge", "sentence"),
    [
        ({}, 'Bearer realm="notalone"', "Please sign in first."),
        ({"authorization": "Bearer old"}, 'Bearer realm="notalone", error="invalid_token"', "has expired"),
        ({"authorization": "Bearer x y"}, 'Bearer realm="notalone", error="invalid_token"', "cannot be verified"),
        ({"authorization": "Bearer é"}, 'Bearer realm="notalone", error="invalid_request"', "cannot be verified"),
        ({"authorization": "Bearer  x"}, 'Bearer realm="notalone", error="invalid_request"', "cannot be verified"),
    ],
)
async def test_who_is_not_signed_in_is_told_how(client, headers, challenge, sentence):
    answer = await (await client()).post(EDIT, json={}, headers=httpx2.Headers(headers, encoding="utf-8"))
    assert (answer.status_code, answer.headers["www-authenticate"]) == (401, challenge)
    error = answer.json()["error"]
    assert (error["code"], error["status"]) == (401, "UNAUTHENTICATED")
    assert sentence in error["message"]
    assert answer.headers["cache-control"] == "no-store"


@pytest.mark.parametrize("headers", [{}, {"authorization": "Bearer é"}])
@pytest.mark.parametrize(
    "wrong",
    [
        {"json": {"txet": "a"}},
        {"json": {"text": 1}},
        {"content": "{", "headers": {"content-type": "application/json"}},
        {"content": "text", "headers": {"content-type": "text/plain"}},
        {"json": {"text": "a" * 100_000}},
        {"json": {}, "params": {"q": "a"}},
        {"json": {}, "headers": {"idempotency-key": "1"}},
    ],
)
async def test_who_is_not_signed_in_is_told_nothing_of_what_is_wrong(client, desk, headers, wrong):
    sent = httpx2.Headers({**wrong.get("headers", {}), **headers}, encoding="utf-8")
    answer = await (await client()).post(EDIT, **{**wrong, "headers": sent})
    assert answer.status_code == 401
    assert answer.headers["www-authenticate"].startswith("Bearer")
    assert "fieldViolations" not in answer.text
    assert desk.metadata == []


async def test_two_authorization_headers_are_refused(client, desk):
    headers = [("authorization", "Bearer editor"), ("authorization", "Bearer auditor")]
    answer = await (await client()).post(EDIT, json={}, headers=headers)
    assert answer.status_code == 401
    assert desk.metadata == []


async def test_who_may_not_is_told_so(client):
    answer = await (await client()).post(EDIT, json={}, headers={"authorization": "Bearer auditor"})
    assert answer.status_code == 403
    assert answer.headers["www-authenticate"] == 'Bearer realm="notalone", error="insufficient_scope"'
    assert answer.json()["error"]["status"] == "PERMISSION_DENIED"


async def test_internal_methods_have_no_address(client):
    assert "Whisper" not in {call.method.name for call in calls([guarded.service()])}
    assert (await (await client()).post(f"/{guarded.PACKAGE}.Desk/Whisper", json={})).status_code == 404


async def test_an_idempotency_key_goes_along_as_a_uuid(client, desk):
    http, key = await client(), uuid4()
    await http.post(LOOK, json={}, headers={"idempotency-key": str(key).upper()})
    await http.get(READ, headers={**EDITOR, "idempotency-key": "ignored: a read creates nothing"})
    assert [metadata.get("idempotency-key") for metadata in desk.metadata] == [str(key), None]


@pytest.mark.parametrize(
    "key", ["", "1", "a" * 36, "{0b7f1c2e-8d7e-4c52-9a0e-2f3d4c5b6a70}", "0b7f1c2e8d7e4c529a0e2f3d4c5b6a70"]
)
async def test_another_idempotency_key_is_refused_by_name(client, desk, violations, key):
    answer = await (await client()).post(LOOK, json={}, headers={"idempotency-key": key})
    assert answer.status_code == 400
    assert violations(answer) == {"Idempotency-Key": "idempotency.form"}
    assert desk.metadata == []


async def test_what_the_path_names_does_not_stand_in_the_body_too(client, desk, violations):
    http = await client()
    assert (await http.post("/v1/staff/test/this:change", json={}, headers=EDITOR)).status_code == 200
    answer = await http.post("/v1/staff/test/this:change", json={"text": "another"}, headers=EDITOR)
    assert list(violations(answer)) == ["text"]
    assert len(desk.metadata) == 1


async def test_only_named_origins_may_send_a_token(client):
    ask = {"origin": "https://staff.example", "access-control-request-method": "POST"}
    named = await (await client(cors_origins="https://staff.example")).options(EDIT, headers=ask)
    assert "authorization" in named.headers["access-control-allow-headers"]
    anyone = await (await client(cors_origins="*")).options(EDIT, headers=ask)
    assert "authorization" not in anyone.headers["access-control-allow-headers"]
    stranger = await (await client(cors_origins="https://other.example")).options(EDIT, headers=ask)
    assert "access-control-allow-headers" not in stranger.headers


async def test_tokens_are_in_no_log(client, capfd):
    before = structlog.get_config()
    logs.configure("DEBUG")
    try:
        http = await client()
        for token in ("editor", "a-secret-token"):
            await http.post(EDIT, json={}, headers={"authorization": f"Bearer {token}"})
    finally:
        structlog.configure(**before)
    logged = capfd.readouterr().err
    assert EDIT in logged
    assert "secret" not in logged
    assert "Bearer" not in logged


async def test_front_ends_find_the_issuer_at_the_usual_place(client):
    place = "/.well-known/oauth-protected-resource"
    answer = await (await client(oidc_issuer="https://id.example/realms/notalone")).get(place)
    assert answer.json()["authorization_servers"] == ["https://id.example/realms/notalone"]
    assert answer.json()["resource"] == "http://gateway"
    assert answer.headers["cache-control"] == "no-store"
    assert (await (await client()).get(place)).status_code == 404, "without an issuer nobody can sign in"


def test_the_document_says_which_tokens_a_call_takes():
    service = guarded.service()
    paths = document.build(calls([service]), [service], {})["paths"]
    assert "security" not in paths[LOOK]["post"]
    pause = paths["/v1/partner/test:pause"]["post"]
    assert pause["security"] == [{"accessToken": ["catalog-approver"]}, {"accessToken": ["catalog:pause"]}]
    assert {"401", "403"} <= set(pause["responses"])
    assert [one["name"] for one in pause["parameters"]] == ["Idempotency-Key"]
    assert "parameters" not in paths[LOOK]["post"]
    assert not {"401", "403"} & set(paths[LOOK]["post"]["responses"])
