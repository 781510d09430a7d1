"""What differs between two messages, field by field."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from typing import Any, cast

from google.protobuf import json_format
from google.protobuf.descriptor import Descriptor, FieldDescriptor
from google.protobuf.message import Message
from notalone.catalog.v1.authoring_pb2 import FieldChange

_ABSENT = object()


def diff(before: Message, after: Message) -> list[FieldChange]:
    """The fields that differ, in the order of the proto; values as JSON, empty where a field is not there.

    Items of lists are compared by place, values of maps by key: "channels[0].hours.weekly[1].opens", "name[ja]".
    """
    told = json_format.MessageToDict(before, preserving_proto_field_name=True)
    now = json_format.MessageToDict(after, preserving_proto_field_name=True)
    return list(_message(cast(Descriptor, before.DESCRIPTOR), told, now, ""))


def _message(kind: Descriptor, before: Mapping[str, Any], after: Mapping[str, Any], path: str) -> Iterator[FieldChange]:
    for field in kind.fields:
        where = f"{path}.{field.name}" if path else field.name
        yield from _field(field, before.get(field.name, _ABSENT), after.get(field.name, _ABSENT), where)


def _field(field: FieldDescriptor, before: object, after: object, path: str) -> Iterator[FieldChange]:
    if before == after:
        return
    kind = field.message_type
    if kind is not None and kind.GetOptions().map_entry:
        old, new = _dict(before), _dict(after)
        value = kind.fields_by_name["value"].message_type
        for key in sorted(old.keys() | new.keys()):
            yield from _value(value, old.get(key, _ABSENT), new.get(key, _ABSENT), f"{path}[{key}]")
    elif field.is_repeated:
        old_items, new_items = _list(before), _list(after)
        for place in range(max(len(old_items), len(new_items))):
            pair = (_at(old_items, place), _at(new_items, place))
            yield from _value(kind, *pair, f"{path}[{place}]")
    else:
        yield from _value(kind, before, after, path)


def _value(kind: Descriptor | None, before: object, after: object, path: str) -> Iterator[FieldChange]:
    if before == after:
        return
    if kind is not None and isinstance(before, dict) and isinstance(after, dict):
        yield from _message(kind, before, after, path)
    else:
        yield FieldChange(path=path, before=_json(before), after=_json(after))


def _json(value: object) -> str:
    return "" if value is _ABSENT else json.dumps(value, ensure_ascii=False, sort_keys=True)


def _dict(value: object) -> dict[str, Any]:
    return value if isinstance(value, dict) else {}


def _list(value: object) -> list[Any]:
    return value if isinstance(value, list) else []


def _at(items: list[Any], place: int) -> object:
    return items[place] if place < len(items) else _ABSENT
