"""Signs tokens, in the form that Keycloak gives them."""

from __future__ import annotations

import secrets
from collections.abc import Mapping
from datetime import timedelta
from typing import Any

from joserfc import jwt
from joserfc.jwk import ECKey, KeyParameters
from notalone_chassis.clock import Clock

from notalone_app.issuer.people import STAFF_CLIENT, Agency, Person

LIFETIME = timedelta(hours=1)
ALGORITHM = "ES256"


def new_key() -> ECKey:
    """A fresh signing key with an id of its own."""
    parameters: KeyParameters = {"use": "sig", "alg": ALGORITHM, "kid": secrets.token_hex(8)}
    return ECKey.generate_key("P-256", parameters)


class Tokens:
    """The issuer's signature. Keys live as long as the process: with it all its tokens end."""

    def __init__(self, issuer: str, *, audience: str, clock: Clock) -> None:
        self.issuer = issuer
        # The first one signs; all are published.
        self.keys = [new_key()]
        self._audience = audience
        self._clock = clock

    def jwks(self) -> Mapping[str, Any]:
        """The public keys as a JWK set."""
        return {"keys": [key.as_dict(private=False) for key in self.keys]}

    def of_person(self, who: Person, *, nonce: str, with_id_token: bool) -> Mapping[str, Any]:
        """The token endpoint's answer to a person's code."""
        common = {"sub": f"development-{who.id}", "azp": STAFF_CLIENT, "preferred_username": who.id, "name": who.name}
        access = {"aud": self._audience, "typ": "Bearer", "scope": "openid profile", **common}
        answer = self._answer({**access, "realm_access": {"roles": list(who.roles)}})
        if with_id_token:
            claims = {"aud": STAFF_CLIENT, "typ": "ID", **({"nonce": nonce} if nonce else {}), **common}
            answer["id_token"] = self.sign(claims)
        return answer

    def of_agency(self, who: Agency) -> Mapping[str, Any]:
        """The token endpoint's answer to an agency's credentials."""
        return self._answer(
            {
                "aud": self._audience,
                "typ": "Bearer",
                "sub": f"development-{who.client_id}",
                "azp": who.client_id,
                "client_id": who.client_id,
                "organization": who.organization,
                "scope": " ".join(who.scopes),
            }
        )

    def sign(self, claims: Mapping[str, Any]) -> str:
        """A token with these claims, issued now."""
        now = int(self._clock.now().timestamp())
        times = {"iat": now, "exp": now + int(LIFETIME.total_seconds())}
        header = {"alg": ALGORITHM, "typ": "JWT", "kid": self.keys[0].kid}
        return jwt.encode(header, {"iss": self.issuer, **times, **claims}, self.keys[0])

    def _answer(self, claims: Mapping[str, Any]) -> dict[str, Any]:
        seconds = int(LIFETIME.total_seconds())
        return {
            "access_token": self.sign(claims),
            "token_type": "Bearer",
            "expires_in": seconds,
            "scope": claims["scope"],
        }
