"""What the gateway itself refuses, before or without a service: status, rule of the sentence, and what to do next."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from google.rpc import code_pb2
from notalone_chassis.errors import FieldViolation

CHALLENGE = 'Bearer realm="notalone"'


class Problem(Exception):
    """Ends a request. `rule` finds the sentence, `reason` is for programs."""

    def __init__(
        self,
        rule: str,
        *,
        http: int,
        reason: str,
        code: int = code_pb2.INVALID_ARGUMENT,
        params: Mapping[str, object] | None = None,
        violations: Sequence[FieldViolation] = (),
        retry_after: int | None = None,
        headers: Mapping[str, str] | None = None,
        metadata: Mapping[str, str] | None = None,
    ) -> None:
        super().__init__(rule)
        self.rule = rule
        self.http = http
        self.reason = reason
        self.code = code
        self.params = params or {}
        self.violations = violations
        self.retry_after = retry_after
        self.headers = headers or {}
        self.metadata = metadata or {}


def invalid_fields(violations: Sequence[FieldViolation]) -> Problem:
    """Some fields are wrong."""
    return Problem("request.invalid", http=400, reason="INVALID_FIELDS", violations=violations)


def unreadable(rule: str, *, where: Mapping[str, str] | None = None) -> Problem:
    """The request cannot be read at all; `where` says at which line and column."""
    return Problem(rule, http=400, reason="UNREADABLE_REQUEST", metadata={"rule": rule, **(where or {})})


def address_unreadable() -> Problem:
    """Path or query are not percent-encoded UTF-8."""
    return unreadable("address.not_utf8")


def address_too_long() -> Problem:
    """Path and query together are longer than any call needs."""
    return Problem("address.too_long", http=414, reason="ADDRESS_TOO_LONG")


def not_found() -> Problem:
    """Nothing lives at this address."""
    return Problem("address.unknown", http=404, reason="UNKNOWN_ADDRESS", code=code_pb2.NOT_FOUND)


def method_not_allowed(allowed: Iterable[str]) -> Problem:
    """The address is right, the method is not."""
    methods = ", ".join(sorted({*allowed, "OPTIONS"}))
    return Problem(
        "method.not_allowed",
        http=405,
        reason="METHOD_NOT_ALLOWED",
        code=code_pb2.UNIMPLEMENTED,
        params={"methods": methods},
        headers={"Allow": methods},
    )


def body_too_large(limit: int) -> Problem:
    """The body has more than `limit` bytes; the connection ends, since the rest of it is not read."""
    return Problem(
        "body.too_large",
        http=413,
        reason="BODY_TOO_LARGE",
        params={"kilobytes": limit // 1024},
        headers={"Connection": "close"},
    )


def body_too_slow() -> Problem:
    """The body did not arrive in time."""
    return Problem(
        "body.too_slow",
        http=408,
        reason="BODY_TOO_SLOW",
        code=code_pb2.DEADLINE_EXCEEDED,
        headers={"Connection": "close"},
    )


def wrong_content_type() -> Problem:
    """The body is not declared as JSON in UTF-8."""
    return Problem(
        "body.not_json", http=415, reason="UNSUPPORTED_MEDIA_TYPE", headers={"Accept-Post": "application/json"}
    )


def token_missing() -> Problem:
    """The call takes an access token, and none came."""
    return _unauthenticated("token.missing", CHALLENGE)


def token_unreadable() -> Problem:
    """More than one Authorization header, or one that no token fits into."""
    return _unauthenticated("token.invalid", f'{CHALLENGE}, error="invalid_request"')


def _unauthenticated(rule: str, challenge: str) -> Problem:
    return Problem(
        rule,
        http=401,
        reason="UNAUTHENTICATED",
        code=code_pb2.UNAUTHENTICATED,
        headers={"WWW-Authenticate": challenge},
    )


def too_many_requests(seconds: int) -> Problem:
    """This caller asks too often."""
    return Problem(
        "too_many",
        http=429,
        reason="TOO_MANY_REQUESTS",
        code=code_pb2.RESOURCE_EXHAUSTED,
        params={"seconds": seconds},
        retry_after=seconds,
    )


def overloaded() -> Problem:
    """All places are taken."""
    return Problem(
        "too_many",
        http=503,
        reason="OVERLOADED",
        code=code_pb2.UNAVAILABLE,
        params={"seconds": 1},
        retry_after=1,
    )


def internal() -> Problem:
    """A fault of ours; nothing about it leaves the house."""
    return Problem("internal", http=500, reason="INTERNAL", code=code_pb2.INTERNAL)
