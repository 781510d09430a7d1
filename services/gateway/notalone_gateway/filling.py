"""From JSON, query or path into a protobuf message, naming every field that is wrong.

Follows the protobuf JSON mapping (names in lowerCamelCase or as in the proto, null is absent, 64-bit numbers as
strings, enums by name or number) and is stricter where silence would hide a mistake: unknown fields, unknown enum
values, small numbers in quotes, text that is no text.
"""

from __future__ import annotations

import math
import re
from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping
from typing import NoReturn, cast

from google.protobuf import json_format
from google.protobuf.descriptor import Descriptor, EnumDescriptor, FieldDescriptor
from google.protobuf.message import Message
from notalone_chassis.errors import FieldViolation
from notalone_chassis.validation import key_to_show

from notalone_gateway.reading import name_to_show

MOST_VIOLATIONS = 20
_RANGES = {
    FieldDescriptor.CPPTYPE_INT32: (-(2**31), 2**31 - 1),
    FieldDescriptor.CPPTYPE_UINT32: (0, 2**32 - 1),
    FieldDescriptor.CPPTYPE_INT64: (-(2**63), 2**63 - 1),
    FieldDescriptor.CPPTYPE_UINT64: (0, 2**64 - 1),
}
_FLOATS = {FieldDescriptor.CPPTYPE_DOUBLE, FieldDescriptor.CPPTYPE_FLOAT}
_INTEGER = re.compile(r"-?[0-9]{1,20}")


class _WrongError(Exception):
    """A value that does not fit its field, by the rule it breaks."""


def fill(
    message: Message, values: Mapping[str, object], *, path: str = "", elsewhere: Collection[str] = ()
) -> list[FieldViolation]:
    """Puts a JSON object into a message; returns what is wrong, with paths as a caller writes them.

    Args:
        message: Gets the values.
        values: By name, in lowerCamelCase or as in the proto.
        path: Where the object stands.
        elsewhere: Names, as in the proto, of fields that the address gives; here they are unknown.
    """
    found: list[FieldViolation] = []
    seen: defaultdict[str, list[str]] = defaultdict(list)
    for name, value in values.items():
        field = find(message, name)
        where = _join(path, field.json_name if field else name_to_show(name))
        if field is None or field.name in elsewhere:
            found.append(FieldViolation(where, "json.unknown_field"))
        elif value is not None:
            seen[_exclusive(field)].append(where)
            found.extend(_put(message, field, value, where))
    found.extend(_contradictions(seen))
    return found[:MOST_VIOLATIONS]


def fill_from_text(message: Message, pairs: Iterable[tuple[str, str]]) -> list[FieldViolation]:
    """Puts values from a query or a path into a message; enums by name, in any case."""
    values: defaultdict[str, list[str]] = defaultdict(list)
    for name, text in pairs:
        values[name].append(text)
    found: list[FieldViolation] = []
    seen: defaultdict[str, list[str]] = defaultdict(list)
    for name, texts in values.items():
        field = find(message, name)
        if field is None or field.cpp_type == FieldDescriptor.CPPTYPE_MESSAGE:
            found.append(FieldViolation(name_to_show(name), "json.unknown_field"))
            continue
        seen[_exclusive(field)].append(field.json_name)
        found.extend(_put_texts(message, field, texts))
    found.extend(_contradictions(seen))
    return found[:MOST_VIOLATIONS]


def find(message: Message, name: str) -> FieldDescriptor | None:
    """The field of this name, in lowerCamelCase or as in the proto."""
    descriptor = message.DESCRIPTOR
    by_camel = descriptor.fields_by_camelcase_name.get(name)
    return cast("FieldDescriptor | None", by_camel or descriptor.fields_by_name.get(name))


def _exclusive(field: FieldDescriptor) -> str:
    """Two values under the same key exclude each other: members of a oneof, or one field under two names."""
    return str(field.containing_oneof.full_name if field.containing_oneof else field.full_name)


def _contradictions(seen: Mapping[str, list[str]]) -> Iterator[FieldViolation]:
    for fields in seen.values():
        if len(fields) > 1:
            yield from (FieldViolation(field, "json.one_only") for field in fields)


def _put(message: Message, field: FieldDescriptor, value: object, path: str) -> list[FieldViolation]:
    if _is_well_known(field):
        return _put_by_library(message, field, value, path)
    if _is_map(field):
        return _put_map(message, field, value, path)
    if not field.is_repeated:
        return _put_one(message, field, value, path)
    if not isinstance(value, list):
        return [FieldViolation(path, "json.wrong_type")]
    return [
        violation
        for index, item in enumerate(value)
        for violation in _put_one(message, field, item, f"{path}[{index}]")
    ][:MOST_VIOLATIONS]


def _put_one(message: Message, field: FieldDescriptor, value: object, path: str) -> list[FieldViolation]:
    if field.cpp_type == FieldDescriptor.CPPTYPE_MESSAGE:
        if not isinstance(value, dict):
            return [FieldViolation(path, "json.wrong_type")]
        return fill(_child(message, field), value, path=path)
    try:
        _set(message, field, _convert(field, value))
    except _WrongError as wrong:
        return [FieldViolation(path, str(wrong))]
    return []


def _put_map(message: Message, field: FieldDescriptor, value: object, path: str) -> list[FieldViolation]:
    """A map from text to scalars or messages."""
    if not isinstance(value, dict):
        return [FieldViolation(path, "json.wrong_type")]
    kind = cast(Descriptor, field.message_type).fields_by_name["value"]
    target = getattr(message, field.name)
    found: list[FieldViolation] = []
    for key, item in value.items():
        where = f"{path}[{key_to_show(key)}]"
        try:
            _string(key)
            if kind.message_type is None:
                target[key] = _convert(kind, item)
            elif isinstance(item, dict):
                found += fill(target[key], item, path=where)
            else:
                found.append(FieldViolation(where, "json.wrong_type"))
        except _WrongError as wrong:
            found.append(FieldViolation(where, str(wrong)))
    return found[:MOST_VIOLATIONS]


def _put_texts(message: Message, field: FieldDescriptor, texts: list[str]) -> list[FieldViolation]:
    if len(texts) > 1 and not field.is_repeated:
        return [FieldViolation(field.json_name, "query.given_twice")]
    found = []
    for index, text in enumerate(texts):
        try:
            _set(message, field, _convert(field, _from_text(field, text)))
        except _WrongError as wrong:
            place = f"{field.json_name}[{index}]" if field.is_repeated else field.json_name
            found.append(FieldViolation(place, str(wrong)))
    return found


def _from_text(field: FieldDescriptor, text: str) -> object:
    if field.cpp_type == FieldDescriptor.CPPTYPE_BOOL:
        return {"true": True, "false": False}.get(text, text)
    if field.cpp_type == FieldDescriptor.CPPTYPE_ENUM:
        return text.upper()
    if field.cpp_type in _RANGES:
        return int(text) if _INTEGER.fullmatch(text) else text
    return text


def _convert(field: FieldDescriptor, value: object) -> object:
    kind = field.cpp_type
    if kind == FieldDescriptor.CPPTYPE_STRING and field.type == FieldDescriptor.TYPE_STRING:
        return _string(value)
    if kind == FieldDescriptor.CPPTYPE_BOOL:
        return value if isinstance(value, bool) else _wrong("json.wrong_type")
    if kind == FieldDescriptor.CPPTYPE_ENUM:
        return _enum(cast(EnumDescriptor, field.enum_type), value)
    if kind in _RANGES:
        large = kind in {FieldDescriptor.CPPTYPE_INT64, FieldDescriptor.CPPTYPE_UINT64}
        number = int(value) if large and isinstance(value, str) and _INTEGER.fullmatch(value) else value
        return _integer(number, *_RANGES[kind])
    if kind in _FLOATS:
        return _float(value)
    return _wrong("json.wrong_type")


def _string(value: object) -> str:
    if not isinstance(value, str):
        return _wrong("json.wrong_type")
    # Half of a surrogate pair is no character, and a NUL ends the text in many a program.
    try:
        readable = b"\0" not in value.encode("utf-8")
    except UnicodeEncodeError:
        readable = False
    return value if readable else _wrong("text.unreadable")


def _integer(number: object, lowest: int, highest: int) -> int:
    if isinstance(number, float) and number.is_integer():
        number = int(number)
    if isinstance(number, float) and not math.isfinite(number):
        return _wrong("number.out_of_range")
    if isinstance(number, bool) or not isinstance(number, int):
        return _wrong("json.wrong_type")
    return number if lowest <= number <= highest else _wrong("number.out_of_range")


def _float(value: object) -> float:
    try:
        number = math.nan if isinstance(value, bool) else float(value)  # type: ignore[arg-type]
    except (TypeError, ValueError):
        return _wrong("json.wrong_type")
    return number if math.isfinite(number) else _wrong("number.out_of_range")


def _enum(enum: EnumDescriptor, value: object) -> int:
    if isinstance(value, str):
        known = enum.values_by_name.get(value)
        return known.number if known else _wrong("enum.defined_only")
    if isinstance(value, bool) or not isinstance(value, int):
        return _wrong("json.wrong_type")
    # The table itself looks at the lowest 32 bits only.
    known_numbers = {known.number for known in enum.values}
    return value if value in known_numbers else _wrong("enum.defined_only")


def _wrong(rule: str) -> NoReturn:
    raise _WrongError(rule)


def _put_by_library(message: Message, field: FieldDescriptor, value: object, path: str) -> list[FieldViolation]:
    """Well-known types: rare in requests, so the library's own reading is enough."""
    try:
        json_format.ParseDict({field.json_name: value}, message)
    except (json_format.ParseError, TypeError, ValueError, UnicodeError, RecursionError):
        return [FieldViolation(path, "json.wrong_type")]
    return []


def _is_map(field: FieldDescriptor) -> bool:
    return bool(field.message_type is not None and field.message_type.GetOptions().map_entry)


def _is_well_known(field: FieldDescriptor) -> bool:
    return field.message_type is not None and field.message_type.file.package == "google.protobuf"


def _child(message: Message, field: FieldDescriptor) -> Message:
    child: Message = getattr(message, field.name)
    if field.is_repeated:
        child = getattr(message, field.name).add()
    else:
        child.SetInParent()
    return child


def _set(message: Message, field: FieldDescriptor, value: object) -> None:
    if field.is_repeated:
        getattr(message, field.name).append(value)
    else:
        setattr(message, field.name, value)


def _join(path: str, name: str) -> str:
    return f"{path}.{name}" if path else name
