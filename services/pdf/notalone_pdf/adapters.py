"""The dialogue service over gRPC."""

from __future__ import annotations

from datetime import timedelta
from typing import NoReturn, cast

import grpc
from google.protobuf import any_pb2, descriptor_pool, message_factory
from google.protobuf.message import Message
from google.rpc import error_details_pb2, status_pb2
from grpc_status import rpc_status
from notalone.dialogue.v1 import dialogue_service_pb2 as dialogue
from notalone.dialogue.v1 import dialogue_service_pb2_grpc as dialogue_grpc
from notalone_chassis.errors import FieldViolation, InvalidArgument, NotFound, ResourceExhausted, Unavailable

# The chassis adds these itself, in the language of our own caller.
_ADDED_AGAIN = (error_details_pb2.ErrorInfo, error_details_pb2.BadRequest, error_details_pb2.LocalizedMessage)


class GrpcConversations:
    """`Conversations` behind a channel that its maker closes."""

    def __init__(self, channel: grpc.aio.Channel) -> None:
        self._stub = dialogue_grpc.DialogueServiceStub(channel)

    async def describe(
        self, request: dialogue.DescribeConversationRequest, *, accept_language: str, seconds: float
    ) -> dialogue.DescribeConversationResponse:
        """See `Conversations.describe`."""
        metadata = (("accept-language", accept_language),) if accept_language else ()
        try:
            return await self._stub.DescribeConversation(request, timeout=seconds, metadata=metadata)
        except grpc.aio.AioRpcError as error:
            _raise_as_ours(error)


def _raise_as_ours(error: grpc.aio.AioRpcError) -> NoReturn:
    """Raises the error that our own caller gets: what is wrong with the request is passed on unchanged."""
    status = rpc_status.from_call(cast(grpc.Call, error))
    details = _details(status)
    match error.code():
        case grpc.StatusCode.INVALID_ARGUMENT:
            others = [detail for detail in details if not isinstance(detail, _ADDED_AGAIN)]
            raise InvalidArgument(*_violations(details), details=others) from error
        case grpc.StatusCode.NOT_FOUND:
            raise NotFound(_resource(details), "") from error
        case grpc.StatusCode.RESOURCE_EXHAUSTED:
            raise ResourceExhausted(_retry_after(details)) from error
        case _:
            raise Unavailable("dialogue") from error


def _details(status: status_pb2.Status | None) -> list[Message]:
    return [] if status is None else [found for packed in status.details if (found := _unpacked(packed)) is not None]


def _unpacked(packed: any_pb2.Any) -> Message | None:
    try:
        descriptor = descriptor_pool.Default().FindMessageTypeByName(packed.TypeName())
    except KeyError:
        return None
    message: Message = message_factory.GetMessageClass(descriptor)()
    return message if packed.Unpack(message) else None


def _violations(details: list[Message]) -> list[FieldViolation]:
    found = [
        FieldViolation(field=violation.field, rule=violation.reason)
        for detail in details
        if isinstance(detail, error_details_pb2.BadRequest)
        for violation in detail.field_violations
    ]
    return found or [FieldViolation(field="conversation", rule="value.invalid")]


def _resource(details: list[Message]) -> str:
    return next((d.resource_type for d in details if isinstance(d, error_details_pb2.ResourceInfo)), "programme")


def _retry_after(details: list[Message]) -> timedelta:
    seconds = next((d.retry_delay.seconds for d in details if isinstance(d, error_details_pb2.RetryInfo)), 1)
    return timedelta(seconds=seconds)
