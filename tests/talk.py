"""Talks to a running backend as a front end does: only over HTTP, only what the contract promises."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import httpx2
from google.protobuf.descriptor import EnumDescriptor, FieldDescriptor
from google.protobuf.message import Message

Json = dict[str, Any]

LANGUAGES = ("ja", "en", "zh-Hans", "zh-Hant", "ko", "pt", "es", "tl", "th", "vi", "ne", "id")
AUDIENCES = ("GENERAL", "CHILD", "TEEN")
SEED_PATH = ("子育て", "子ども・子育てについて相談したい", "子育て中の親子が交流する場を知りたい")
SEED_PROGRAMME = "地域子育て支援拠点事業"
# The lines that ship with the code; an error that would leave a person with nothing carries some of them.
EMERGENCY_NUMBERS = {"110", "119"}


class Talk:
    """The calls of a conversation, as one line each."""

    def __init__(self, http: httpx2.Client) -> None:
        self.http = http

    def start(self, **body: object) -> Json:
        """The first turn."""
        return answer_of(self.http.post("/v1/conversations", json=body))

    def say(self, turn: Json, text: str) -> Json:
        """The turn after the person's own words."""
        return self._reply(turn, text=text)

    def choose(self, turn: Json, label: str) -> Json:
        """The turn after the choice that bears this label."""
        ids = [choice["id"] for choice in turn["choices"] if choice["label"] == label]
        assert len(ids) == 1, (label, [choice["label"] for choice in turn["choices"]])
        return self.choose_id(turn, ids[0])

    def choose_id(self, turn: Json, choice_id: str) -> Json:
        """The turn after a choice."""
        return self._reply(turn, choiceId=choice_id)

    def back(self, turn: Json) -> Json:
        """The turn before."""
        return self._reply(turn, back=True)

    def follow(self, labels: tuple[str, ...], **start: object) -> Json:
        """The turn at the end of a way of labels."""
        turn = self.start(**start)
        for label in labels:
            turn = self.choose(turn, label)
        return turn

    def _reply(self, turn: Json, **reply: object) -> Json:
        return answer_of(
            self.http.post("/v1/conversations:reply", json={"conversation": turn["conversation"], **reply})
        )


def answer_of(response: httpx2.Response) -> Json:
    """The JSON of an answer that must be one."""
    assert response.status_code == 200, (response.status_code, response.text[:400])
    found: Json = response.json()
    return found


def names(turn: Json) -> list[str]:
    """Japanese names of the suggestions, best first."""
    return [suggestion["programme"]["displayNameJa"] for suggestion in turn["suggestions"]]


def error_of(response: httpx2.Response) -> Json:
    """The error object of an answer, held to its shape."""
    body = response.json()
    assert set(body) == {"error"}
    error: Json = body["error"]
    assert set(error) == {"code", "status", "message", "details"}
    assert error["code"] == response.status_code
    assert error["message"]
    return error


def detail(error: Json, name: str) -> Json | None:
    """The detail of an error with this message name."""
    return next((found for found in error["details"] if found["@type"] == f"type.googleapis.com/{name}"), None)


def violations(response: httpx2.Response) -> dict[str, str]:
    """Wrong fields by name, with what is said about each."""
    found = detail(error_of(response), "google.rpc.BadRequest") or {"fieldViolations": []}
    return {wrong["field"]: wrong["description"] for wrong in found["fieldViolations"]}


def help_numbers(error: Json) -> set[str]:
    """Numbers and addresses to turn to that came with an error."""
    return {
        contact["value"]
        for found in error["details"]
        if found["@type"].endswith("notalone.crisis.v1.Crisis")
        for contact in found["contacts"]
    }


def departures(value: Json, message: type[Message]) -> list[str]:
    """Where an answer departs from protobuf JSON as the contract wants it; empty where it does not."""
    return list(_departures(value, message.DESCRIPTOR, ""))


def _departures(value: Json, descriptor: Any, path: str) -> Iterator[str]:
    fields: dict[str, FieldDescriptor] = {field.json_name: field for field in descriptor.fields}
    yield from (f"{path}{name}: not in the contract" for name in value if name not in fields)
    for name, field in fields.items():
        if name in value:
            yield from _field_departures(value[name], field, f"{path}{name}")
        elif not field.has_presence:
            yield f"{path}{name}: missing, though it has no presence"


def _field_departures(value: Any, field: FieldDescriptor, path: str) -> Iterator[str]:
    if field.message_type is not None and field.message_type.GetOptions().map_entry:
        if not isinstance(value, dict):
            yield f"{path}: no object"
            return
        for key, item in value.items():
            yield from _value_departures(item, field.message_type.fields_by_name["value"], f"{path}[{key}]")
    elif field.is_repeated:
        if not isinstance(value, list):
            yield f"{path}: no list"
            return
        for index, item in enumerate(value):
            yield from _value_departures(item, field, f"{path}[{index}]")
    else:
        yield from _value_departures(value, field, path)


def _value_departures(value: Any, field: FieldDescriptor, path: str) -> Iterator[str]:
    if field.message_type is not None:
        if isinstance(value, dict):
            yield from _departures(value, field.message_type, f"{path}.")
        else:
            yield f"{path}: no object"
    elif isinstance(field.enum_type, EnumDescriptor):
        if value not in field.enum_type.values_by_name:
            yield f"{path}: no bare enum value"
    elif type(value) is not _TYPES[field.cpp_type]:
        yield f"{path}: {type(value).__name__}"


_TYPES = {
    FieldDescriptor.CPPTYPE_STRING: str,
    FieldDescriptor.CPPTYPE_BOOL: bool,
    FieldDescriptor.CPPTYPE_INT32: int,
    FieldDescriptor.CPPTYPE_DOUBLE: float,
    # 64-bit numbers are strings in protobuf JSON.
    FieldDescriptor.CPPTYPE_INT64: str,
}
