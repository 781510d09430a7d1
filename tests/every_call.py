"""Every HTTP call of the contracts with every field that it takes, from the descriptors: nothing can be forgotten."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from copy import deepcopy
from dataclasses import dataclass
from itertools import pairwise
from typing import Any
from urllib.parse import quote

from buf.validate import validate_pb2
from google.protobuf.descriptor import Descriptor, FieldDescriptor
from notalone_gateway.contract import Call, all_services, calls
from notalone_gateway.openapi.examples import REQUESTS

Json = dict[str, Any]
# Steps to a field: an entry holds channels, these hold hours, and these hold times.
DEEPEST = 8
CALLS: Sequence[Call] = calls(all_services())


@dataclass(frozen=True, slots=True)
class Field:
    """A field of a request.

    Attributes:
        steps: The way to it in JSON: names in lowerCamelCase, 0 for the first of a list, "ja" for a key of a map.
        path: The same as an error names it.
        descriptor: What the proto says; of a map, its value.
        rules: What a value must keep to.
        listed: Whether it is an item of a list or the value of a map.
        most: How many of them there may be; 0 where the proto does not say.
    """

    steps: tuple[str | int, ...]
    path: str
    descriptor: FieldDescriptor
    rules: validate_pb2.FieldRules
    listed: bool = False
    most: int = 0

    @property
    def text(self) -> bool:
        """Whether it takes text."""
        return self.descriptor.type == FieldDescriptor.TYPE_STRING

    @property
    def whole(self) -> tuple[str | int, ...]:
        """The way to the list or map that it is an item of; else to itself."""
        return self.steps[:-1] if self.listed else self.steps


def title(call: Call) -> str:
    """As reports show it."""
    return f"{call.verb} {call.template.text}"


def address(call: Call) -> str:
    """Its path as the document has it."""
    return re.sub(
        r"\{(\w+)\}",
        lambda variable: f"{{{call.request.DESCRIPTOR.fields_by_name[variable[1]].json_name}}}",
        call.template.text,
    )


def fields(call: Call) -> list[Field]:
    """Every field that a call takes, at any depth; what stands in path and query has none."""
    return [field for field in fields_of(call.request.DESCRIPTOR) if call.body or "." not in field.path]


def fields_of(request: Descriptor) -> Iterator[Field]:
    """Every field of a request message, at any depth."""
    return _inside(request, (), "")


def _inside(descriptor: Descriptor, steps: tuple[str | int, ...], path: str) -> Iterator[Field]:
    for field in descriptor.fields if len(steps) <= DEEPEST else ():
        way, named = (*steps, field.json_name), f"{path}.{field.json_name}" if path else field.json_name
        inner: Descriptor | None = field.message_type
        rules = field.GetOptions().Extensions[validate_pb2.field]
        if inner is not None and inner.GetOptions().map_entry:
            value = inner.fields_by_name["value"]
            one = Field((*way, "ja"), f"{named}[ja]", value, rules.map.values, listed=True, most=rules.map.max_pairs)
        elif field.is_repeated:
            one = Field(
                (*way, 0), f"{named}[0]", field, rules.repeated.items, listed=True, most=rules.repeated.max_items
            )
        else:
            one = Field(way, named, field, rules)
        yield from _in_one(one)


def _in_one(one: Field) -> Iterator[Field]:
    if one.descriptor.message_type is None:
        yield one
    elif one.descriptor.message_type.file.package != "google.protobuf":
        yield from _inside(one.descriptor.message_type, one.steps, one.path)


def example(call: Call, sealed: str) -> Json:
    """A valid body of a call, as the document shows it; empty where there is none."""
    found: Json = deepcopy(next(iter(REQUESTS.get(str(call.method.full_name), {"": {}}).values())))
    return {**found, "conversation": sealed} if "conversation" in found else found


def put(body: Mapping[str, Any], steps: Sequence[str | int], value: object) -> Json:
    """The body with a value at a place; what is on the way and missing is made."""
    whole: Json = deepcopy(dict(body))
    at: Any = whole
    for step, following in pairwise(steps):
        empty: Any = [] if isinstance(following, int) else {}
        if isinstance(step, int):
            if not at:
                at.append(empty)
        elif not isinstance(at.get(step), type(empty)):
            at[step] = empty
        at = at[step]
    last = steps[-1]
    if isinstance(last, int):
        at[:] = [value, *at[1:]]
    else:
        at[last] = value
    return whole


def sent(call: Call, values: Mapping[str, Any]) -> tuple[str, str, Json]:
    """Verb, address and arguments of a request with these values, wherever the call takes them."""
    left = dict(values)
    path = call.template.text
    for variable in call.template.variables:
        field = call.request.DESCRIPTOR.fields_by_name[variable]
        usual = field.enum_type.values[1].name if field.enum_type else "x"
        path = path.replace(f"{{{variable}}}", quote(str(left.pop(field.json_name, usual)), safe=""))
    if call.body:
        return call.verb, path, {"json": left}
    return call.verb, path, {"params": left}


def request(call: Call, field: Field, value: object, sealed: str) -> tuple[str, str, Json]:
    """A valid request but for one value: verb, address and arguments."""
    body = example(call, sealed) if call.body else {}
    oneof = field.descriptor.containing_oneof
    for other in oneof.fields if oneof else ():
        body.pop(other.json_name, None)
    return sent(call, put(body, field.steps, value))
