"""The document: paths, parameters, bodies, answers."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from google.protobuf.descriptor import FieldDescriptor, ServiceDescriptor

from notalone_gateway.api import CACHEABLE
from notalone_gateway.contract import Call
from notalone_gateway.openapi import answers
from notalone_gateway.openapi.examples import REQUESTS
from notalone_gateway.openapi.schemas import Schemas, is_required

Part = dict[str, Any]

_ABOUT = (
    "Guides people who feel alone or stuck to help that fits. Nobody is asked who they are, and nothing of a "
    "conversation is kept: its state travels, sealed, with the client.\n\n"
    "JSON is protobuf JSON: names in lowerCamelCase, fields without presence always printed. Unknown fields are "
    "refused, and every error names the fields that are wrong. Show `crisis` first and unaltered wherever it comes."
)


def build(calls: Sequence[Call], services: Iterable[ServiceDescriptor], comments: Mapping[str, str]) -> Part:
    """The OpenAPI 3.1 document of these calls."""
    schemas = Schemas(comments)
    paths: dict[str, Part] = {}
    for call in calls:
        paths.setdefault(address(call), {})[call.verb.lower()] = _operation(call, schemas)
    schemas.found.update(answers.SCHEMAS)
    return {
        "openapi": "3.1.0",
        "info": {
            "title": "NotAlone",
            "version": "1",
            "description": _ABOUT,
        },
        "servers": [{"url": "/"}],
        "security": [],
        "tags": [{"name": service.name, "description": schemas.text(service.full_name)} for service in services]
        + [{"name": "Operation", "description": "For those who run it."}],
        "paths": {**paths, **answers.PROBES},
        "components": {
            "schemas": dict(sorted(schemas.found.items())),
            "responses": answers.RESPONSES,
            "securitySchemes": answers.SECURITY_SCHEMES,
        },
    }


def address(call: Call) -> str:
    """The path as OpenAPI writes it, variables by their JSON names."""
    text = call.template.text
    for name in call.template.variables:
        text = text.replace("{" + name + "}", "{" + _json_name(call, name) + "}")
    return text


def _operation(call: Call, schemas: Schemas) -> Part:
    method = call.method
    told = schemas.text(method.full_name)
    operation: Part = {
        "operationId": method.name[0].lower() + method.name[1:],
        "tags": [method.containing_service.name],
        "summary": _words(method.name),
    }
    if told:
        operation["description"] = told
    if call.protected:
        # Any one of them is enough.
        grants = (*call.grant.roles, *call.grant.scopes)
        operation["security"] = [{answers.SECURITY_SCHEME: [grant]} for grant in grants]
    if parameters := _parameters(call, schemas):
        operation["parameters"] = parameters
    if call.body:
        operation["requestBody"] = _body(call, schemas)
    operation["responses"] = _responses(call, schemas)
    return operation


def _parameters(call: Call, schemas: Schemas) -> list[Part]:
    fields: list[FieldDescriptor] = list(call.method.input_type.fields)
    in_path = [field for field in fields if field.name in call.template.variables]
    in_query = [] if call.body else [field for field in fields if field.name not in call.template.variables]
    # Public calls that create something take the key too; the comment of the method says so where it matters.
    key = [answers.IDEMPOTENCY_KEY] if call.protected and call.creates else []
    return [
        *key,
        *(_parameter(call, field, "path", required=True, schemas=schemas) for field in in_path),
        *(_parameter(call, field, "query", required=is_required(field), schemas=schemas) for field in in_query),
    ]


def _parameter(call: Call, field: FieldDescriptor, place: str, *, required: bool, schemas: Schemas) -> Part:
    schema = schemas.parameter(field)
    # HSDS has names of its own, in snake_case; ours are those of protobuf JSON.
    name = field.name if call.open_data else field.json_name
    found: Part = {"name": name, "in": place, "required": required, "schema": schema}
    if told := schema.pop("description", None):
        found["description"] = told
    return found


def _body(call: Call, schemas: Schemas) -> Part:
    content: Part = {"schema": schemas.request(call.method.input_type, elsewhere=call.template.variables)}
    if shown := REQUESTS.get(call.method.full_name):
        content["examples"] = {name: {"value": value} for name, value in shown.items()}
    return {"required": True, "content": {"application/json": content}}


def _responses(call: Call, schemas: Schemas) -> Part:
    if call.raw:
        good: Part = {"content": {call.media: {"schema": {}}}}
    else:
        good = {"content": {"application/json": {"schema": schemas.answer(call.method.output_type)}}}
    found: Part = {"200": {"description": "The answer.", **good}}
    if call.open_data or call.method.full_name in CACHEABLE:
        found["304"] = {"description": "Nothing has changed since the ETag in If-None-Match."}
    statuses = [400, 404, 429, 500, 503, 504, 414, *([408, 413, 415] if call.body else [])]
    statuses += [401, 403, 409] if call.protected else []
    return found | {str(status): {"$ref": f"#/components/responses/{status}"} for status in sorted(statuses)}


def _json_name(call: Call, name: str) -> str:
    return str(call.method.input_type.fields_by_name[name].json_name)


def _words(name: str) -> str:
    """`StartConversation` → `Start conversation`."""
    spaced = "".join(f" {letter.lower()}" if letter.isupper() else letter for letter in name).strip()
    return spaced.capitalize()
