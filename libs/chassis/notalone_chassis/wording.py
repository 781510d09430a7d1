"""The sentences that go with an error, in the caller's language, found by rule id."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from importlib.resources import files
from string import Formatter

import yaml
from notalone_kernel import languages

FALLBACK = "value.invalid"
# Rules of buf.validate that read the same to a person.
SAME_AS = {
    "string.min_len": "required",
    "repeated.min_items": "required",
    "enum.not_in": "required",
    "bool.const": FALLBACK,
    "string.pattern": "text.form",
    "int32.gte_lte": "number.range",
    "not_found.programme": "not_found",
}


def sentence(rule: str, *, language: str, params: Mapping[str, object] | None = None) -> str:
    """The sentence of a rule in a language; a general one where the rule has none, never an error."""
    table = _table()
    texts = table.get(SAME_AS.get(rule, rule), table[FALLBACK])
    text, _ = languages.pick(texts, language)
    given = params or {}
    if any(name and name not in given for _, name, _, _ in Formatter().parse(text)):
        text, _ = languages.pick(table[FALLBACK], language)
        return text
    return text.format_map(given)


def known(rule: str) -> bool:
    """Whether a rule has a sentence of its own."""
    return SAME_AS.get(rule, rule) in _table()


@cache
def _table() -> Mapping[str, Mapping[str, str]]:
    text = files("notalone_chassis").joinpath("wording.yaml").read_text("utf-8")
    loaded: Mapping[str, Mapping[str, str]] = yaml.load(text, Loader=yaml.CSafeLoader)
    return loaded
