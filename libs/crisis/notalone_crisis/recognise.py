"""Recognises cries for help, in every language at once: people mix them, and the setting may be wrong."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

import yaml
from notalone.crisis.v1.crisis_pb2 import Crisis
from notalone_kernel.languages import LANGUAGES

from notalone_crisis import folding

# Written without spaces: matched with all spaces and signs taken out.
TIGHT = frozenset({"ja", "zh-Hans", "zh-Hant", "th"})


@dataclass(frozen=True, slots=True)
class Rule:
    """How one kind shows in one language. A match that overlaps an exception does not count."""

    kind: Crisis.Kind.ValueType
    tight: bool
    any: re.Pattern[str]
    unless: re.Pattern[str] | None

    def found_in(self, text: str) -> bool:
        """Whether the kind shows in a folded text."""
        hits = [hit.span() for hit in self.any.finditer(text)]
        if not hits:
            return False
        excused = [] if self.unless is None else [trap.span() for trap in self.unless.finditer(text)]
        return any(
            not any(start < trap_end and trap_start < end for trap_start, trap_end in excused) for start, end in hits
        )


def recognise(text: str) -> frozenset[Crisis.Kind.ValueType]:
    """The kinds of crisis that show in what a person wrote; empty where none does. Takes any string."""
    tight, spaced = folding.tight(text), folding.spaced(text)
    return frozenset(rule.kind for rule in _rules() if rule.found_in(tight if rule.tight else spaced))


def rules_of(language: str) -> tuple[Rule, ...]:
    """The rules of one language, as its file holds them."""
    text = files("notalone_crisis").joinpath(f"patterns/{language}.yaml").read_text("utf-8")
    sheet: Mapping[str, Mapping[str, list[str]]] = yaml.load(text, Loader=yaml.CSafeLoader)
    return tuple(
        Rule(
            kind=Crisis.Kind.Value(kind),
            tight=language in TIGHT,
            any=_either(lists["any"]),
            unless=_either(lists["unless"]) if lists.get("unless") else None,
        )
        for kind, lists in sheet.items()
    )


def _either(patterns: Iterable[str]) -> re.Pattern[str]:
    return re.compile("|".join(f"(?:{pattern})" for pattern in patterns))


@cache
def _rules() -> tuple[Rule, ...]:
    return tuple(rule for language in LANGUAGES for rule in rules_of(language))
