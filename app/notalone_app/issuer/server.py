"""The issuer over HTTP: discovery, keys, sign-in, tokens."""

from __future__ import annotations

import base64
import binascii
import hmac
from collections.abc import Mapping
from typing import Any
from urllib.parse import parse_qsl, unquote_plus, urlsplit

from notalone_chassis.access.grants import SCOPES
from notalone_chassis.clock import Clock
from notalone_chassis.settings import ServiceSettings, SettingsError
from notalone_gateway.http_server import HttpServer, listen
from starlette.applications import Starlette
from starlette.requests import Request as HttpRequest
from starlette.responses import HTMLResponse, JSONResponse, RedirectResponse, Response
from starlette.routing import Route
from starlette.types import ASGIApp, Receive, Scope, Send

from notalone_app.issuer import pages
from notalone_app.issuer.codes import LOOPBACK, Codes, Request, RequestRefused, is_on_loopback
from notalone_app.issuer.people import agency, person
from notalone_app.issuer.tokens import ALGORITHM, Tokens

MAX_FORM_BYTES = 16 * 1024
_HEADERS = {
    "Cache-Control": "no-store",
    "Referrer-Policy": "no-referrer",
    "X-Frame-Options": "DENY",
    "X-Content-Type-Options": "nosniff",
}


class EmbeddedIssuer:
    """An issuer that serves."""

    def __init__(self, server: HttpServer, tokens: Tokens) -> None:
        self._server = server
        self.tokens = tokens

    @property
    def address(self) -> str:
        """Where it answers, as "127.0.0.1:port"."""
        return self._server.address

    @property
    def issuer(self) -> str:
        """What its tokens say they come from."""
        return self.tokens.issuer

    async def stop(self, grace: float) -> None:
        """Ends requests under way within `grace` seconds."""
        await self._server.stop(grace)


async def start(settings: ServiceSettings, *, port: int, clock: Clock) -> EmbeddedIssuer:
    """Starts the issuer on loopback; port 0 takes any free one.

    Raises:
        SettingsError: in production.
        OSError: the port is taken.
    """
    if settings.environment == "production":
        raise SettingsError("NOTALONE_OIDC_ISSUER is not set, and the development sign-in is not for production")
    listener = listen("127.0.0.1", port)
    tokens = Tokens(f"http://127.0.0.1:{listener.getsockname()[1]}", audience=settings.oidc_audience, clock=clock)
    return EmbeddedIssuer(await HttpServer.start(application(tokens, clock=clock), listener), tokens)


def application(tokens: Tokens, *, clock: Clock) -> ASGIApp:
    """The issuer without a server round it."""
    endpoints = _Endpoints(tokens, Codes(clock))
    routes = [
        Route("/", endpoints.about),
        Route("/.well-known/openid-configuration", endpoints.discovery),
        Route("/keys", endpoints.keys),
        Route("/authorize", endpoints.ask, methods=["GET"]),
        Route("/authorize", endpoints.sign_in, methods=["POST"]),
        Route("/token", endpoints.token, methods=["POST", "OPTIONS"]),
    ]
    return _OnLoopback(Starlette(routes=routes))


class _OnLoopback:
    """Answers only who calls this machine by its own name, so that no page elsewhere reaches it through DNS."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "http" and urlsplit(f"//{HttpRequest(scope).headers.get('host', '')}").hostname in LOOPBACK:
            await self._app(scope, receive, send)
        elif scope["type"] == "http":
            await Response(status_code=421)(scope, receive, send)


class _Endpoints:
    def __init__(self, tokens: Tokens, codes: Codes) -> None:
        self._tokens = tokens
        self._codes = codes

    async def about(self, _request: HttpRequest) -> Response:
        return HTMLResponse(pages.about(), headers=_HEADERS)

    async def discovery(self, request: HttpRequest) -> Response:
        issuer = self._tokens.issuer
        return _json(request, {
            "issuer": issuer,
            "authorization_endpoint": f"{issuer}/authorize",
            "token_endpoint": f"{issuer}/token",
            "jwks_uri": f"{issuer}/keys",
            "response_types_supported": ["code"],
            "grant_types_supported": ["authorization_code", "client_credentials"],
            "subject_types_supported": ["public"],
            "id_token_signing_alg_values_supported": [ALGORITHM],
            "token_endpoint_auth_methods_supported": ["client_secret_basic", "client_secret_post", "none"],
            "code_challenge_methods_supported": ["S256"],
            "scopes_supported": ["openid", "profile", *sorted(SCOPES)],
            "authorization_response_iss_parameter_supported": True,
        })  # fmt: skip

    async def keys(self, request: HttpRequest) -> Response:
        return _json(request, self._tokens.jwks())

    async def ask(self, request: HttpRequest) -> Response:
        try:
            return HTMLResponse(pages.sign_in(Request.read(dict(request.query_params))), headers=_HEADERS)
        except RequestRefused as refused:
            return HTMLResponse(pages.refused(refused.told), status_code=400, headers=_HEADERS)

    async def sign_in(self, request: HttpRequest) -> Response:
        try:
            form = await _form(request)
            asked, who = Request.read(form), person(form.get("person", ""))
        except RequestRefused as refused:
            return HTMLResponse(pages.refused(refused.told), status_code=400, headers=_HEADERS)
        if who is None:
            return HTMLResponse(pages.refused("nobody was chosen"), status_code=400, headers=_HEADERS)
        address = asked.answer(self._tokens.issuer, code=self._codes.give(asked, who))
        return RedirectResponse(address, status_code=303, headers=_HEADERS)

    async def token(self, request: HttpRequest) -> Response:
        if request.method == "OPTIONS":
            return _json(request, {})
        try:
            return _json(request, self._granted(request, await _form(request)))
        except RequestRefused as refused:
            status = 401 if refused.error == "invalid_client" else 400
            return _json(request, {"error": refused.error, "error_description": refused.told}, status=status)

    def _granted(self, request: HttpRequest, form: Mapping[str, str]) -> Mapping[str, Any]:
        match form.get("grant_type"):
            case "authorization_code":
                asked, who = self._codes.take(form)
                return self._tokens.of_person(who, nonce=asked.nonce, with_id_token="openid" in asked.scope.split())
            case "client_credentials":
                client, secret = _credentials(request, form)
                found = agency(client)
                if found is None or not hmac.compare_digest(secret.encode(), found.secret.encode()):
                    raise RequestRefused("invalid_client", "no such client and secret")
                return self._tokens.of_agency(found)
            case _:
                raise RequestRefused("unsupported_grant_type", "authorization_code or client_credentials")


async def _form(request: HttpRequest) -> Mapping[str, str]:
    body = bytearray()
    async for chunk in request.stream():
        body += chunk
        if len(body) > MAX_FORM_BYTES:
            raise RequestRefused("invalid_request", "the form is too large")
    try:
        return dict(parse_qsl(body.decode("utf-8"), keep_blank_values=True, max_num_fields=50))
    except ValueError:
        raise RequestRefused("invalid_request", "the form cannot be read") from None


def _credentials(request: HttpRequest, form: Mapping[str, str]) -> tuple[str, str]:
    scheme, _, packed = request.headers.get("authorization", "").partition(" ")
    if scheme.lower() != "basic":
        return form.get("client_id", ""), form.get("client_secret", "")
    try:
        client, _, secret = base64.b64decode(packed, validate=True).decode("utf-8").partition(":")
    except (binascii.Error, ValueError):
        return "", ""
    return unquote_plus(client), unquote_plus(secret)


def _json(request: HttpRequest, body: Mapping[str, Any], *, status: int = 200) -> Response:
    headers = dict(_HEADERS)
    origin = request.headers.get("origin", "")
    if is_on_loopback(origin):
        headers |= {
            "Access-Control-Allow-Origin": origin,
            "Access-Control-Allow-Headers": "authorization, content-type",
            "Vary": "Origin",
        }
    return JSONResponse(body, status_code=status, headers=headers)
