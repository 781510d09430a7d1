"""Holds every request against the rules written in the protos (buf.validate)."""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import cache
from typing import Any

import protovalidate
from google.protobuf.message import Message

from notalone_chassis.errors import FieldViolation, InvalidArgument

_KEY = re.compile(r"[A-Za-z0-9._-]{1,64}")


def check(message: Message) -> None:
    """Raises InvalidArgument that names every wrong field."""
    found = _validator().collect_violations(message)
    if found:
        raise InvalidArgument(*(_violation(message, violation.proto) for violation in found))


@cache
def _validator() -> protovalidate.Validator:
    return protovalidate.Validator()


def _violation(message: Message, violation: Any) -> FieldViolation:  # noqa: ANN401 the validator's own untyped message
    limit = _limit(message, list(violation.field.elements), violation.rule_id)
    return FieldViolation(
        field=path(violation.field.elements), rule=violation.rule_id, params={} if limit is None else {"limit": limit}
    )


def path(elements: Iterable[Any]) -> str:
    """A field path as text: `programme_ids[2]`, `name[ja]`."""
    parts = []
    for element in elements:
        subscript = getattr(element, "subscript", None)
        index = getattr(subscript, "value", None) if subscript is not None else None
        if isinstance(index, str):
            index = key_to_show(index)
        parts.append(element.field_name + ("" if index is None else f"[{index}]"))
    return ".".join(parts)


def key_to_show(key: str) -> str:
    """A key of a map as it came, such as a language; nothing of it where it looks like something else."""
    return key if _KEY.fullmatch(key) else "(unnamed)"


def _limit(message: Message, elements: list[Any], rule: str) -> int | None:
    """The number that a length rule names, for the sentence."""
    from buf.validate import validate_pb2  # noqa: PLC0415 only here, and only when something is wrong

    if len(elements) != 1 or elements[0].field_name not in message.DESCRIPTOR.fields_by_name:
        return None
    field = message.DESCRIPTOR.fields_by_name[elements[0].field_name]
    rules = field.GetOptions().Extensions[validate_pb2.field]
    match rule:
        case "string.max_len" if rules.repeated.HasField("items"):
            return int(rules.repeated.items.string.max_len)
        case "string.max_len":
            return int(rules.string.max_len)
        case "repeated.max_items":
            return int(rules.repeated.max_items)
        case _:
            return None
