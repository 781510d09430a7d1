"""Which other front ends' pages may call (CORS). None, unless a setting names them; no cookies are ever involved."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from starlette.datastructures import MutableHeaders
from starlette.requests import Request
from starlette.responses import Response

_REQUEST_HEADERS = "accept-language, content-type, idempotency-key, if-none-match, traceparent"
_RESPONSE_HEADERS = "content-disposition, etag, retry-after, www-authenticate"


def options(methods: Iterable[str]) -> Response:
    """The answer to OPTIONS at an address that has these methods."""
    return Response(status_code=204, headers={"Allow": ", ".join(sorted({*methods, "OPTIONS"}))})


def allow(request: Request, headers: MutableHeaders, origins: Sequence[str]) -> None:
    """Adds what lets an allowed origin's page read this answer, and send the request it asks about."""
    if not origins:
        return
    headers.add_vary_header("Origin")
    origin = request.headers.get("origin", "")
    if not origin or not ("*" in origins or origin in origins):
        return
    headers["Access-Control-Allow-Origin"] = "*" if "*" in origins else origin
    headers["Access-Control-Expose-Headers"] = _RESPONSE_HEADERS
    headers["Cross-Origin-Resource-Policy"] = "cross-origin"
    if request.method == "OPTIONS" and "access-control-request-method" in request.headers:
        headers["Access-Control-Allow-Methods"] = headers.get("Allow", "")
        # A token only from pages that are named: "any" is for the public side.
        named = ", authorization" if origin in origins else ""
        headers["Access-Control-Allow-Headers"] = _REQUEST_HEADERS + named
        headers["Access-Control-Max-Age"] = "600"
