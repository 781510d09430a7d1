"""Headers of a request that go along to the service: read strictly, passed on only where the call asks for them."""

from __future__ import annotations

import re
import uuid

from notalone_chassis.errors import FieldViolation
from starlette.requests import Request

from notalone_gateway import problems, upstream
from notalone_gateway.contract import Call

# What gRPC carries as text; the service has the say on all else.
_CARRIED = re.compile(r"[\x21-\x7e]+( [\x21-\x7e]+)*")
_ORIGIN = re.compile(r"https?://[A-Za-z0-9.:\[\]_-]{1,255}")


def authorization(request: Request, call: Call) -> str:
    """The access token as it came, where the call takes one; asked before anything else of the request is read.

    Whether it is a true one is for the service to say.

    Raises:
        Problem: there is none, or more than one, or it is malformed.
    """
    if not call.protected:
        return ""
    given = request.headers.getlist("authorization")
    if not given:
        raise problems.token_missing()
    if len(given) > 1 or not _CARRIED.fullmatch(given[0]):
        raise problems.token_unreadable()
    return given[0]


def metadata(
    request: Request, call: Call, *, language: str, token: str = "", public_url: str = ""
) -> upstream.Metadata:
    """What goes along with a call.

    Args:
        request: As it came.
        call: What it asks for.
        language: Of its errors.
        token: What `authorization` found.
        public_url: Under which everybody reaches us; the address that the request names where empty.

    Raises:
        Problem: a header is malformed.
    """
    return upstream.metadata(
        language=language,
        authorization=token,
        idempotency_key=_idempotency_key(request) if call.creates else "",
        # What is made may get a link.
        origin=(public_url or _origin(request)) if call.creates else "",
    )


def _origin(request: Request) -> str:
    found = f"{request.url.scheme}://{request.headers.get('host', '')}"
    return found if _ORIGIN.fullmatch(found) else ""


def _idempotency_key(request: Request) -> str:
    given = request.headers.getlist("idempotency-key")
    if not given:
        return ""
    try:
        key = uuid.UUID(given[0])
    except ValueError:
        key = None
    if key is None or len(given) > 1 or str(key) != given[0].lower():
        raise problems.invalid_fields([FieldViolation("Idempotency-Key", "idempotency.form")])
    return str(key)
