"""The header Idempotency-Key: who asks again with the same one, the first answer being lost, gets the same answer."""

from __future__ import annotations

from typing import Any
from uuid import UUID

import grpc

from notalone_chassis.errors import FieldViolation, InvalidArgument

HEADER = "Idempotency-Key"
METADATA_KEY = "idempotency-key"


def key_of(context: grpc.aio.ServicerContext[Any, Any]) -> str:
    """The Idempotency-Key that came with a call; empty where none did."""
    for name, value in context.invocation_metadata() or ():
        if name == METADATA_KEY:
            return value if isinstance(value, str) else value.decode("ascii", "replace")
    return ""


def uuid_of(context: grpc.aio.ServicerContext[Any, Any]) -> UUID | None:
    """The same as a UUID; None where none came.

    Raises:
        InvalidArgument: it is none. The gateway lets none through; a caller over gRPC might.
    """
    text = key_of(context)
    try:
        return UUID(text) if text else None
    except ValueError:
        raise InvalidArgument(FieldViolation(HEADER, "idempotency.form")) from None


def other_body() -> InvalidArgument:
    """The key was used before, for another request."""
    return InvalidArgument(FieldViolation(HEADER, "idempotency.other_body"))
