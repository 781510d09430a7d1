"""The ASGI application: finds who answers, guards, hardens, logs."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from urllib.parse import urlsplit

import structlog
from notalone_chassis.access.grants import SCOPES
from notalone_chassis.telemetry import Metrics, Tracing
from starlette.datastructures import MutableHeaders
from starlette.requests import ClientDisconnect, Request
from starlette.responses import JSONResponse, Response
from starlette.types import Message, Receive, Scope, Send

from notalone_gateway import api, cors, errors, headers, pages, problems
from notalone_gateway.contract import Call
from notalone_gateway.limits import CallerRate, Places
from notalone_gateway.problems import Problem
from notalone_gateway.settings import GatewaySettings
from notalone_gateway.site import File, Site, respond
from notalone_gateway.upstream import Upstream

_METHODS = {"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"}
_OTHER_METHOD = "(other)"
_GONE = 499
# The only page that fetches something from elsewhere: tokens, from the identity provider.
STAFF_PAGE = "/staff/"
# Anybody can make these up, and each is kept as a count: few are taken from one caller.
REPORT = "notalone.catalog.v1.ContactReportService.ReportContact"
RESOURCE = "/.well-known/oauth-protected-resource"


@dataclass(slots=True)
class Trace:
    """What one request leaves in the log."""

    started: float
    route: str = "(unknown)"
    status: int = 0
    bytes: int = field(default=0)


@dataclass(frozen=True, slots=True, kw_only=True)
class Parts:
    """What the application is put together from."""

    settings: GatewaySettings
    calls: Sequence[Call]
    api: api.Api
    services: Upstream
    contacts: errors.HelpContacts
    rate: CallerRate
    report_rate: CallerRate
    site: Site
    docs: Site
    fixed: Mapping[str, File]
    log: structlog.typing.FilteringBoundLogger
    metrics: Metrics
    tracing: Tracing


class Gateway:
    """Answers every HTTP request; nothing it does ends in an unhandled error."""

    def __init__(self, parts: Parts) -> None:
        self._parts = parts
        self._places = Places(parts.settings.max_concurrent_calls)
        self._draining = False

    def drain(self) -> None:
        """Says from now on that it is not ready."""
        self._draining = True

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answers one request."""
        if scope["type"] != "http":
            return
        trace = Trace(started=asyncio.get_running_loop().time())
        request = Request(scope, receive)
        method = request.method if request.method in _METHODS else _OTHER_METHOD
        self._parts.metrics.add("notalone_http_in_flight", 1)
        try:
            # Only this header is taken over: what else a browser may send along says things of its owner.
            parents = [request.headers.get("traceparent", "")]
            with self._parts.tracing.span("http.server", {"http.request.method": method}, parents=parents) as span:
                try:
                    await self._respond(request, send, trace)
                finally:
                    span.set("http.route", trace.route)
                    span.set("http.response.status_code", trace.status)
                    if trace.status >= 500:
                        span.fail(str(trace.status))
                    self._tell(method, trace)
        finally:
            self._parts.metrics.add("notalone_http_in_flight", -1)

    async def _respond(self, request: Request, send: Send, trace: Trace) -> None:
        try:
            response = await self._answer(request, trace)
        except ClientDisconnect:
            response = Response(status_code=_GONE)
        except Exception:  # the one place where anything may arrive
            self._parts.log.exception("request failed", route=trace.route)
            response = self._refusal(request, problems.internal())
        self._finish(request, response, trace)
        await response(request.scope, request.receive, _counting(send, trace))

    def _tell(self, method: str, trace: Trace) -> None:
        seconds = asyncio.get_running_loop().time() - trace.started
        self._parts.metrics.observe(
            "notalone_http_request_seconds", seconds, method=method, route=trace.route, status=str(trace.status)
        )
        self._parts.log.info(
            "request",
            method=method,
            route=trace.route,
            status=trace.status,
            bytes=trace.bytes,
            duration_ms=round(seconds * 1000, 2),
        )

    async def _answer(self, request: Request, trace: Trace) -> Response:
        path: bytes = request.scope.get("raw_path") or request.scope["path"].encode("utf-8")
        try:
            if len(path) + len(request.scope["query_string"]) > self._parts.settings.max_address_bytes:
                raise problems.address_too_long()
            if path.startswith((b"/v1/", b"/hsds/")) or path == b"/hsds":
                return await self._answer_call(request, path, trace)
            return await self._answer_page(request, path, trace)
        except Problem as problem:
            return self._refusal(request, problem)

    async def _answer_call(self, request: Request, path: bytes, trace: Trace) -> Response:
        try:
            found = {
                call.verb: (call, values)
                for call in self._parts.calls
                if (values := call.template.match(path)) is not None
            }
        except UnicodeDecodeError:
            raise problems.address_unreadable() from None
        if not found:
            raise problems.not_found()
        trace.route = next(iter(found.values()))[0].template.text
        allowed = {*found, "HEAD"} if "GET" in found else set(found)
        if request.method == "OPTIONS":
            return cors.options(allowed)
        match = found.get("GET" if request.method == "HEAD" else request.method)
        if match is None:
            raise problems.method_not_allowed(allowed)
        caller = request.client.host if request.client else ""
        self._parts.rate.take(caller)
        if match[0].method.full_name == REPORT:
            self._parts.report_rate.take(caller)
        with self._places.one():
            return await self._parts.api.answer(request, match[0], match[1])

    async def _answer_page(self, request: Request, raw_path: bytes, trace: Trace) -> Response:
        path = raw_path.decode("ascii", "replace")
        answer: Response | None
        if path == "/healthz":
            answer = JSONResponse({"status": "alive"})
        elif path == "/readyz":
            answer = await self._readiness()
        elif path == RESOURCE and self._parts.settings.oidc_issuer:
            answer = self._resource(request)
        elif path in self._parts.fixed:
            answer = respond(request, self._parts.fixed[path])
        else:
            answer = self._parts.docs.answer(request, path) or self._parts.site.answer(request, path)
        if answer is None:
            raise problems.not_found()
        fixed = path in {"/healthz", "/readyz", RESOURCE, *self._parts.fixed}
        trace.route = path if fixed else "(static)"
        if request.method == "OPTIONS":
            return cors.options({"GET", "HEAD"})
        if request.method not in {"GET", "HEAD"}:
            raise problems.method_not_allowed({"GET", "HEAD"})
        return answer

    def _resource(self, request: Request) -> Response:
        """Where access tokens for us come from (RFC 9728), for front ends to find at run time."""
        settings = self._parts.settings
        return JSONResponse(
            {
                "resource": settings.public_url or str(request.base_url).rstrip("/"),
                "authorization_servers": [settings.oidc_issuer],
                "scopes_supported": sorted(SCOPES),
                "bearer_methods_supported": ["header"],
            }
        )

    async def _readiness(self) -> Response:
        found = await self._parts.services.down()
        down = [*found.for_all, *(["gateway"] if self._draining else [])]
        told: dict[str, object] = {"down": down} if down else {"status": "ready"}
        if found.for_staff:
            # That staff cannot work keeps nobody else from anything: people still go to this gateway.
            told["downForStaff"] = found.for_staff
        return JSONResponse(told, status_code=503 if down else 200)

    def _refusal(self, request: Request, problem: Problem) -> Response:
        language = api.language_of_header(request)
        for_person = api.wants_page(request) and problem.http == 404
        if for_person and not request.scope["path"].startswith("/v1/"):
            return pages.not_found(language=language, contacts=self._parts.contacts(language))
        contacts = self._parts.contacts(language) if errors.needs_help(problem.http) else ()
        return errors.of_problem(problem, language=language, contacts=contacts)

    def _finish(self, request: Request, response: Response, trace: Trace) -> None:
        settings = self._parts.settings
        found = MutableHeaders(raw=response.raw_headers)
        issuer = urlsplit(settings.oidc_issuer)
        for_staff = request.scope["path"] == STAFF_PAGE and issuer.netloc
        headers.harden(
            found,
            production=settings.environment == "production",
            sign_in=f"{issuer.scheme}://{issuer.netloc}" if for_staff else "",
        )
        cors.allow(request, found, settings.cors_origins)
        trace.status = response.status_code
        if request.method == "HEAD":
            response.body = b""


def _counting(send: Send, trace: Trace) -> Send:
    async def counted(message: Message) -> None:
        if message["type"] == "http.response.body":
            trace.bytes += len(message.get("body", b""))
        await send(message)

    return counted
