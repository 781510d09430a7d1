"""The development issuer: what front ends and agencies do with it, and what it refuses."""

import secrets
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from urllib.parse import parse_qs, urlsplit

import httpx2
import pytest
from notalone_app.issuer import server
from notalone_app.issuer.codes import challenge_of, is_on_loopback
from notalone_app.issuer.people import AGENCIES, PEOPLE, STAFF_CLIENT
from notalone_chassis.access.grants import ROLES, SCOPES
from notalone_chassis.access.wiring import token_verifier
from notalone_chassis.clock import FixedClock
from notalone_chassis.settings import ServiceSettings, SettingsError

BACK = "http://127.0.0.1:5173/back"
VERIFIER = secrets.token_urlsafe(48)


@pytest.fixture
def clock() -> FixedClock:
    return FixedClock(datetime(2026, 11, 24, 3, 0, tzinfo=UTC))


@pytest.fixture
async def issuer(clock) -> AsyncIterator[server.EmbeddedIssuer]:
    running = await server.start(ServiceSettings(), port=0, clock=clock)
    yield running
    await running.stop(0)


@pytest.fixture
async def http(issuer) -> AsyncIterator[httpx2.AsyncClient]:
    async with httpx2.AsyncClient(base_url=issuer.issuer) as client:
        yield client


def asked(**more: str) -> dict[str, str]:
    return {
        "client_id": STAFF_CLIENT,
        "response_type": "code",
        "redirect_uri": BACK,
        "scope": "openid",
        "state": "a state & more",
        "nonce": "n",
        "code_challenge": challenge_of(VERIFIER),
        "code_challenge_method": "S256",
        **more,
    }


def exchange(code: str, **more: str) -> dict[str, str]:
    return {
        "grant_type": "authorization_code",
        "client_id": STAFF_CLIENT,
        "redirect_uri": BACK,
        "code": code,
        "code_verifier": VERIFIER,
        **more,
    }


async def code_of(http: httpx2.AsyncClient, who: str = "editor") -> str:
    answer = await http.post("/authorize", data=asked(person=who))
    return parse_qs(urlsplit(answer.headers["location"]).query)["code"][0]


@pytest.mark.parametrize("who", PEOPLE, ids=lambda one: one.id)
async def test_everybody_on_the_page_can_sign_in_and_is_known_by_their_roles(http, issuer, clock, who):
    page = await http.get("/authorize", params=asked())
    assert "For development only" in page.text
    assert f'value="{who.id}"' in page.text
    answer = await http.post("/authorize", data=asked(person=who.id))
    back = urlsplit(answer.headers["location"])
    assert answer.headers["location"].startswith(BACK)
    query = parse_qs(back.query)
    assert query["state"] == ["a state & more"]
    assert query["iss"] == [issuer.issuer]
    tokens = (await http.post("/token", data=exchange(query["code"][0]))).json()
    verifier = token_verifier(ServiceSettings(oidc_issuer=issuer.issuer), clock=clock)
    caller = await verifier.verify(tokens["access_token"])
    assert (caller.kind, caller.roles, caller.organization) == ("staff", frozenset(who.roles), "")
    assert tokens["id_token"]


@pytest.mark.parametrize("who", AGENCIES, ids=lambda one: one.client_id)
@pytest.mark.parametrize("by_header", [True, False])
async def test_an_agency_comes_in_by_its_credentials(http, issuer, clock, who, by_header):
    auth = (who.client_id, who.secret) if by_header else None
    given = {} if by_header else {"client_id": who.client_id, "client_secret": who.secret}
    answer = await http.post("/token", data={"grant_type": "client_credentials", **given}, auth=auth)
    verifier = token_verifier(ServiceSettings(oidc_issuer=issuer.issuer), clock=clock)
    caller = await verifier.verify(answer.json()["access_token"])
    assert (caller.kind, caller.organization, caller.scopes) == ("partner", who.organization, frozenset(who.scopes))


def test_there_is_somebody_for_every_role_and_every_scope():
    assert {role for one in PEOPLE for role in one.roles} == ROLES
    assert {scope for one in AGENCIES for scope in one.scopes} == SCOPES
    assert len({one.organization for one in AGENCIES}) > 1, "so that one can try to reach another's"


async def test_discovery_names_what_is_there(http, issuer):
    document = (await http.get("/.well-known/openid-configuration")).json()
    assert document["issuer"] == issuer.issuer
    keys = (await http.get(document["jwks_uri"])).json()["keys"]
    assert [set(key) & {"d", "p", "q"} for key in keys] == [set()]
    assert (await http.get(document["authorization_endpoint"])).status_code == 400
    assert (await http.post(document["token_endpoint"], data={})).status_code == 400


@pytest.mark.parametrize(
    "change",
    [
        {"redirect_uri": "https://evil.example/back"},
        {"redirect_uri": "http://127.0.0.1@evil.example/"},
        {"redirect_uri": "javascript:alert(1)//127.0.0.1"},
        {"redirect_uri": ""},
        {"client_id": "another"},
        {"response_type": "token"},
        {"code_challenge": ""},
        {"code_challenge_method": "plain"},
    ],
)
async def test_a_request_that_could_hand_a_code_to_strangers_is_refused(http, change):
    for answer in (
        await http.get("/authorize", params=asked(**change)),
        await http.post("/authorize", data=asked(person="editor", **change)),
    ):
        assert answer.status_code == 400
        assert "location" not in answer.headers


async def test_nobody_signs_in_without_being_chosen(http):
    for who in ("", "stranger"):
        assert (await http.post("/authorize", data=asked(person=who))).status_code == 400


async def test_a_code_is_good_once(http):
    code = await code_of(http)
    assert (await http.post("/token", data=exchange(code))).status_code == 200
    again = await http.post("/token", data=exchange(code))
    assert (again.status_code, again.json()["error"]) == (400, "invalid_grant")


@pytest.mark.parametrize(
    "change", [{"code_verifier": "guess"}, {"code_verifier": ""}, {"redirect_uri": BACK + "/x"}, {"client_id": "x"}]
)
async def test_a_code_is_good_only_for_whom_it_was_given_to(http, change):
    answer = await http.post("/token", data=exchange(await code_of(http), **change))
    assert (answer.status_code, answer.json()["error"]) == (400, "invalid_grant")


async def test_a_code_is_good_for_a_minute(http, clock):
    code = await code_of(http)
    clock.advance(timedelta(seconds=61))
    assert (await http.post("/token", data=exchange(code))).json()["error"] == "invalid_grant"


@pytest.mark.parametrize(
    ("form", "error", "status"),
    [
        ({"grant_type": "client_credentials", "client_id": "agency-a", "client_secret": "x"}, "invalid_client", 401),
        ({"grant_type": "client_credentials"}, "invalid_client", 401),
        ({"grant_type": "password", "username": "editor"}, "unsupported_grant_type", 400),
        ({"grant_type": "authorization_code", "code": "x" * 20_000}, "invalid_request", 400),
    ],
)
async def test_other_ways_to_a_token_are_refused_in_words_of_the_standard(http, form, error, status):
    answer = await http.post("/token", data=form)
    assert (answer.status_code, answer.json()["error"]) == (status, error)


async def test_pages_of_other_machines_neither_read_nor_reach_it(http):
    near = await http.get("/keys", headers={"origin": "http://localhost:5173"})
    assert near.headers["access-control-allow-origin"] == "http://localhost:5173"
    far = await http.get("/keys", headers={"origin": "https://evil.example"})
    assert "access-control-allow-origin" not in far.headers
    assert (await http.get("/keys", headers={"host": "evil.example"})).status_code == 421


async def test_what_a_request_says_is_shown_as_text(http):
    page = await http.get("/authorize", params=asked(state='"><script>alert(1)</script>'))
    assert "<script>" not in page.text


async def test_it_does_not_start_in_production(clock):
    with pytest.raises(SettingsError, match="NOTALONE_OIDC_ISSUER"):
        await server.start(ServiceSettings(environment="production"), port=0, clock=clock)


async def test_it_listens_on_loopback_only(issuer):
    assert issuer.address.startswith("127.0.0.1:")


@pytest.mark.parametrize(
    ("address", "near"),
    [
        ("http://localhost:3000/x?y=1", True),
        ("https://127.0.0.1", True),
        ("http://[::1]:8080/", True),
        ("http://localhost.evil.example", False),
        ("http://127.0.0.1.evil.example", False),
        ("http://user@127.0.0.1/", False),
        ("http://127.0.0.1/#x", False),
        ("//127.0.0.1/", False),
        ("http://[", False),
    ],
)
def test_only_this_machine_is_this_machine(address, near):
    assert is_on_loopback(address) is near
