"""What happens round every gRPC call, once and for all services.

In order: the method must declare who may call it; the caller must give a deadline, and be one of those; at most so
many calls at once; the request must keep the rules of the proto; an error becomes google.rpc.Status; one log line says
how it ended, without a word of its content.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Awaitable, Callable
from datetime import timedelta
from typing import Any, NoReturn, cast

import grpc
import structlog
from google.protobuf.descriptor import MethodDescriptor, ServiceDescriptor
from google.protobuf.message import Message
from google.rpc import code_pb2, status_pb2
from grpc_status import rpc_status
from notalone.common.v1 import access_pb2
from notalone_kernel import languages

from notalone_chassis import validation
from notalone_chassis.access.admission import Admission, access_of
from notalone_chassis.access.caller import calling
from notalone_chassis.errors import ResourceExhausted, ServiceError
from notalone_chassis.status import grpc_code, to_status

Handler = Callable[[Any, grpc.aio.ServicerContext[Any, Any]], Awaitable[Any]]

# Open to everybody: they tell nothing but whether a service is alive, and what its contract is.
INFRASTRUCTURE = ("/grpc.health.v1.Health/", "/grpc.reflection.v1alpha.ServerReflection/")


class Guard(grpc.aio.ServerInterceptor):
    """Wraps the handlers of the declared services."""

    def __init__(
        self,
        services: list[ServiceDescriptor],
        *,
        admission: Admission,
        log: structlog.typing.FilteringBoundLogger,
        max_concurrent: int,
    ) -> None:
        self._methods: dict[str, MethodDescriptor] = {
            f"/{service.full_name}/{method.name}": method for service in services for method in service.methods
        }
        self._admission = admission
        self._log = log
        self._places = asyncio.Semaphore(max_concurrent)

    async def intercept_service(
        self,
        continuation: Callable[[grpc.HandlerCallDetails], Awaitable[grpc.RpcMethodHandler[Any, Any] | None]],
        handler_call_details: grpc.HandlerCallDetails,
    ) -> grpc.RpcMethodHandler[Any, Any] | None:
        """Puts the guard round a unary handler."""
        name = handler_call_details.method
        handler = await continuation(handler_call_details)
        if handler is None or name.startswith(INFRASTRUCTURE):
            return handler
        method = self._methods.get(name)
        if method is None or access_of(method) == access_pb2.ACCESS_UNSPECIFIED:
            return grpc.unary_unary_rpc_method_handler(_refuse)
        return grpc.unary_unary_rpc_method_handler(
            self._guarded(method, cast(Handler, handler.unary_unary)),
            request_deserializer=handler.request_deserializer,
            response_serializer=handler.response_serializer,
        )

    def _guarded(self, method: MethodDescriptor, inner: Handler) -> Handler:
        name = f"/{method.containing_service.full_name}/{method.name}"

        async def call(request: Any, context: grpc.aio.ServicerContext[Any, Any]) -> Any:  # noqa: ANN401
            started = time.monotonic()
            code = "OK"
            try:
                return await self._answer(method, inner, request, context)
            except asyncio.CancelledError:
                code = "CANCELLED"
                raise
            except grpc.aio.AbortError:
                # Already answered with its status.
                code = "ABORTED_BY_GUARD"
                raise
            except Exception as error:  # noqa: BLE001 the one place that maps errors
                status = to_status(error, language=language_of(request, context))
                code = grpc_code(status).name
                if not isinstance(error, ServiceError):
                    self._log.error("call failed", method=name, exc_info=error)
                await context.abort_with_status(rpc_status.to_status(status))
            finally:
                self._log.info(
                    "call", method=name, code=code, duration_ms=round((time.monotonic() - started) * 1000, 2)
                )

        return call

    async def _answer(
        self, method: MethodDescriptor, inner: Handler, request: Message, context: grpc.aio.ServicerContext[Any, Any]
    ) -> object:
        if context.time_remaining() is None:
            await _abort(context, code_pb2.INVALID_ARGUMENT, "every call needs a deadline")
        # Before a place is taken: waiting for the identity provider's keys must not keep others out.
        who = await self._admission.admit(method, context.invocation_metadata() or ())
        if self._places.locked():
            raise ResourceExhausted(timedelta(seconds=1))
        async with self._places:
            validation.check(request)
            with calling(who):
                return await inner(request, context)


def language_of(request: Message, context: grpc.aio.ServicerContext[Any, Any]) -> str:
    """The language to answer errors in: the request's own field, else the caller's header."""
    asked = getattr(request, "language", "")
    if not asked:
        header = dict(context.invocation_metadata() or ()).get("accept-language", "")
        asked = header.decode("ascii", "replace") if isinstance(header, bytes) else header
    return languages.resolve(asked)


async def _refuse(_request: Any, context: grpc.aio.ServicerContext[Any, Any]) -> NoReturn:  # noqa: ANN401
    await _abort(context, code_pb2.PERMISSION_DENIED, "this method declares no access and is refused")


async def _abort(context: grpc.aio.ServicerContext[Any, Any], code: int, text: str) -> NoReturn:
    status = status_pb2.Status(code=code, message=text)
    await context.abort_with_status(rpc_status.to_status(status))
