"""Words of each language that stand for concepts, and rules that lead from concepts to needs."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from notalone_dialogue.understanding.fold import fold, is_spaceless, squeeze

# Concepts of one rule must stand this close together, in characters of the folded text.
_NEAR = 60
_LATIN = re.compile(r"[a-z ]+")


@dataclass(frozen=True, slots=True)
class Readings:
    """Brings words that are written in more than one way into one."""

    pattern: re.Pattern[str] | None
    words: Mapping[str, str]

    def one(self, folded: str) -> str:
        """A folded text with each of the words in its one form."""
        return self.pattern.sub(lambda found: self.words[found[0]], folded) if self.pattern else folded


@dataclass(frozen=True, slots=True)
class Rule:
    """Needs that follow where all of `present` stand near each other and none of `absent` stands anywhere."""

    present: tuple[str, ...]
    absent: tuple[str, ...]
    young: bool | None
    needs: tuple[tuple[str, float], ...]


@dataclass(frozen=True, slots=True)
class Concepts:
    """The terms of one language, folded."""

    language: str
    terms: tuple[tuple[str, tuple[str, ...]], ...]
    denials: tuple[str, ...]
    readings: Readings

    def find(self, folded: str) -> dict[str, list[int]]:
        """Concept to the places where it stands in a folded text."""
        spaced = f" {folded} "
        text = self.readings.one(squeeze(folded)) if is_spaceless(self.language) else spaced
        found: dict[str, list[int]] = {}
        for concept, terms in self.terms:
            places = [place for term in terms for place in self._places(spaced if term.startswith(" ") else text, term)]
            if places:
                found[concept] = places
        return found

    def _places(self, text: str, term: str) -> list[int]:
        places = []
        start = text.find(term)
        while start >= 0:
            end = start + len(term)
            if not text.startswith(self.denials, end):
                places.append(start)
            start = text.find(term, end)
        return places


def read_readings(content: Mapping[str, Any]) -> Readings:
    """The readings of one lexicon file; most languages have none."""
    words = {fold(word): fold(reading) for word, reading in (content.get("readings") or {}).items()}
    longest_first = sorted(words, key=len, reverse=True)
    return Readings(pattern=re.compile("|".join(map(re.escape, longest_first))) if words else None, words=words)


def read_concepts(language: str, content: Mapping[str, Any], readings: Readings) -> Concepts:
    """The concepts of one lexicon file."""
    terms = tuple(
        (name, _terms(language, values, readings)) for name, values in (content.get("concepts") or {}).items()
    )
    denials = _terms(language, content.get("denials") or (), readings)
    return Concepts(language=language, terms=terms, denials=denials, readings=readings)


def read_rules(content: Mapping[str, Any]) -> tuple[Rule, ...]:
    """The rules all languages share.

    The key of a rule holds concept names joined by `+`; `-name` must not stand there, `@young` and `@adult` bind the
    rule to an audience.
    """
    return tuple(_rule(condition, needs) for condition, needs in content["rules"].items())


def apply_rules(rules: Sequence[Rule], places: Mapping[str, Sequence[int]], *, young: bool) -> dict[str, float]:
    """Need to the weight its rules give it, 0 to 1."""
    needs: dict[str, float] = {}
    for rule in rules:
        if _holds(rule, places, young=young):
            for need, weight in rule.needs:
                before = needs.get(need, 0.0)
                # A further rule for the same need adds a little certainty.
                needs[need] = min(1.0, max(before, weight) + 0.1 * min(before, weight))
    return needs


def _holds(rule: Rule, places: Mapping[str, Sequence[int]], *, young: bool) -> bool:
    if rule.young is not None and rule.young != young:
        return False
    if any(name not in places for name in rule.present) or any(name in places for name in rule.absent):
        return False
    first = places[rule.present[0]]
    return all(_near(first, places[name]) for name in rule.present[1:])


def _near(first: Sequence[int], second: Sequence[int]) -> bool:
    return any(abs(one - other) <= _NEAR for one in first for other in second)


def _rule(condition: str, needs: Mapping[str, float]) -> Rule:
    parts = [part.strip() for part in condition.split("+")]
    return Rule(
        present=tuple(part for part in parts if part[0] not in "-@"),
        absent=tuple(part[1:] for part in parts if part.startswith("-")),
        young=True if "@young" in parts else False if "@adult" in parts else None,
        needs=tuple((need, float(weight)) for need, weight in needs.items()),
    )


def _terms(language: str, values: Sequence[object], readings: Readings) -> tuple[str, ...]:
    return tuple(dict.fromkeys(term for value in values if (term := _term(language, str(value), readings))))


def _term(language: str, written: str, readings: Readings) -> str:
    # In languages with spaces a term is whole words; `*` at the end leaves the last word open.
    folded = fold(written)
    # Latin letters are whole words everywhere: LD does not stand in "child", nor DV in "advice".
    if is_spaceless(language) and not _LATIN.fullmatch(folded):
        return readings.one(squeeze(folded))
    return f" {folded}" if written.endswith("*") else f" {folded} " if folded else ""
