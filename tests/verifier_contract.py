"""What a verifier promises about the tokens of any issuer: the attacks it withstands, the keys it follows."""

from __future__ import annotations

import base64
import hmac
import json
from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from typing import Any, Protocol

import httpx2
import pytest
from cryptography.hazmat.primitives import serialization
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st
from joserfc import jws
from joserfc.jwk import ECKey, RSAKey, import_key
from notalone_chassis.access.documents import DocumentMissing, HttpDocuments
from notalone_chassis.access.jwks import COOL_DOWN, FRESH_FOR, JwksCache
from notalone_chassis.access.verifier import LEEWAY, JwtVerifier
from notalone_chassis.clock import SystemClock
from notalone_chassis.errors import Unauthenticated, Unavailable

AUDIENCE = "notalone-api"
SECOND = timedelta(seconds=1)
FLOOD = 500


class Issuer(Protocol):
    """An issuer under test."""

    issuer: str
    jwks_url: str

    def staff_tokens(self) -> Mapping[str, Any]:
        """The token endpoint's answer to somebody who is catalog-editor and auditor: access, ID and refresh token."""
        ...

    def agency_token(self) -> str:
        """An access token of agency-a, which may catalog:read and catalog:pause."""
        ...

    def rotate_key(self) -> None:
        """A new key signs from now on; the old one stays published."""
        ...

    def disable_old_keys(self) -> None:
        """Only the newest key stays published."""
        ...


class MovedClock:
    """The machine's clock, moved on or back by a test."""

    def __init__(self) -> None:
        self.by = timedelta()

    def now(self) -> datetime:
        return SystemClock().now() + self.by


class WatchedDocuments:
    """The real way to the issuer: counted, and closed on demand."""

    def __init__(self) -> None:
        self.asked: list[str] = []
        self.down = False

    async def get(self, url: str) -> Mapping[str, Any]:
        self.asked.append(url)
        if self.down:
            raise DocumentMissing("closed by a test")
        return await HttpDocuments().get(url)


def parts(token: str) -> tuple[dict[str, Any], dict[str, Any]]:
    """Header and claims of a token."""
    header, claims, _ = token.split(".")
    return tuple(json.loads(base64.urlsafe_b64decode(part + "=" * (-len(part) % 4))) for part in (header, claims))


def packed(value: object) -> str:
    data = value if isinstance(value, bytes) else json.dumps(value).encode()
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()


class VerifierContract:
    """Subclasses give `issuer`."""

    @pytest.fixture
    def clock(self) -> MovedClock:
        return MovedClock()

    @pytest.fixture
    def documents(self) -> WatchedDocuments:
        return WatchedDocuments()

    @pytest.fixture
    def make(self, issuer, clock, documents) -> Callable[..., JwtVerifier]:
        def made(*, audience=AUDIENCE, as_issuer=None, staff=("notalone-staff",)):
            keys = JwksCache(issuer.issuer, documents=documents, clock=clock, jwks_url=issuer.jwks_url)
            named = as_issuer or issuer.issuer
            return JwtVerifier(keys, issuer=named, audience=audience, staff_clients=frozenset(staff), clock=clock)

        return made

    @pytest.fixture
    def verifier(self, make) -> JwtVerifier:
        return make()

    async def refused(self, verifier, token: str) -> str:
        with pytest.raises(Unauthenticated) as caught:
            await verifier.verify(token)
        return caught.value.rule

    # Who is behind a token.

    async def test_staff_are_known_by_their_roles(self, verifier, issuer):
        caller = await verifier.verify(issuer.staff_tokens()["access_token"])
        assert (caller.kind, caller.roles) == ("staff", {"catalog-editor", "auditor"})
        assert (caller.scopes, caller.organization) == (frozenset(), "")
        assert caller.subject

    async def test_an_agency_is_known_by_its_organization_and_scopes(self, verifier, issuer):
        caller = await verifier.verify(issuer.agency_token())
        assert (caller.kind, caller.organization) == ("partner", "agency-a")
        assert (caller.scopes, caller.roles) == ({"catalog:read", "catalog:pause"}, frozenset())

    async def test_the_same_person_has_the_same_subject_each_time(self, verifier, issuer):
        first, second = [await verifier.verify(issuer.staff_tokens()["access_token"]) for _ in range(2)]
        assert first.subject == second.subject

    async def test_a_front_end_that_is_not_ours_brings_nobody_in(self, make, issuer):
        assert await self.refused(make(staff=("another",)), issuer.staff_tokens()["access_token"]) == "token.invalid"

    async def test_discovery_leads_to_the_keys(self, issuer, clock, documents):
        keys = JwksCache(issuer.issuer, documents=documents, clock=clock)
        found = {"issuer": issuer.issuer, "audience": AUDIENCE, "staff_clients": frozenset({"notalone-staff"})}
        assert (await JwtVerifier(keys, clock=clock, **found).verify(issuer.agency_token())).organization == "agency-a"
        assert len(documents.asked) == 2

    # What is not an access token for us, now.

    async def test_an_id_token_is_no_access_token(self, verifier, make, issuer):
        token = issuer.staff_tokens()["id_token"]
        assert await self.refused(verifier, token) == "token.invalid"
        # Nor is it where its audience would fit.
        assert await self.refused(make(audience="notalone-staff"), token) == "token.invalid"

    async def test_a_refresh_token_is_no_access_token(self, verifier, make, issuer):
        token = issuer.staff_tokens()["refresh_token"]
        for one in (verifier, make(audience=issuer.issuer)):
            assert await self.refused(one, token) == "token.invalid"

    async def test_a_token_for_another_audience_is_refused(self, make, issuer):
        assert await self.refused(make(audience="another-api"), issuer.agency_token()) == "token.invalid"

    async def test_a_token_of_another_issuer_is_refused_even_where_the_key_fits(self, make, issuer):
        for other in ("https://evil.example", issuer.issuer + "/", issuer.issuer.upper()):
            assert await self.refused(make(as_issuer=other), issuer.agency_token()) == "token.invalid"

    async def test_a_token_is_good_until_it_expires_give_or_take_the_leeway(self, verifier, issuer, clock):
        token = issuer.agency_token()
        left = parts(token)[1]["exp"] - clock.now().timestamp()
        clock.by = timedelta(seconds=left) - SECOND * 5
        await verifier.verify(token)
        clock.by = timedelta(seconds=left) + LEEWAY + SECOND
        assert await self.refused(verifier, token) == "token.expired"

    async def test_a_token_of_the_future_is_not_yet_valid(self, verifier, issuer, clock):
        token = issuer.agency_token()
        clock.by = -timedelta(hours=1)
        assert await self.refused(verifier, token) == "token.invalid"

    # What no issuer signed.

    @pytest.mark.parametrize("name", ["none", "None", "NONE", "nOnE", ""])
    async def test_no_signature_is_no_token(self, verifier, issuer, name):
        header, claims = parts(issuer.staff_tokens()["access_token"])
        for signature in ("", "AA"):
            token = f"{packed({**header, 'alg': name})}.{packed(claims)}.{signature}"
            assert await self.refused(verifier, token) == "token.invalid"

    @pytest.mark.parametrize("algorithm", ["HS256", "HS384", "HS512"])
    async def test_a_public_key_is_no_secret(self, verifier, issuer, algorithm):
        header, claims = parts(issuer.staff_tokens()["access_token"])
        row, key = self.published(issuer, header["kid"])
        public = serialization.PublicFormat.SubjectPublicKeyInfo
        secrets = [
            key.public_key.public_bytes(serialization.Encoding.PEM, public),
            key.public_key.public_bytes(serialization.Encoding.DER, public),
            json.dumps(row).encode(),
        ]
        signed = f"{packed({**header, 'alg': algorithm})}.{packed(claims)}"
        for secret in secrets:
            mac = hmac.new(secret, signed.encode(), f"sha{algorithm[2:]}").digest()
            assert await self.refused(verifier, f"{signed}.{packed(mac)}") == "token.invalid"

    async def test_a_key_that_comes_with_the_token_is_not_believed(self, verifier, issuer):
        header, claims = parts(issuer.staff_tokens()["access_token"])
        for key, algorithm in ((RSAKey.generate_key(2048), "RS256"), (ECKey.generate_key("P-256"), "ES256")):
            public = key.as_dict(private=False)
            for more in ({}, {"jwk": public}, {"jku": "https://evil.example/keys"}, {"x5u": "https://evil.example"}):
                registry = jws.JWSRegistry(algorithms=[algorithm], strict_check_header=False)
                registry.max_header_length = 4096
                forged = jws.serialize_compact(
                    {**header, "alg": algorithm, **more}, json.dumps(claims), key, registry=registry
                )
                assert await self.refused(verifier, forged) == "token.invalid"

    async def test_a_changed_token_is_refused(self, verifier, issuer):
        token = issuer.agency_token()
        header, claims, signature = token.split(".")
        changed = packed({**parts(token)[1], "organization": "agency-b"})
        other = signature[:-9] + ("A" if signature[-9] != "A" else "B") + signature[-8:]
        for forged in (f"{header}.{changed}.{signature}", f"{header}.{claims}.{other}", f"{header}.{claims}."):
            assert await self.refused(verifier, forged) == "token.invalid"

    def published(self, issuer, kid: str):
        [row] = [one for one in httpx2.get(issuer.jwks_url, timeout=60).json()["keys"] if one["kid"] == kid]
        return row, import_key(row)

    @settings(max_examples=150, deadline=None, suppress_health_check=list(HealthCheck))
    @given(
        st.one_of(
            st.text(max_size=200),
            st.binary(max_size=100).map(packed),
            st.lists(st.binary(max_size=60).map(packed), min_size=1, max_size=6).map(".".join),
            st.tuples(
                st.fixed_dictionaries(
                    {},
                    optional={
                        "alg": st.sampled_from(["RS256", "ES256", "none", "HS256", 1, None, ["RS256"]]),
                        "kid": st.one_of(st.text(max_size=20), st.integers(), st.none(), st.lists(st.integers())),
                        "typ": st.one_of(st.sampled_from(["JWT", "at+jwt"]), st.integers()),
                        "crit": st.one_of(st.lists(st.text(max_size=5)), st.integers()),
                        "b64": st.one_of(st.booleans(), st.text(max_size=2)),
                        "zip": st.just("DEF"),
                    },
                ),
                st.recursive(
                    st.one_of(st.none(), st.booleans(), st.floats(), st.text(max_size=10)),
                    lambda inner: st.one_of(st.lists(inner), st.dictionaries(st.text(max_size=8), inner)),
                    max_leaves=8,
                ),
                st.binary(max_size=80),
            ).map(lambda three: ".".join(packed(one) for one in three)),
        )
    )
    @example("." * 5000)
    @example("a" * 100_000)
    @example(packed(b"[" * 3000) + "." + packed({}) + ".AA")
    async def test_whatever_strangers_send_is_no_token_and_nothing_else_happens(self, verifier, token):
        assert await self.refused(verifier, token) == "token.invalid"

    @settings(max_examples=60, deadline=None, suppress_health_check=list(HealthCheck))
    @given(at=st.floats(0, 1, exclude_max=True), by=st.characters(codec="utf-8"))
    async def test_a_real_token_with_one_character_changed_is_no_token(self, verifier, issuer, at, by):
        token = self.kept(issuer)
        place = int(at * len(token))
        changed = token[:place] + by + token[place + 1 :]
        # The last character of each part holds bits that nothing reads.
        if changed != token and place not in {i for i in range(len(token)) if token[i + 1 : i + 2] in {".", ""}}:
            assert await self.refused(verifier, changed) == "token.invalid"

    def kept(self, issuer) -> str:
        """One token for many examples."""
        if not hasattr(issuer, "kept"):
            issuer.kept = issuer.agency_token()
        return issuer.kept

    # Keys that come and go, and a provider that is away.

    async def test_a_new_key_is_followed_and_the_old_one_holds_until_it_is_disabled(self, verifier, issuer, clock):
        old = issuer.agency_token()
        await verifier.verify(old)
        issuer.rotate_key()
        new = issuer.agency_token()
        assert parts(new)[0]["kid"] != parts(old)[0]["kid"]
        clock.by += COOL_DOWN
        await verifier.verify(new)
        await verifier.verify(old)
        issuer.disable_old_keys()
        clock.by += FRESH_FOR
        assert await self.refused(verifier, old) == "token.invalid"
        await verifier.verify(new)

    async def test_a_flood_of_unknown_keys_becomes_no_flood_of_fetches(self, verifier, issuer, clock, documents):
        good = issuer.agency_token()
        await verifier.verify(good)
        _, claims, signature = good.split(".")
        started, before = clock.now(), len(documents.asked)
        for number in range(FLOOD):
            forged = packed({**parts(good)[0], "kid": f"made-up-{number}"})
            assert await self.refused(verifier, f"{forged}.{claims}.{signature}") == "token.invalid"
            clock.by += timedelta(milliseconds=20)
        await verifier.verify(good)
        assert len(documents.asked) - before <= 1 + (clock.now() - started) / COOL_DOWN

    async def test_garbage_makes_nobody_ask_the_provider(self, verifier, documents):
        for garbage in ("", "x", "a.b.c", f"{packed({'alg': 'none', 'kid': 'x'})}.{packed({})}.", "." * 100):
            await self.refused(verifier, garbage)
        assert documents.asked == []

    async def test_while_the_provider_is_away_its_last_keys_hold(self, verifier, issuer, clock, documents):
        token = issuer.agency_token()
        await verifier.verify(token)
        documents.down = True
        clock.by += FRESH_FOR
        assert (await verifier.verify(token)).organization == "agency-a"
        forged = packed({**parts(token)[0], "kid": "perhaps-new"}) + token[token.index(".") :]
        with pytest.raises(Unavailable):
            await verifier.verify(forged)

    async def test_a_provider_never_reached_leaves_it_open_who_somebody_is(self, verifier, issuer, clock, documents):
        token = issuer.agency_token()
        documents.down = True
        with pytest.raises(Unavailable):
            await verifier.verify(token)
        documents.down = False
        clock.by += COOL_DOWN
        await verifier.verify(token)
