"""Turns an error into google.rpc.Status, in the caller's language."""

from __future__ import annotations

import grpc
from google.protobuf.any_pb2 import Any
from google.protobuf.duration_pb2 import Duration
from google.protobuf.message import Message
from google.rpc import code_pb2, error_details_pb2, status_pb2

from notalone_chassis.errors import (
    Aborted,
    FailedPrecondition,
    InvalidArgument,
    NotFound,
    PermissionDenied,
    ResourceExhausted,
    ServiceError,
    Unauthenticated,
    Unavailable,
)
from notalone_chassis.wording import known, sentence

DOMAIN = "notalone"


def to_status(error: BaseException, *, language: str) -> status_pb2.Status:
    """The public face of an error. Anything that is not a ServiceError becomes INTERNAL without its text."""
    if not isinstance(error, ServiceError):
        return _status(code_pb2.INTERNAL, "internal", [_info("INTERNAL")], language)
    info = _info(error.reason)
    match error:
        case InvalidArgument():
            details = [info, _bad_request(error, language), *error.details]
            return _status(code_pb2.INVALID_ARGUMENT, _headline(error), details, language)
        case NotFound():
            resource = error_details_pb2.ResourceInfo(resource_type=error.resource)
            rule = _own_sentence("not_found", error.resource)
            return _status(code_pb2.NOT_FOUND, rule, [info, resource], language)
        case FailedPrecondition():
            return _status(code_pb2.FAILED_PRECONDITION, error.rule, [info], language)
        case Aborted():
            return _status(code_pb2.ABORTED, error.rule, [info], language)
        case Unauthenticated():
            return _status(code_pb2.UNAUTHENTICATED, error.rule, [info], language)
        case PermissionDenied():
            return _status(code_pb2.PERMISSION_DENIED, error.rule, [info], language)
        case ResourceExhausted():
            seconds = max(1, round(error.retry_after.total_seconds()))
            retry = error_details_pb2.RetryInfo(retry_delay=Duration(seconds=seconds))
            text = sentence("too_many", language=language, params={"seconds": seconds})
            return _with_text(code_pb2.RESOURCE_EXHAUSTED, text, [info, retry], language)
        case Unavailable():
            info.metadata["part"] = error.part
            rule = _own_sentence("unavailable", error.part)
            return _status(code_pb2.UNAVAILABLE, rule, [info], language)
        case _:
            return _status(code_pb2.INTERNAL, "internal", [info], language)


def grpc_code(status: status_pb2.Status) -> grpc.StatusCode:
    """The gRPC code of a status."""
    return next(code for code in grpc.StatusCode if code.value[0] == status.code)


def _headline(error: InvalidArgument) -> str:
    # One broken conversation says all there is to say; several fields need the general sentence.
    rules = {violation.rule for violation in error.violations}
    return rules.pop() if len(rules) == 1 and error.details else "request.invalid"


def _own_sentence(rule: str, what: str) -> str:
    """Some things that are missing have more to say than that they are."""
    own = f"{rule}.{what}"
    return own if known(own) else rule


def _info(reason: str) -> error_details_pb2.ErrorInfo:
    return error_details_pb2.ErrorInfo(reason=reason, domain=DOMAIN)


def _bad_request(error: InvalidArgument, language: str) -> error_details_pb2.BadRequest:
    return error_details_pb2.BadRequest(
        field_violations=[
            error_details_pb2.BadRequest.FieldViolation(
                field=violation.field,
                reason=violation.rule,
                description=sentence(violation.rule, language=language, params=violation.params),
            )
            for violation in error.violations
        ]
    )


def _status(code: int, rule: str, details: list[Message], language: str) -> status_pb2.Status:
    return _with_text(code, sentence(rule, language=language), details, language)


def _with_text(code: int, text: str, details: list[Message], language: str) -> status_pb2.Status:
    packed = []
    for detail in [*details, error_details_pb2.LocalizedMessage(locale=language, message=text)]:
        wrapped = Any()
        wrapped.Pack(detail)
        packed.append(wrapped)
    return status_pb2.Status(code=code, message=text, details=packed)
