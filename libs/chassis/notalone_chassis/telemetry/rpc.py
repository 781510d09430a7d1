"""Spans and metrics round every gRPC call, on both sides."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Awaitable, Callable
from typing import Any, cast

import grpc
from google.protobuf.message import Message

from notalone_chassis.interceptors import INFRASTRUCTURE, Handler
from notalone_chassis.telemetry.process import Telemetry
from notalone_chassis.telemetry.tracing import Span, traceparent

HEADER = "traceparent"
# A context tells its code as a member or as a number, as it was given.
_CODES: dict[object, str] = {key: code.name for code in grpc.StatusCode for key in (code, code.value[0])}


class ObserveServer(grpc.aio.ServerInterceptor):
    """The outermost interceptor of a service: continues the caller's trace, times the call, counts how it ended."""

    def __init__(self, telemetry: Telemetry, service: str) -> None:
        self._metrics = telemetry.metrics
        self._tracing = telemetry.tracing(service)
        self._service = service

    async def intercept_service(
        self,
        continuation: Callable[[grpc.HandlerCallDetails], Awaitable[grpc.RpcMethodHandler[Any, Any] | None]],
        handler_call_details: grpc.HandlerCallDetails,
    ) -> grpc.RpcMethodHandler[Any, Any] | None:
        """Puts a span round a unary handler."""
        name = handler_call_details.method
        handler = await continuation(handler_call_details)
        if handler is None or handler.unary_unary is None or name.startswith(INFRASTRUCTURE):
            return handler
        return grpc.unary_unary_rpc_method_handler(
            self._observed(name.removeprefix("/"), cast(Handler, handler.unary_unary)),
            request_deserializer=handler.request_deserializer,
            response_serializer=handler.response_serializer,
        )

    def _observed(self, method: str, inner: Handler) -> Handler:
        async def call(request: Any, context: grpc.aio.ServicerContext[Any, Any]) -> Any:  # noqa: ANN401
            started = time.monotonic()
            code = "OK"
            self._metrics.add("notalone_rpc_server_in_flight", 1, service=self._service)
            try:
                with self._tracing.span("rpc.server", _attributes(method), parents=[_header(context)]) as span:
                    try:
                        answer = await inner(request, context)
                    except asyncio.CancelledError:
                        code = "CANCELLED"
                        raise
                    except BaseException:
                        # Aborted with its code; whatever was not is a fault.
                        code = _code(context)
                        raise
                    finally:
                        _end(span, code)
                self._count_degraded(method, answer)
                return answer
            finally:
                self._metrics.add("notalone_rpc_server_in_flight", -1, service=self._service)
                self._metrics.observe(
                    "notalone_rpc_server_seconds", time.monotonic() - started, method=method, code=code
                )

        return call

    def _count_degraded(self, method: str, answer: Message) -> None:
        for part in getattr(answer, "degraded", ()):
            self._metrics.count("notalone_degraded_answers_total", method=method, part=part)


class ObserveClient(grpc.aio.UnaryUnaryClientInterceptor):
    """Puts a span round every call of a channel, and sends its header along."""

    def __init__(self, telemetry: Telemetry, service: str) -> None:
        self._metrics = telemetry.metrics
        self._tracing = telemetry.tracing(service)
        self._service = service

    async def intercept_unary_unary(
        self,
        continuation: Callable[[grpc.aio.ClientCallDetails, Any], Awaitable[Any]],
        client_call_details: grpc.aio.ClientCallDetails,
        request: Any,  # noqa: ANN401 whatever message the method takes
    ) -> Any:  # noqa: ANN401
        """Makes the call; its answer, or the error of the call."""
        path = client_call_details.method
        name = path.decode() if isinstance(path, bytes) else path
        if name.startswith(INFRASTRUCTURE):
            return await continuation(client_call_details, request)
        return await self._call(continuation, client_call_details, request, name.removeprefix("/"))

    async def _call(
        self,
        continuation: Callable[[grpc.aio.ClientCallDetails, Any], Awaitable[Any]],
        details: grpc.aio.ClientCallDetails,
        request: Any,  # noqa: ANN401
        method: str,
    ) -> Any:  # noqa: ANN401
        started = time.monotonic()
        code = "OK"
        try:
            with self._tracing.span("rpc.client", _attributes(method)) as span:
                try:
                    # Awaited here, and not only begun: so the span ends with the call, and a cancellation reaches it.
                    return await (await continuation(_with_header(details), request))
                except asyncio.CancelledError:
                    code = "CANCELLED"
                    raise
                except grpc.aio.AioRpcError as error:
                    code = error.code().name
                    raise
                finally:
                    _end(span, code)
        finally:
            self._metrics.observe(
                "notalone_rpc_client_seconds",
                time.monotonic() - started,
                service=self._service,
                method=method,
                code=code,
            )


def _code(context: grpc.aio.ServicerContext[Any, Any]) -> str:
    return _CODES.get(context.code() or grpc.StatusCode.UNKNOWN, "UNKNOWN")


def _attributes(method: str) -> dict[str, str]:
    return {"rpc.system.name": "grpc", "rpc.method": method}


def _end(span: Span, code: str) -> None:
    span.set("rpc.response.status_code", code)
    if code != "OK":
        span.fail(code)


def _header(context: grpc.aio.ServicerContext[Any, Any]) -> str:
    for key, value in context.invocation_metadata() or ():
        if key == HEADER:
            return value if isinstance(value, str) else value.decode("ascii", "replace")
    return ""


def _with_header(details: grpc.aio.ClientCallDetails) -> grpc.aio.ClientCallDetails:
    metadata = grpc.aio.Metadata(*(details.metadata or ()))
    metadata[HEADER] = traceparent()
    return grpc.aio.ClientCallDetails(
        details.method, details.timeout, metadata, details.credentials, details.wait_for_ready
    )
