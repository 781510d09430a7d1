"""Gets an access token of the development issuer, the way a front end or an agency does."""

from __future__ import annotations

import argparse
import secrets
from collections.abc import Mapping
from typing import TextIO
from urllib.parse import parse_qs, urlsplit

import httpx2
from notalone_chassis.access.grants import ROLES

from notalone_app.issuer.codes import challenge_of
from notalone_app.issuer.people import AGENCIES, PEOPLE, STAFF_CLIENT, Agency, Person, agency, person, person_with

TIMEOUT_SECONDS = 10.0
# Nobody listens there: the code is read from the address, which is never opened.
_REDIRECT = "http://127.0.0.1/signed-in"


class NoToken(Exception):
    """The backend or its issuer gave none; the text says what to do."""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declares the arguments of `notalone token`."""
    whose = parser.add_mutually_exclusive_group(required=True)
    whose.add_argument("--role", choices=sorted(ROLES), help="of somebody who has this role")
    whose.add_argument("--person", choices=[one.id for one in PEOPLE], help="of this person")
    whose.add_argument("--agency", choices=[one.client_id for one in AGENCIES], help="of this agency's client")
    parser.add_argument("--backend", help="where the backend runs; as NOTALONE_HTTP_PORT says without it")


def run(given: argparse.Namespace, *, environment: Mapping[str, str], out: TextIO, err: TextIO) -> int:
    """Prints a token for whom the arguments name; returns the exit code."""
    backend = given.backend or f"http://127.0.0.1:{environment.get('NOTALONE_HTTP_PORT', '8080')}"
    who = person_with(given.role) if given.role else person(given.person or "") or agency(given.agency or "")
    if who is None:
        err.write("There is nobody such.\n")
        return 2
    try:
        out.write(f"{get(backend.rstrip('/'), who)}\n")
    except NoToken as error:
        err.write(f"{error}\n")
        return 1
    return 0


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
