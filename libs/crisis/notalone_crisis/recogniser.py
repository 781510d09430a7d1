"""Hears cries for help in whatever a person types, in any of the twelve languages, mixed as they come."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterable, Iterator
from functools import cache

from notalone.crisis.v1.crisis_pb2 import Crisis

from notalone_crisis.forms import Forms, readings, scripts_of
from notalone_crisis.pattern_sheets import Rule, Rules, all_rules

Span = tuple[int, int]
Place = tuple[str, str]


class Recogniser:
    """Looks for the patterns of all languages in every text. Holds no state but the compiled patterns."""

    __slots__ = ("_rules",)

    def __init__(self, rules: Rules) -> None:
        self._rules = rules

    def recognise(self, text: str) -> frozenset[Crisis.Kind.ValueType]:
        """Returns the kinds of crisis that the text speaks of; empty where it speaks of none."""
        found: set[Crisis.Kind.ValueType] = set()
        for forms in readings(text):
            found |= self._in_reading(forms, found)
        return frozenset(found)

    def _in_reading(self, forms: Forms, known: set[Crisis.Kind.ValueType]) -> set[Crisis.Kind.ValueType]:
        scripts = scripts_of(forms.folded)
        found: set[Crisis.Kind.ValueType] = set()
        harmless: dict[Place, list[Span]] = {}
        for rule in self._rules.rules:
            if rule.script not in scripts or rule.kinds <= (known | found):
                continue
            text = forms.get(rule.form)
            if text and self._meant(rule, text, harmless):
                found |= rule.kinds
        return found

    def _meant(self, rule: Rule, text: str, harmless: dict[Place, list[Span]]) -> bool:
        if not rule.pattern.search(text):
            return False
        place = rule.script, rule.form
        if place not in harmless:
            benign = self._rules.benign.get(place)
            harmless[place] = list(_overlapping(benign, text)) if benign else []
        excused = [*harmless[place], *(_overlapping(rule.unless, text) if rule.unless else ())]
        covered = _Cover(excused)
        return any(not covered.touches(span) for span in _overlapping(rule.pattern, text))


class _Cover:
    """Stretches of a text, put together where they overlap, so that one look tells whether a match touches them."""

    __slots__ = ("_ends", "_starts")

    def __init__(self, spans: Iterable[Span]) -> None:
        self._starts: list[int] = []
        self._ends: list[int] = []
        for start, end in sorted(spans):
            if self._ends and start <= self._ends[-1]:
                self._ends[-1] = max(self._ends[-1], end)
            else:
                self._starts.append(start)
                self._ends.append(end)

    def touches(self, span: Span) -> bool:
        """Whether the two share a character."""
        start, end = span
        place = bisect_right(self._starts, end - 1) - 1
        return place >= 0 and self._ends[place] > start


@cache
def recogniser() -> Recogniser:
    """The recogniser with the patterns that ship with the code; made at the first call."""
    return Recogniser(all_rules())


def recognise(text: str) -> frozenset[Crisis.Kind.ValueType]:
    """Returns the kinds of crisis that a text speaks of, whatever its language.

    Args:
        text: What a person typed, of any length and in any characters.
    """
    return recogniser().recognise(text)


def _overlapping(pattern: re.Pattern[str], text: str) -> Iterator[Span]:
    """All matches, also those that begin within another one: a harmless one must not hide a meant one."""
    match = pattern.search(text)
    while match:
        yield match.span()
        match = pattern.search(text, match.start() + 1)
