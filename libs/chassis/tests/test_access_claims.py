"""From claims to callers: who counts as what, whatever a provider was misconfigured to write."""

import base64
import json
from datetime import UTC, datetime

import pytest
from cryptography.hazmat.primitives.asymmetric import padding
from cryptography.hazmat.primitives.hashes import SHA256
from joserfc.jwk import RSAKey
from notalone_chassis.access.caller import Caller
from notalone_chassis.access.claims import TokenInvalid, caller_of
from notalone_chassis.access.jwks import JwksCache
from notalone_chassis.access.verifier import MAX_TOKEN_CHARACTERS, JwtVerifier
from notalone_chassis.access.wiring import token_verifier
from notalone_chassis.clock import FixedClock
from notalone_chassis.errors import Unauthenticated
from notalone_chassis.settings import ServiceSettings, SettingsError

NOW = datetime(2026, 11, 24, 3, 0, tzinfo=UTC)
AT = int(NOW.timestamp())
STAFF = frozenset({"notalone-staff"})
PERSON = {"sub": "s", "azp": "notalone-staff", "realm_access": {"roles": ["auditor", "offline_access"]}}
AGENCY = {"sub": "p", "azp": "a", "client_id": "a", "organization": "agency-a", "scope": "openid catalog:read x"}


def test_roles_and_scopes_that_mean_nothing_here_do_not_count():
    assert caller_of(PERSON, staff_clients=STAFF) == Caller(subject="s", kind="staff", roles=frozenset({"auditor"}))
    assert caller_of(AGENCY, staff_clients=STAFF).scopes == {"catalog:read"}


def test_an_agency_that_was_given_roles_by_mistake_has_none():
    who = caller_of({**AGENCY, "realm_access": PERSON["realm_access"]}, staff_clients=STAFF)
    assert (who.kind, who.roles) == ("partner", frozenset())


def test_staff_that_were_given_scopes_by_mistake_have_none():
    who = caller_of({**PERSON, "scope": "catalog:pause"}, staff_clients=STAFF)
    assert (who.kind, who.scopes) == ("staff", frozenset())


@pytest.mark.parametrize(
    "claims",
    [
        {**PERSON, "organization": "agency-a"},
        {**PERSON, "azp": "another"},
        {**PERSON, "azp": None},
        {**PERSON, "sub": ""},
        {**PERSON, "sub": 1},
        {**AGENCY, "organization": ""},
        {**AGENCY, "organization": ["agency-a"]},
        {**AGENCY, "organization": None},
        {**AGENCY, "client_id": "b"},
        {name: value for name, value in AGENCY.items() if name != "client_id"},
        {},
    ],
)
def test_who_is_neither_is_nobody(claims):
    with pytest.raises(TokenInvalid):
        caller_of(claims, staff_clients=STAFF)


@pytest.mark.parametrize("roles", [None, "auditor", {"auditor": 1}, [["auditor"]], [1]])
def test_roles_of_another_form_are_none(roles):
    assert caller_of({**PERSON, "realm_access": {"roles": roles}}, staff_clients=STAFF).roles == frozenset()
    assert caller_of({**PERSON, "realm_access": roles}, staff_clients=STAFF).roles == frozenset()


KEY = RSAKey.generate_key(2048, {"kid": "k", "use": "sig", "alg": "RS256"})
GOOD = {**AGENCY, "iss": "https://id.example", "aud": ["x", "notalone-api"], "typ": "Bearer", "iat": AT, "exp": AT + 60}


class Documents:
    async def get(self, _url):
        return {"keys": [KEY.as_dict(private=False)]}


def packed(data: bytes) -> str:
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()


def signed(header=None, **claims) -> str:
    """Signed by hand: no library would help to make most of these."""
    given = {"alg": "RS256", "kid": "k", "typ": "JWT", **(header or {})}
    kept = {name: value for name, value in {**GOOD, **claims}.items() if value is not ...}
    text = f"{packed(json.dumps(given).encode())}.{packed(json.dumps(kept).encode())}"
    pad = padding.PSS(padding.MGF1(SHA256()), 32) if given["alg"] == "PS256" else padding.PKCS1v15()
    return f"{text}.{packed(KEY.private_key.sign(text.encode(), pad, SHA256()))}"


@pytest.fixture
def verifier() -> JwtVerifier:
    clock = FixedClock(NOW)
    keys = JwksCache("https://id.example", documents=Documents(), clock=clock, jwks_url="https://id.example/keys")
    return JwtVerifier(keys, issuer="https://id.example", audience="notalone-api", staff_clients=STAFF, clock=clock)


@pytest.mark.parametrize(
    "token",
    [
        signed(),
        signed(aud="notalone-api"),
        signed({"typ": "at+jwt"}, typ=...),
        signed({"typ": "application/at+jwt"}, typ=...),
        signed(azp=...),
        signed(iat=AT + 9, nbf=AT + 9),
        signed(exp=AT - 9),
        signed(exp=AT + 0.5),
    ],
)
async def test_both_forms_of_access_tokens_are_read(verifier, token):
    assert (await verifier.verify(token)).organization == "agency-a"


@pytest.mark.parametrize(
    "token",
    [
        signed({"typ": "JWT"}, typ=...),
        signed({"typ": "logout+jwt"}),
        signed({"typ": "at+jwt"}, typ="ID"),
        signed({"typ": ""}),
        signed({"alg": "PS256"}),
        signed({"crit": ["b64"], "b64": False}),
        signed({"crit": ["unknown"], "unknown": 1}),
        signed({"kid": "other"}),
        signed(aud=...),
        signed(aud=[]),
        signed(aud={"notalone-api": 1}),
        signed(iss=...),
        signed(exp=...),
        signed(exp=str(AT + 60)),
        signed(exp=True),
        signed(exp=float("inf")),
        signed(exp=float("nan")),
        signed(exp=10**400),
        signed(iat=...),
        signed(iat=AT + 11),
        signed(nbf=AT + 11),
        signed(nbf="soon"),
        "x" * (MAX_TOKEN_CHARACTERS + 1),
    ],
)
async def test_what_the_issuer_signed_but_is_no_access_token_for_now_is_refused(verifier, token):
    with pytest.raises(Unauthenticated) as caught:
        await verifier.verify(token)
    assert caught.value.rule == "token.invalid"


def test_in_production_the_provider_is_reached_over_tls_or_on_this_machine():
    def made(issuer, jwks=""):
        settings = ServiceSettings(environment="production", oidc_issuer=issuer, oidc_jwks_url=jwks)
        return token_verifier(settings, clock=FixedClock(NOW))

    for issuer, jwks in (("http://id.example", ""), ("https://id.example", "http://keycloak:8080/certs")):
        with pytest.raises(SettingsError, match="https"):
            made(issuer, jwks)
    assert made("https://id.example/") is not None
    assert made("http://127.0.0.1:8080/realms/notalone") is not None
    assert made("") is None
