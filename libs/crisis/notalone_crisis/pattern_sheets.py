"""The reviewed patterns, one file per language under `patterns/`, and how they become regular expressions.

A pattern is a regular expression of a small kind: no unbounded repetition, so that no text can make it slow. `...`
stands for a gap: up to three words where words stand apart, up to six characters elsewhere. In the word forms a pattern
begins and ends at the edge of a word, and `*` lets its last word go on.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Any

import yaml
from notalone.crisis.v1.crisis_pb2 import Crisis
from notalone_kernel.languages import LANGUAGES

from notalone_crisis.forms import fold

FORMS = ("tight", "words", "folded", "bare", "joined")
SCRIPTS = ("kana_han", "thai", "hangul", "devanagari", "latin")
_UNBOUNDED = re.compile(r"(?<!\\)[+]|\{\d*,\}|\{\d*,\d{3,}\}")
_CAPTURING = re.compile(r"(?<!\\)\((?!\?)")
_WORD_GAP = r" (?:[^ ]{1,30} ){0,3}?"
_TIGHT_GAP = r".{0,6}?"
_WORD_END = r"[^ ]{0,14}"


@dataclass(frozen=True, slots=True)
class Rule:
    """Patterns of one form that mean the same kinds.

    Attributes:
        script: Only texts that hold this script are looked at.
        form: The form that is looked at.
        kinds: What a match means.
        pattern: All patterns in one.
        unless: A match is none where it lies over a match of this; None where there are no such exceptions.
    """

    script: str
    form: str
    kinds: frozenset[Crisis.Kind.ValueType]
    pattern: re.Pattern[str]
    unless: re.Pattern[str] | None


@dataclass(frozen=True, slots=True)
class Rules:
    """What is looked for in every text, of all languages.

    Attributes:
        rules: In no particular order.
        benign: By script and form, what means no harm; a match that lies over it is none.
    """

    rules: tuple[Rule, ...]
    benign: Mapping[tuple[str, str], re.Pattern[str]]


@cache
def all_rules() -> Rules:
    """Reads the patterns of all languages once.

    Raises:
        ValueError: a file breaks the rules that the head of this module states.
    """
    rules: list[Rule] = []
    benign: dict[tuple[str, str], list[str]] = {}
    for language in LANGUAGES:
        for group in read_sheet(language):
            place = group["script"], group["form"]
            benign.setdefault(place, []).extend(group.get("benign", []))
            rules += _rules(group)
    return Rules(
        rules=tuple(rules),
        benign={place: _compiled(patterns, place[1]) for place, patterns in benign.items() if patterns},
    )


def read_sheet(language: str) -> list[dict[str, Any]]:
    """The groups of patterns in the file of one language, checked."""
    text = files("notalone_crisis").joinpath("patterns", f"{language}.yaml").read_text("utf-8")
    content = yaml.load(text, Loader=yaml.CSafeLoader)
    if not {"language", "groups"} <= set(content) <= {"language", "words", "groups"} or content["language"] != language:
        raise ValueError(f"{language}: head of the file")
    for group in content["groups"]:
        if not {"script", "form", "kinds"} <= set(group) <= {"script", "form", "kinds", "benign"}:
            raise ValueError(f"{language}: a group holds {sorted(group)}")
        if group["form"] not in FORMS or group["script"] not in SCRIPTS:
            raise ValueError(f"{language}: {group['script']} {group['form']}")
    words = {f"<{name}>": expression for name, expression in content.get("words", {}).items()}
    return [_spelt_out(group, words) for group in content["groups"]]


def _spelt_out(part: Any, words: Mapping[str, str]) -> Any:  # noqa: ANN401 whatever YAML holds
    """Puts the words that a file names once, as `<parent>`, into its patterns."""
    if isinstance(part, dict):
        return {name: _spelt_out(inner, words) for name, inner in part.items()}
    if isinstance(part, list):
        return [_spelt_out(inner, words) for inner in part]
    for name, expression in words.items():
        part = part.replace(name, f"(?:{expression})")
    return part


def _rules(group: Mapping[str, Any]) -> Iterator[Rule]:
    for names, patterns in group["kinds"].items():
        kinds = frozenset(Crisis.Kind.Value(name) for name in names.split())
        plain = [pattern for pattern in patterns if isinstance(pattern, str)]
        if plain:
            yield Rule(group["script"], group["form"], kinds, _compiled(plain, group["form"]), None)
        for pattern in patterns:
            if isinstance(pattern, dict):
                if set(pattern) != {"match", "unless"}:
                    raise ValueError(f"a pattern holds {sorted(pattern)}")
                match = _compiled([pattern["match"]], group["form"])
                unless = _compiled(pattern["unless"], group["form"])
                yield Rule(group["script"], group["form"], kinds, match, unless)


def _compiled(patterns: list[str], form: str) -> re.Pattern[str]:
    expressions = []
    for pattern in patterns:
        if _UNBOUNDED.search(pattern) or (form == "tight" and "*" in pattern):
            raise ValueError(f"unbounded: {pattern}")
        expressions.append(_expression(fold(pattern), form))
    either = "|".join(dict.fromkeys(expressions))
    return re.compile(f"(?:{either})" if form == "tight" else f" (?:{either})(?= )")


def _expression(pattern: str, form: str) -> str:
    pattern = _CAPTURING.sub("(?:", pattern)
    if form == "tight":
        return pattern.replace("...", _TIGHT_GAP)
    return pattern.replace(" ... ", _WORD_GAP).replace("*", _WORD_END)
