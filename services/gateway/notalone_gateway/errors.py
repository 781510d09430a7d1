"""Every error of the gateway in one shape: google.rpc.Status as JSON.

    {"error": {"code": 400, "status": "INVALID_ARGUMENT", "message": "…", "details": [{"@type": "…", …}]}}

Where a person may stand behind the call, the details also hold the help contacts, so that even an outage shows numbers.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping, Sequence

import grpc
import orjson
from google.protobuf import json_format
from google.protobuf.any_pb2 import Any
from google.protobuf.duration_pb2 import Duration
from google.protobuf.message import DecodeError, Message
from google.rpc import code_pb2, error_details_pb2, status_pb2
from notalone.common.v1.contact_pb2 import Contact
from notalone.crisis.v1.crisis_pb2 import Crisis
from starlette.responses import Response

from notalone_gateway.problems import Problem
from notalone_gateway.wording import sentence

HelpContacts = Callable[[str], Sequence[Contact]]

DOMAIN = "notalone"
JSON = "application/json; charset=utf-8"
_STATUS_DETAILS = "grpc-status-details-bin"
# As in google/rpc/code.proto.
HTTP_STATUS = {
    code_pb2.CANCELLED: 499,
    code_pb2.UNKNOWN: 500,
    code_pb2.INVALID_ARGUMENT: 400,
    code_pb2.DEADLINE_EXCEEDED: 504,
    code_pb2.NOT_FOUND: 404,
    code_pb2.ALREADY_EXISTS: 409,
    code_pb2.PERMISSION_DENIED: 403,
    code_pb2.RESOURCE_EXHAUSTED: 429,
    code_pb2.FAILED_PRECONDITION: 400,
    code_pb2.ABORTED: 409,
    code_pb2.OUT_OF_RANGE: 400,
    code_pb2.UNIMPLEMENTED: 501,
    code_pb2.INTERNAL: 500,
    code_pb2.UNAVAILABLE: 503,
    code_pb2.DATA_LOSS: 500,
    code_pb2.UNAUTHENTICATED: 401,
}
# Nothing a service says along with these is for outside.
_OURS = {code_pb2.UNKNOWN, code_pb2.INTERNAL, code_pb2.DATA_LOSS, code_pb2.UNIMPLEMENTED}
# Sentences for codes that came without a text of our services, for instance from gRPC itself.
_SENTENCES = {
    code_pb2.INVALID_ARGUMENT: "request.invalid",
    code_pb2.NOT_FOUND: "not_found",
    code_pb2.UNAVAILABLE: "unavailable",
    code_pb2.DEADLINE_EXCEEDED: "unavailable",
    code_pb2.RESOURCE_EXHAUSTED: "unavailable",
    code_pb2.CANCELLED: "unavailable",
}
# Kinds of details that may go out; never DebugInfo.
_PUBLIC_DETAILS: tuple[type[Message], ...] = (
    error_details_pb2.ErrorInfo,
    error_details_pb2.BadRequest,
    error_details_pb2.RetryInfo,
    error_details_pb2.LocalizedMessage,
    error_details_pb2.ResourceInfo,
    Crisis,
    Contact,
)
# From here on a person cannot help it, and needs another way.
_NEEDS_HELP = {408, 429}


def of_problem(problem: Problem, *, language: str, contacts: Sequence[Contact] = ()) -> Response:
    """The answer to what the gateway refuses."""
    info = error_details_pb2.ErrorInfo(reason=problem.reason, domain=DOMAIN, metadata=problem.metadata)
    details: list[Message] = [info]
    if problem.violations:
        details.append(
            error_details_pb2.BadRequest(
                field_violations=[
                    error_details_pb2.BadRequest.FieldViolation(
                        field=violation.field,
                        reason=violation.rule,
                        description=sentence(violation.rule, language=language, params=violation.params),
                    )
                    for violation in problem.violations
                ]
            )
        )
    if problem.retry_after:
        details.append(error_details_pb2.RetryInfo(retry_delay=Duration(seconds=problem.retry_after)))
    text = sentence(problem.rule, language=language, params=problem.params)
    details.append(error_details_pb2.LocalizedMessage(locale=language, message=text))
    return _response(
        problem.http, problem.code, text, [*details, *_help(contacts)], retry=problem.retry_after, more=problem.headers
    )


def of_call(
    error: grpc.aio.AioRpcError,
    *,
    language: str,
    contacts: Sequence[Contact] = (),
    headers: Mapping[str, str] | None = None,
) -> Response:
    """The answer to what a service, or the way to it, refused."""
    status = rich_status(error)
    code = error.code().value[0]
    text = sentence_of(error, language=language)
    if status is None or code in _OURS:
        details: list[Message] = [
            error_details_pb2.ErrorInfo(reason=code_pb2.Code.Name(code), domain=DOMAIN),
            error_details_pb2.LocalizedMessage(locale=language, message=text),
        ]
    else:
        details = list(public_details(status))
    if not any(isinstance(detail, Crisis) for detail in details):
        details.extend(_help(contacts))
    retry = next((detail for detail in details if isinstance(detail, error_details_pb2.RetryInfo)), None)
    seconds = max(1, retry.retry_delay.seconds) if retry else (1 if code == code_pb2.UNAVAILABLE else None)
    return _response(HTTP_STATUS.get(code, 500), code, text, details, retry=seconds, more=headers)


def sentence_of(error: grpc.aio.AioRpcError, *, language: str) -> str:
    """The one sentence to show: the service's own, where it said one that is for outside."""
    status = rich_status(error)
    code = error.code().value[0]
    if status is None or code in _OURS:
        return sentence(_SENTENCES.get(code, "internal"), language=language)
    return str(status.message)


def needs_help(http: int) -> bool:
    """Whether the help contacts belong into an error of this HTTP status, whatever the call."""
    return http >= 499 or http in _NEEDS_HELP


def rich_status(error: grpc.aio.AioRpcError) -> status_pb2.Status | None:
    """The google.rpc.Status in the trailing metadata, where there is one that fits the code."""
    for key, value in error.trailing_metadata() or ():
        if key == _STATUS_DETAILS and isinstance(value, bytes):
            try:
                status = status_pb2.Status.FromString(value)
            except DecodeError:
                return None
            return status if status.code == error.code().value[0] else None
    return None


def public_details(status: status_pb2.Status) -> Iterable[Message]:
    """The details that may go out, fields named as callers of the JSON know them."""
    for packed in status.details:
        for kind in _PUBLIC_DETAILS:
            detail = kind()
            if packed.Unpack(detail):
                if isinstance(detail, error_details_pb2.BadRequest):
                    for violation in detail.field_violations:
                        violation.field = camel(violation.field)
                yield detail
                break


def camel(path: str) -> str:
    """`programme_ids[2].checked_on` → `programmeIds[2].checkedOn`; map keys in brackets stay."""
    parts = re.split(r"(\[[^\]]*\])", path)
    return "".join(
        part if part.startswith("[") else re.sub(r"_([a-z0-9])", lambda m: m[1].upper(), part) for part in parts
    )


def _help(contacts: Sequence[Contact]) -> list[Message]:
    return [Crisis(contacts=contacts)] if contacts else []


def _response(
    http: int,
    code: int,
    text: str,
    details: Iterable[Message],
    *,
    retry: int | None,
    more: Mapping[str, str] | None = None,
) -> Response:
    body = {
        "error": {
            "code": http,
            "status": code_pb2.Code.Name(code),
            "message": text,
            "details": [_as_json(detail) for detail in details],
        }
    }
    headers = {"Cache-Control": "no-store", **(more or {})}
    if retry is not None:
        headers["Retry-After"] = str(retry)
    return Response(orjson.dumps(body), status_code=http, headers=headers, media_type=JSON)


def _as_json(detail: Message) -> dict[str, object]:
    packed = Any()
    packed.Pack(detail)
    return json_format.MessageToDict(packed, always_print_fields_with_no_presence=True)
