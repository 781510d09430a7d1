"""Gets an access token of the development issuer, the way a front end or an agency does."""

from __future__ import annotations

import secrets
from urllib.parse import parse_qs, urlsplit

import httpx2

from notalone_app.issuer.codes import challenge_of
from notalone_app.issuer.people import STAFF_CLIENT, Agency, Person

TIMEOUT_SECONDS = 10.0
# Nobody listens there: the code is read from the address, which is never opened.
_REDIRECT = "http://127.0.0.1/signed-in"


class NoToken(Exception):
    """The backend or its issuer gave none; the text says what to do."""


def get(backend: str, who: Person | Agency) -> str:
    """An access token for somebody of the development issuer.

    Args:
        backend: base address of a running backend, as "http://127.0.0.1:8080".
        who: for whom.

    Raises:
        NoToken: it does not run, or uses another identity provider.
    """
    try:
        with httpx2.Client(timeout=TIMEOUT_SECONDS) as http:
            issuer = _issuer_of(http, backend)
            answer = _of_agency(http, issuer, who) if isinstance(who, Agency) else _of_person(http, issuer, who)
    except (httpx2.HTTPError, ValueError, KeyError) as error:
        raise NoToken(f"No token from {backend}: is it running (make run) with the development sign-in?") from error
    return answer


def _issuer_of(http: httpx2.Client, backend: str) -> str:
    found = http.get(f"{backend}/.well-known/oauth-protected-resource").raise_for_status().json()
    return str(found["authorization_servers"][0])


def _of_agency(http: httpx2.Client, issuer: str, who: Agency) -> str:
    form = {"grant_type": "client_credentials", "client_id": who.client_id, "client_secret": who.secret}
    return str(http.post(f"{issuer}/token", data=form).raise_for_status().json()["access_token"])


def _of_person(http: httpx2.Client, issuer: str, who: Person) -> str:
    verifier = secrets.token_urlsafe(48)
    asked = {
        "client_id": STAFF_CLIENT,
        "response_type": "code",
        "redirect_uri": _REDIRECT,
        "code_challenge": challenge_of(verifier),
        "code_challenge_method": "S256",
        "person": who.id,
    }
    back = urlsplit(http.post(f"{issuer}/authorize", data=asked).headers["location"])
    form = {
        "grant_type": "authorization_code",
        "client_id": STAFF_CLIENT,
        "redirect_uri": _REDIRECT,
        "code": parse_qs(back.query)["code"][0],
        "code_verifier": verifier,
    }
    return str(http.post(f"{issuer}/token", data=form).raise_for_status().json()["access_token"])
