"""Authorization requests, and the codes they end in (RFC 6749 with PKCE, RFC 7636)."""

from __future__ import annotations

import base64
import hashlib
import hmac
import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from urllib.parse import urlencode, urlsplit

from notalone_chassis.clock import Clock

from notalone_app.issuer.people import STAFF_CLIENT, Person

CODE_LIFETIME = timedelta(minutes=1)
LOOPBACK = frozenset({"127.0.0.1", "localhost", "::1"})
MOST_CODES = 1000


class RequestRefused(Exception):
    """A request that cannot be answered; `error` is the code of RFC 6749, `told` a sentence for the developer."""

    def __init__(self, error: str, told: str) -> None:
        super().__init__(told)
        self.error = error
        self.told = told


@dataclass(frozen=True, slots=True)
class Request:
    """What a front end asks for when it sends somebody here to sign in."""

    redirect_uri: str
    state: str
    scope: str
    nonce: str
    challenge: str

    @classmethod
    def read(cls, given: Mapping[str, str]) -> Request:
        """Reads it from a query or a form.

        Raises:
            RequestRefused: it is not one that this issuer answers.
        """
        redirect = given.get("redirect_uri", "")
        if not is_on_loopback(redirect):
            raise RequestRefused("invalid_request", "redirect_uri must lead to this machine: this is for development")
        if given.get("client_id") != STAFF_CLIENT:
            raise RequestRefused("unauthorized_client", f"the only client is {STAFF_CLIENT}")
        if given.get("response_type") != "code":
            raise RequestRefused("unsupported_response_type", "response_type must be code")
        challenge = given.get("code_challenge", "")
        if not challenge or given.get("code_challenge_method") != "S256":
            raise RequestRefused("invalid_request", "PKCE is needed: code_challenge with code_challenge_method=S256")
        return cls(redirect, given.get("state", ""), given.get("scope", ""), given.get("nonce", ""), challenge)

    def fields(self) -> Mapping[str, str]:
        """The request as `read` takes it."""
        return {
            "client_id": STAFF_CLIENT,
            "response_type": "code",
            "redirect_uri": self.redirect_uri,
            "state": self.state,
            "scope": self.scope,
            "nonce": self.nonce,
            "code_challenge": self.challenge,
            "code_challenge_method": "S256",
        }

    def answer(self, issuer: str, **more: str) -> str:
        """The address that leads back to the front end."""
        query = {**more, **({"state": self.state} if self.state else {}), "iss": issuer}
        return f"{self.redirect_uri}{'&' if urlsplit(self.redirect_uri).query else '?'}{urlencode(query)}"


class Codes:
    """Codes that were given out and not used yet; each is good once and for a minute."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._open: dict[str, tuple[Request, Person, datetime]] = {}

    def give(self, request: Request, who: Person) -> str:
        """A code for somebody who signed in."""
        if len(self._open) >= MOST_CODES:
            self._open.pop(next(iter(self._open)))
        code = secrets.token_urlsafe(24)
        self._open[code] = (request, who, self._clock.now())
        return code

    def take(self, given: Mapping[str, str]) -> tuple[Request, Person]:
        """Whom a token request's code stands for.

        Raises:
            RequestRefused: code, redirect_uri or code_verifier do not belong together, or it is too late.
        """
        request, who, since = self._open.pop(given.get("code", ""), (None, None, None))
        if request is None or who is None or since is None or self._clock.now() - since > CODE_LIFETIME:
            raise RequestRefused("invalid_grant", "the code is unknown, used, or older than a minute")
        right = hmac.compare_digest(challenge_of(given.get("code_verifier", "")).encode(), request.challenge.encode())
        if given.get("redirect_uri") != request.redirect_uri or given.get("client_id") != STAFF_CLIENT or not right:
            raise RequestRefused("invalid_grant", "redirect_uri, client_id or code_verifier are not those of the code")
        return request, who


def challenge_of(verifier: str) -> str:
    """The S256 challenge of a code verifier."""
    digest = hashlib.sha256(verifier.encode()).digest()
    return base64.urlsafe_b64encode(digest).rstrip(b"=").decode()


def is_on_loopback(address: str) -> bool:
    """Whether an absolute address leads to this machine."""
    try:
        url = urlsplit(address)
        host = url.hostname
    except ValueError:
        return False
    return url.scheme in {"http", "https"} and host in LOOPBACK and not url.fragment and "@" not in url.netloc
