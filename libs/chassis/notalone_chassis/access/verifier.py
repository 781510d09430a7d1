"""Verifies access tokens (RFC 9068, and Keycloak's own form of them) without asking the identity provider."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import timedelta
from typing import Any, Final

from joserfc import jws
from joserfc.errors import JoseError

from notalone_chassis.access.caller import Caller
from notalone_chassis.access.claims import TokenInvalid, caller_of
from notalone_chassis.access.jwks import JwksCache
from notalone_chassis.clock import Clock
from notalone_chassis.errors import Unauthenticated

# Public-key signatures only: with HS256 a public key would be the secret, and "none" is no signature.
ALGORITHMS: Final = ("RS256", "PS256", "ES256")
# How far our clock and the provider's may stand apart.
LEEWAY: Final = timedelta(seconds=10)
MAX_TOKEN_CHARACTERS: Final = 8192
_END_OF_TIME: Final = 1e12
# Types of RFC 9068; a token that bears one needs no claim that says so again.
_ACCESS_TOKEN_TYPES = {"at+jwt", "application/at+jwt"}


class JwtVerifier:
    """`TokenVerifier` for signed JWTs of one issuer, meant for one audience."""

    def __init__(
        self, keys: JwksCache, *, issuer: str, audience: str, staff_clients: frozenset[str], clock: Clock
    ) -> None:
        """`staff_clients` are the ids of the front ends through which staff sign in."""
        self._keys = keys
        self._issuer = issuer
        self._audience = audience
        self._staff_clients = staff_clients
        self._clock = clock
        self._registry = jws.JWSRegistry(algorithms=list(ALGORITHMS), strict_check_header=False)

    async def verify(self, token: str) -> Caller:
        """See `TokenVerifier.verify`."""
        try:
            signed = self._parse(token)
            claims = await self._signed_claims(signed)
            self._check(claims, header_type=str(signed.headers().get("typ", "")).lower())
            return caller_of(claims, staff_clients=self._staff_clients)
        except TokenInvalid:
            raise Unauthenticated("token.invalid") from None

    def _parse(self, token: str) -> jws.CompactSignature:
        if len(token) > MAX_TOKEN_CHARACTERS or not token.isascii():
            raise TokenInvalid("form")
        try:
            signed = jws.extract_compact(token.encode("ascii"), registry=self._registry)
            self._registry.check_header(signed.headers())
        except (JoseError, ValueError, TypeError, KeyError, AttributeError, RecursionError):
            # Whatever strangers send: the parser meets it before anything is verified.
            raise TokenInvalid("form") from None
        return signed

    async def _signed_claims(self, signed: jws.CompactSignature) -> Mapping[str, Any]:
        header = signed.headers()
        kid, algorithm = header.get("kid"), header.get("alg")
        # Before a key is looked for: nobody makes us fetch for a token that could never be good.
        if not isinstance(kid, str) or algorithm not in ALGORITHMS or header.get("b64") is False:
            raise TokenInvalid("header")
        key = await self._keys.find(kid)
        if key is None or key.get("alg", algorithm) != algorithm:
            raise TokenInvalid("key")
        try:
            good = jws.validate_compact(signed, key, registry=self._registry)
            claims = json.loads(signed.payload)
        except (JoseError, ValueError, TypeError, RecursionError):
            raise TokenInvalid("signature") from None
        if not good or not isinstance(claims, dict):
            raise TokenInvalid("signature")
        return claims

    def _check(self, claims: Mapping[str, Any], *, header_type: str) -> None:
        """Holds claims against what an access token for us must say.

        Raises:
            TokenInvalid: they say something else.
            Unauthenticated: all is right, but it has expired.
        """
        audiences = claims.get("aud")
        if claims.get("iss") != self._issuer:
            raise TokenInvalid("iss")
        if self._audience not in (audiences if isinstance(audiences, list) else [audiences]):
            raise TokenInvalid("aud")
        # Keycloak marks access tokens "Bearer", ID tokens "ID", others by their own names.
        marked = claims.get("typ", "Bearer" if header_type in _ACCESS_TOKEN_TYPES else "")
        if marked != "Bearer" or header_type not in {"jwt", *_ACCESS_TOKEN_TYPES}:
            raise TokenInvalid("typ")
        now, leeway = self._clock.now().timestamp(), LEEWAY.total_seconds()
        expires, issued = _instant(claims, "exp"), _instant(claims, "iat")
        if issued > now + leeway or _instant(claims, "nbf", otherwise=issued) > now + leeway:
            raise TokenInvalid("nbf")
        if expires <= now - leeway:
            raise Unauthenticated("token.expired")


def _instant(claims: Mapping[str, Any], name: str, *, otherwise: float | None = None) -> float:
    found = claims.get(name, otherwise)
    # Bounds leave out NaN and infinity too.
    if isinstance(found, bool) or not isinstance(found, int | float) or not 0 <= found < _END_OF_TIME:
        raise TokenInvalid(name)
    return float(found)
