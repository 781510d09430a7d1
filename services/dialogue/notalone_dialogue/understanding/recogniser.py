"""From free text to needs: rules over concepts, and likeness to example sentences."""

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from typing import Any

import notalone_data
from notalone.catalog.v1.entry_pb2 import Entry
from notalone.common.v1.common_pb2 import Audience
from notalone_kernel.entry_shelf import EntryShelf
from notalone_kernel.languages import LANGUAGES

from notalone_dialogue.understanding import ranking
from notalone_dialogue.understanding.candidates import Candidates
from notalone_dialogue.understanding.fold import clauses, fold, hardly_any_kanji, is_spaceless, languages_of
from notalone_dialogue.understanding.lexicon import (
    Concepts,
    Readings,
    Rule,
    apply_rules,
    read_concepts,
    read_readings,
    read_rules,
)
from notalone_dialogue.understanding.mentions import Entries, LiveMentions
from notalone_dialogue.understanding.similarity import ExampleIndex, spaceless_pieces, word_pieces

MAX_NEEDS = 6
# Japanese without kanji.
_KANA = "ja-kana"
# Example sentences under this name say nothing about a need: greetings, thanks, "nothing in particular".
NOTHING = "nothing"
_MAX_CLAUSES = 12
# Likeness below the first says nothing, at the last everything (set on the tests' sentences).
_UNLIKE, _UNLIKE_ALONE, _ALIKE = 0.20, 0.12, 0.75
_TRUST_ALONE, _TRUST_BESIDE_RULES, _SURE = 0.85, 0.5, 0.75
_TALK, _PARENTS, _ASIDE = "lonely.talk", "childcare.", 0.6
_KEEP, _KEEP_OF_BEST = 0.1, 0.5


@dataclass(frozen=True, slots=True)
class NeedScore:
    """A need and how sure it is, 0 to 1."""

    need: str
    weight: float


@dataclass(frozen=True)
class _Language:
    name: str
    content: Mapping[str, Any]
    sentences: Sequence[tuple[str, str]]
    cut: Callable[[str], Counter[str]]
    readings: Readings

    # Both are built when the language is first spoken, or prepared before.
    @cached_property
    def concepts(self) -> Concepts:
        return read_concepts(self.name, self.content, self.readings)

    @cached_property
    def examples(self) -> ExampleIndex:
        return ExampleIndex([(need, self.pieces(fold(sentence))) for need, sentence in self.sentences])

    def pieces(self, folded: str) -> Counter[str]:
        return self.cut(self.readings.one(folded))


class Understanding:
    """Recognises needs and ranks entries by them; holds only what its files say."""

    def __init__(
        self,
        *,
        rules: Sequence[Rule],
        languages: Mapping[str, _Language],
        mentions: LiveMentions,
    ) -> None:
        self._rules = rules
        self._languages = languages
        self._mentions = mentions
        self._candidates = Candidates(())

    @property
    def languages(self) -> Sequence[str]:
        """Names of the lexicon's sheets, those that are heard most first."""
        return (*LANGUAGES[:1], _KANA, *LANGUAGES[1:])

    def prepare(self, name: str) -> None:
        """Builds what the first words in a language would wait for, half a second in Japanese; from any thread."""
        language = self._languages[name]
        _ = language.concepts, language.examples

    def understand(self, text: str, *, audience: Audience.ValueType, language: str = "") -> list[NeedScore]:
        """The needs that speak from a text, surest first, at most six; empty where none is recognised.

        Beside needs there may be mentions of entries, see `mentions.mention`.

        Args:
            text: What the person wrote, in any language or mixture.
            audience: Changes how some words are read: bullying is at school for the young, at work for others.
            language: Of the conversation; its words are tried even where the script does not suggest it.
        """
        folded = fold(text)
        tried = [name for name in languages_of(folded) if name in self._languages]
        if language in self._languages and language not in tried:
            tried.append(language)
        young = audience in {Audience.CHILD, Audience.TEEN}
        by_rules = self._by_rules(folded, tried, young=young)
        if hardly_any_kanji(folded) and max(by_rules.values(), default=0.0) < _SURE:
            # Readings are less sure than words: only where the words as they stand say little.
            tried.append(_KANA)
            by_rules = self._by_rules(folded, tried, young=young)
        by_likeness = self._by_likeness([folded, *clauses(text)[:_MAX_CLAUSES]], tried)
        needs = _the_particular_first(_combine(by_rules, by_likeness), young=young)
        for need, sure in self._mentions.find(folded, needs).items():
            needs[need] = max(needs.get(need, 0.0), sure)
        return _strongest(needs)

    def rank(
        self,
        needs: Mapping[str, float],
        entries: Sequence[Entry],
        *,
        audience: Audience.ValueType,
        language: str,
        prefecture: str,
        now: datetime,
    ) -> list[ranking.Ranked]:
        """The entries that answer the needs, best first; see `ranking.rank`."""
        if self._candidates.entries is not entries:
            self._candidates = Candidates(entries)
        person = ranking.Person(audience=audience, language=language, prefecture=prefecture)
        return ranking.rank(needs, self._candidates, person=person, now=now)

    def _by_rules(self, folded: str, tried: Sequence[str], *, young: bool) -> dict[str, float]:
        places: dict[str, list[int]] = {}
        for name in tried:
            for concept, found in self._languages[name].concepts.find(folded).items():
                places.setdefault(concept, []).extend(found)
        return apply_rules(self._rules, places, young=young)

    def _by_likeness(self, parts: Sequence[str], tried: Sequence[str]) -> dict[str, float]:
        needs: dict[str, float] = {}
        for name in tried:
            language = self._languages[name]
            for part in dict.fromkeys(parts):
                for need, value in language.examples.similar(language.pieces(part)).items():
                    needs[need] = max(needs.get(need, 0.0), value)
        return needs


def load_understanding(entries: Entries | None = None) -> Understanding:
    """Reads needs, rules and the lexicon of every language.

    Args:
        entries: That a text may name, as they are whenever one is heard; the packaged ones where None.
    """
    labels = notalone_data.needs()["needs"]
    languages = {name: _language(name, notalone_data.lexicon(name), labels=labels) for name in LANGUAGES}
    languages[_KANA] = _language("ja", notalone_data.lexicon(_KANA), readings=languages["ja"].readings)
    named = EntryShelf(notalone_data.entries()) if entries is None else entries
    return Understanding(
        rules=read_rules(notalone_data.lexicon("rules")),
        languages=languages,
        mentions=LiveMentions(named, languages["ja"].readings),
    )


def _language(
    name: str,
    content: Mapping[str, Any],
    *,
    readings: Readings | None = None,
    labels: Mapping[str, Mapping[str, str]] | None = None,
) -> _Language:
    readings = read_readings(content) if readings is None else readings
    examples = content.get("examples", {})
    # The label of a need is one more sentence that a person could say.
    named = [(need, texts[name]) for need, texts in (labels or {}).items() if name in texts]
    return _Language(
        name=name,
        content=content,
        sentences=[(need, sentence) for need, sentences in examples.items() for sentence in sentences] + named,
        cut=spaceless_pieces if is_spaceless(name) else word_pieces,
        readings=readings,
    )


def _combine(by_rules: Mapping[str, float], by_likeness: Mapping[str, float]) -> dict[str, float]:
    nothing = by_likeness.get(NOTHING, 0.0)
    sure = max(by_rules.values(), default=0.0)
    # Where words already say it, a sentence that only sounds alike adds little; where they are silent, a guess helps.
    unlike, trust = (_UNLIKE, _TRUST_BESIDE_RULES) if sure >= _SURE else (_UNLIKE_ALONE, _TRUST_ALONE)
    combined: dict[str, float] = {}
    for need in by_rules.keys() | by_likeness.keys() - {NOTHING}:
        rule = by_rules.get(need, 0.0)
        likeness = by_likeness.get(need, 0.0)
        calibrated = (likeness - unlike) / (_ALIKE - unlike) if likeness > nothing else 0.0
        trusted = trust if not rule and calibrated < 1 else _TRUST_ALONE
        combined[need] = 1 - (1 - rule) * (1 - trusted * min(1.0, max(0.0, calibrated)))
    return combined


def _the_particular_first(needs: dict[str, float], *, young: bool) -> dict[str, float]:
    """Somebody to talk to, or what parents need, must not stand before the very trouble a person names."""
    aside = [_TALK] + [need for need in needs if young and need.startswith(_PARENTS)]
    particular = max((weight for need, weight in needs.items() if need not in aside), default=0.0)
    if particular < _SURE:
        return needs
    return {need: weight * (_ASIDE if need in aside else 1.0) for need, weight in needs.items()}


def _strongest(weights: Mapping[str, float]) -> list[NeedScore]:
    ordered = sorted(weights.items(), key=lambda item: (-item[1], item[0]))[:MAX_NEEDS]
    if not ordered:
        return []
    floor = max(_KEEP, _KEEP_OF_BEST * ordered[0][1])
    return [NeedScore(need=need, weight=round(weight, 4)) for need, weight in ordered if weight >= floor]
