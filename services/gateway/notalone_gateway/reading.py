"""From bytes to a JSON object, more strictly than JSON asks: what two parsers could read in two ways is refused."""

from __future__ import annotations

import json
import math

from notalone_chassis.errors import FieldViolation

from notalone_gateway.problems import Problem, invalid_fields, unreadable

# A number of more digits fits no field; reading it digit by digit would only cost time.
_MOST_DIGITS = 20
_LONGEST_NAME = 64


class _Twice(ValueError):
    def __init__(self, name: str) -> None:
        super().__init__("a name stands twice in one object")
        self.name = name


def read_object(body: bytes) -> dict[str, object]:
    """The object in a body.

    Numbers that are no numbers (NaN), infinite or too long come back as infinity, so that the field they stand in can
    be named.

    Raises:
        Problem: it is no JSON object in UTF-8.
    """
    if not body.strip():
        raise unreadable("body.empty")
    value = _parse(_text(body))
    if not isinstance(value, dict):
        raise unreadable("body.no_object")
    return value


def name_to_show(name: str) -> str:
    """A field's name as it came; nothing of it where it looks like something else than a name."""
    plain = name.isascii() and name.replace("_", "").replace("-", "").isalnum()
    return name if plain and len(name) <= _LONGEST_NAME else "(unnamed)"


def _text(body: bytes) -> str:
    try:
        return body.decode("utf-8-sig")
    except UnicodeDecodeError:
        raise unreadable("body.not_utf8") from None


def _parse(text: str) -> object:
    try:
        value: object = json.loads(
            text,
            object_pairs_hook=_object,
            parse_int=_integer,
            parse_constant=lambda _: math.inf,
        )
    except _Twice as twice:
        violation = FieldViolation(name_to_show(twice.name), "json.duplicate_name")
        raise invalid_fields([violation]) from None
    except RecursionError:
        raise unreadable("json.too_deep") from None
    except json.JSONDecodeError as error:
        raise _malformed(error) from None
    return value


def _malformed(error: json.JSONDecodeError) -> Problem:
    return unreadable("json.malformed", where={"line": str(error.lineno), "column": str(error.colno)})


def _object(pairs: list[tuple[str, object]]) -> dict[str, object]:
    found: dict[str, object] = {}
    for name, value in pairs:
        if name in found:
            raise _Twice(name)
        found[name] = value
    return found


def _integer(digits: str) -> int | float:
    return int(digits) if len(digits) <= _MOST_DIGITS else math.inf
