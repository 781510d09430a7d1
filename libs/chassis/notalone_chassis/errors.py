"""What can go wrong in a service, and what the caller is told.

ServiceError
├── InvalidArgument      the request is wrong: fields named, each with the rule it breaks
├── NotFound             no such thing
├── FailedPrecondition   right request, wrong moment
├── Aborted              somebody else was faster: read again, then decide
├── Unauthenticated      no valid access token
├── PermissionDenied     a valid one, but not for this
├── ResourceExhausted    too much at once: try again later
└── Unavailable          a part behind us does not answer

Raised by use cases and handlers; turned into google.rpc.Status in one interceptor (`status.py`).
"""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping, Sequence
from datetime import timedelta

from google.protobuf.message import Message


@dataclasses.dataclass(frozen=True, slots=True)
class FieldViolation:
    """One wrong field.

    `field` is its path in proto names ("programme_ids[2]"), `rule` the id under which `wording.py` holds the sentence
    ("string.max_len", "municipality.unknown"), `params` what that sentence fills in. Never what a person typed.
    """

    field: str
    rule: str
    params: Mapping[str, object] = dataclasses.field(default_factory=dict)


class ServiceError(Exception):
    """Base of all; `reason` is the machine-readable ErrorInfo.reason."""

    reason = "INTERNAL"


class InvalidArgument(ServiceError):
    """The request is wrong. `details` travel with the error, for instance the help contacts."""

    reason = "INVALID_FIELDS"

    def __init__(self, *violations: FieldViolation, details: Sequence[Message] = ()) -> None:
        super().__init__(", ".join(f"{v.field}: {v.rule}" for v in violations))
        self.violations = violations
        self.details = details


class NotFound(ServiceError):
    """No such thing. `resource` is its kind ("programme"), `name` the id that was asked for."""

    reason = "NOT_FOUND"

    def __init__(self, resource: str, name: str) -> None:
        super().__init__(resource)
        self.resource = resource
        self.name = name


class FailedPrecondition(ServiceError):
    """The request is right, but not now; `rule` says why."""

    reason = "FAILED_PRECONDITION"

    def __init__(self, rule: str) -> None:
        super().__init__(rule)
        self.rule = rule


class Aborted(ServiceError):
    """Something changed meanwhile; `rule` says what ("revision.changed", "idempotency.in_progress")."""

    reason = "CONFLICT"

    def __init__(self, rule: str) -> None:
        super().__init__(rule)
        self.rule = rule


class Unauthenticated(ServiceError):
    """No valid access token; `rule` is "token.missing", "token.invalid" or "token.expired"."""

    reason = "UNAUTHENTICATED"

    def __init__(self, rule: str) -> None:
        super().__init__(rule)
        self.rule = rule


class PermissionDenied(ServiceError):
    """The caller is known and may not do this; `rule` says why ("permission.denied", "approver.is_submitter")."""

    reason = "PERMISSION_DENIED"

    def __init__(self, rule: str = "permission.denied") -> None:
        super().__init__(rule)
        self.rule = rule


class ResourceExhausted(ServiceError):
    """Too much at once."""

    reason = "TOO_MANY_REQUESTS"

    def __init__(self, retry_after: timedelta) -> None:
        super().__init__(f"retry after {retry_after.total_seconds()} s")
        self.retry_after = retry_after


class Unavailable(ServiceError):
    """A part behind this service does not answer."""

    reason = "PART_DOWN"

    def __init__(self, part: str) -> None:
        super().__init__(part)
        self.part = part
