"""JSON schemas of messages, with the rules of buf.validate."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import Any, cast

from buf.validate import validate_pb2
from google.protobuf.descriptor import Descriptor, EnumDescriptor, FieldDescriptor, OneofDescriptor

Schema = dict[str, Any]

_PLAIN: dict[int, Schema] = {
    FieldDescriptor.TYPE_BOOL: {"type": "boolean"},
    FieldDescriptor.TYPE_STRING: {"type": "string"},
    FieldDescriptor.TYPE_BYTES: {"type": "string", "contentEncoding": "base64"},
    FieldDescriptor.TYPE_INT32: {"type": "integer", "format": "int32"},
    FieldDescriptor.TYPE_UINT32: {"type": "integer", "format": "int64", "minimum": 0},
    FieldDescriptor.TYPE_INT64: {"type": "string", "format": "int64"},
    FieldDescriptor.TYPE_UINT64: {"type": "string", "format": "uint64"},
    FieldDescriptor.TYPE_FLOAT: {"type": "number", "format": "float"},
    FieldDescriptor.TYPE_DOUBLE: {"type": "number", "format": "double"},
}


class Schemas:
    """Collects the schemas that calls need; each message and enum once, by its short name."""

    def __init__(self, comments: Mapping[str, str]) -> None:
        self._comments = comments
        self._owners: dict[str, str] = {}
        self.found: dict[str, Schema] = {}

    def answer(self, message: Descriptor) -> Schema:
        """A reference to the schema of what comes back: fields without presence are always there."""
        name = self._claim(message.full_name)
        if name not in self.found:
            schema = self.found[name] = {"type": "object"}
            self._describe(schema, message.full_name)
            schema["properties"] = {field.json_name: self._answer_field(field) for field in message.fields}
            if always := [field.json_name for field in message.fields if not field.has_presence]:
                schema["required"] = always
        return _reference(name)

    def request(self, message: Descriptor, *, elsewhere: Collection[str] = ()) -> Schema:
        """A reference to the schema of what is sent: unknown fields are refused.

        Args:
            message: Of the request, or within one.
            elsewhere: Names of fields that stand in the path instead.
        """
        name = self._claim(message.full_name, "" if message.name.endswith("Request") else "Input")
        if name not in self.found:
            fields = [field for field in message.fields if field.name not in elsewhere]
            schema = self.found[name] = {"type": "object"}
            self._describe(schema, message.full_name)
            schema["properties"] = {field.json_name: self._body_field(field) for field in fields}
            if needed := [field.json_name for field in fields if is_required(field)]:
                schema["required"] = needed
            schema["additionalProperties"] = False
            choices = [oneof for oneof in message.oneofs if len(oneof.fields) > 1]
            if choices:
                schema["allOf"] = [_exactly_one(oneof) for oneof in choices]
        return _reference(name)

    def parameter(self, field: FieldDescriptor) -> Schema:
        """The schema of one field of a request, with its rules and its comment."""
        rules = rules_of(field)
        if field.is_repeated:
            schema: Schema = {"type": "array", "items": self._restricted(field, rules.repeated.items)}
            _limit(schema, rules.repeated, {"min_items": "minItems", "max_items": "maxItems"})
        else:
            schema = self._restricted(field, rules)
        self._describe(schema, field.full_name)
        return schema

    def _body_field(self, field: FieldDescriptor) -> Schema:
        """As a parameter; besides, JSON may say null for absent, and a number for an enum."""
        schema = self._map(field) if _is_map(field) else self.parameter(field)
        if field.enum_type is not None and field.is_repeated:
            schema["items"] = {"anyOf": _by_name_or_number(schema["items"], field)}
        elif field.enum_type is not None:
            choices = _by_name_or_number(schema, field)
            told = {"description": schema["description"]} if "description" in schema else {}
            return {"anyOf": choices if is_required(field) else [*choices, {"type": "null"}], **told}
        return schema if is_required(field) else _or_null(schema)

    def _map(self, field: FieldDescriptor) -> Schema:
        rules, value = rules_of(field).map, cast(Descriptor, field.message_type).fields_by_name["value"]
        schema: Schema = {"type": "object", "additionalProperties": self._restricted(value, rules.values)}
        _limit(schema, rules, {"min_pairs": "minProperties", "max_pairs": "maxProperties"})
        if rules.keys.string.HasField("max_len"):
            schema["propertyNames"] = {"maxLength": rules.keys.string.max_len}
        self._describe(schema, field.full_name)
        return schema

    def text(self, full_name: str) -> str:
        """The comment above something in the protos."""
        return self._comments.get(full_name, "")

    def _answer_field(self, field: FieldDescriptor) -> Schema:
        if _is_map(field):
            values = cast(Descriptor, field.message_type).fields_by_name["value"]
            schema: Schema = {"type": "object", "additionalProperties": self._answer_kind(values)}
        elif field.is_repeated:
            schema = {"type": "array", "items": self._answer_kind(field)}
        else:
            schema = self._answer_kind(field)
        self._describe(schema, field.full_name)
        return schema

    def _answer_kind(self, field: FieldDescriptor) -> Schema:
        if field.message_type is not None:
            return self.answer(field.message_type)
        return self._enum(field) if field.enum_type is not None else dict(_PLAIN[field.type])

    def _restricted(self, field: FieldDescriptor, rules: validate_pb2.FieldRules) -> Schema:
        if field.message_type is not None:
            if field.message_type.file.package.startswith("google."):
                raise ValueError(f"{field.full_name}: well-known types in requests have no schema yet")
            return self.request(field.message_type)
        if field.enum_type is not None:
            schema = self._enum(field)
            if not rules.enum.not_in:
                return schema
            names = [value.name for value in field.enum_type.values if value.number not in rules.enum.not_in]
            return {"type": "string", "enum": names}
        if field.type == FieldDescriptor.TYPE_INT64:
            return {"anyOf": [{"type": "integer", "minimum": 0}, {"type": "string", "pattern": "^[0-9]{1,18}$"}]}
        schema = dict(_PLAIN[field.type])
        _limit(schema, rules.string, {"min_len": "minLength", "max_len": "maxLength", "pattern": "pattern"})
        _limit(schema, rules.int32, {"gte": "minimum", "lte": "maximum"})
        _limit(schema, rules.double, {"gt": "exclusiveMinimum", "lte": "maximum"})
        _limit(schema, rules.bool, {"const": "const"})
        return schema

    def _enum(self, field: FieldDescriptor) -> Schema:
        enum = cast(EnumDescriptor, field.enum_type)
        name = self._claim(enum.full_name)
        if name not in self.found:
            schema = self.found[name] = {"type": "string", "enum": [value.name for value in enum.values]}
            lines = [self.text(enum.full_name)]
            # A value's full name stands beside its enum in protobuf; comments are kept below it.
            lines.extend(
                f"- `{value.name}`: {told}"
                for value in enum.values
                if (told := self.text(f"{enum.full_name}.{value.name}"))
            )
            if told := "\n".join(line for line in lines if line):
                schema["description"] = told
        return _reference(name)

    def _describe(self, schema: Schema, full_name: str) -> None:
        if text := self.text(full_name):
            schema["description"] = text

    def _claim(self, full_name: str, ending: str = "") -> str:
        """`notalone.catalog.v1.Programme.Kind` → `ProgrammeKind`; short names must stay unique."""
        name = "".join(part for part in full_name.split(".") if part[0].isupper()) + ending
        if self._owners.setdefault(name, full_name) != full_name:
            raise ValueError(f"{full_name} and {self._owners[name]} share the short name {name}")
        return name


def rules_of(field: FieldDescriptor) -> validate_pb2.FieldRules:
    """The buf.validate rules of a field."""
    return field.GetOptions().Extensions[validate_pb2.field]


def is_required(field: FieldDescriptor) -> bool:
    """Whether a request is refused without this field. Members of a oneof count together, not here."""
    rules = rules_of(field)
    least = rules.string.min_len > 0 or rules.repeated.min_items > 0 or 0 in rules.enum.not_in
    return field.containing_oneof is None and (rules.required or least)


def _exactly_one(oneof: OneofDescriptor) -> Schema:
    if not oneof.GetOptions().Extensions[validate_pb2.oneof].required:
        raise ValueError(f"{oneof.full_name}: a oneof that may be absent has no schema yet")
    names = [field.json_name for field in oneof.fields]
    return {
        "oneOf": [
            {
                "required": [name],
                "properties": {other: {"type": "null"} for other in names if other != name}
                | {name: {"not": {"type": "null"}}},
            }
            for name in names
        ]
    }


def _by_name_or_number(named: Schema, field: FieldDescriptor) -> list[Schema]:
    rules = rules_of(field)
    refused = (rules.repeated.items if field.is_repeated else rules).enum.not_in
    values = [value for value in cast(EnumDescriptor, field.enum_type).values if value.number not in refused]
    by_name = {"$ref": named["$ref"]} if "$ref" in named else {"type": "string", "enum": named["enum"]}
    return [by_name, {"type": "integer", "enum": [value.number for value in values]}]


def _or_null(schema: Schema) -> Schema:
    if "anyOf" in schema:
        return {**schema, "anyOf": [*schema["anyOf"], {"type": "null"}]}
    if "$ref" in schema:
        return {"anyOf": [{"$ref": schema.pop("$ref")}, {"type": "null"}], **schema}
    if "const" in schema:
        schema["enum"] = [schema.pop("const"), None]
    return schema | {"type": [schema["type"], "null"]}


def _limit(schema: Schema, rules: Any, names: Mapping[str, str]) -> None:  # noqa: ANN401 one of many rule messages
    for rule, keyword in names.items():
        if rules.HasField(rule):
            schema[keyword] = getattr(rules, rule)


def _is_map(field: FieldDescriptor) -> bool:
    return bool(field.message_type is not None and field.message_type.GetOptions().map_entry)


def _reference(name: str) -> Schema:
    return {"$ref": f"#/components/schemas/{name}"}
