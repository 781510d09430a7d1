"""Finds the programmes and desks that a text names, or tells of in the words of their aliases.

Needs say what somebody is in need of; they cannot tell care for a sick child from care for any child, nor leave for a
baby from leave for a parent. A name, or an alias whose words all stand in the text, can.
"""

from __future__ import annotations

import math
import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Protocol

from notalone.catalog.v1.entry_pb2 import Entry

from notalone_dialogue.understanding.fold import fold, squeeze
from notalone_dialogue.understanding.lexicon import Readings

_PREFIX = "programme:"
# More than these in one text tell of none of them.
_MOST = 2
_BY_NAME, _BY_ALMOST_NAME = 1.0, 0.95
_SEVERAL_WORDS, _LONG_WORD, _WORD, _SHORT_WORD = 0.75, 0.6, 0.4, 0.3
_LONG, _MIDDLE = 5, 3
# A word that this many share belongs to none of them.
_SHARED = 4
# An alias counts only where a need that its entry answers was understood, too: "cannot sleep" is not always a baby.
_LEAST_FIT = 0.25
# What a name says of needs, against what its entry answers.
_NEEDS_OF_NAME, _MAIN_NEED = 0.85, 0.5
_BRACKETS = re.compile(r"[（(][^）)]*[）)]")
# 「（サポステ）」: what people call it.
_SHORT_NAME = re.compile(r"（([ァ-ヶー]+)）")
_ENDING = re.compile(r"(?:じぎょう|せいど|事業|制度|の申出|の案内)$")
_LEAST_NAME = 4
# So much of a long name, in pairs of characters weighed by how rare they are in names, is the name misspelt.
_LEAST_MISSPELT, _ALMOST = 6, 0.6
_LEAST_READING = 6
_LATIN = re.compile(r"[a-z0-9# ]+")
_ONLY_KANA = re.compile(r"[ぁ-ゖー]+")
_JOINED = 2


def mention(entry_id: str) -> str:
    """What stands among needs where a text tells of this very entry."""
    return f"{_PREFIX}{entry_id}"


def is_mention(need: str) -> bool:
    """Whether this is no need but a mention of an entry."""
    return need.startswith(_PREFIX)


@dataclass(frozen=True, slots=True)
class _Sign:
    """Words that tell of an entry where all of them stand in a text."""

    words: tuple[str, ...]
    entry: int
    strength: float


class Entries(Protocol):
    """The read model of entries, as far as it is needed here."""

    @property
    def version(self) -> int:
        """Grows whenever what the entries say changes."""
        ...

    def all(self) -> Sequence[Entry]:
        """Every entry."""
        ...


class LiveMentions:
    """The mentions of the entries as they are now: the index is made anew where they say something else.

    The crisis floor is left out: it answers cries, not names.
    """

    def __init__(self, entries: Entries, readings: Readings) -> None:
        self._entries = entries
        self._readings = readings
        self._version, self._index = entries.version, self._made()

    def find(self, folded: str, needs: Mapping[str, float]) -> dict[str, float]:
        """See `MentionIndex.find`."""
        if self._version != self._entries.version:
            self._version, self._index = self._entries.version, self._made()
        return self._index.find(folded, needs)

    def _made(self) -> MentionIndex:
        return MentionIndex((entry for entry in self._entries.all() if not entry.floor), self._readings)


class MentionIndex:
    """The names, readings and aliases of entries."""

    def __init__(self, entries: Iterable[Entry], readings: Readings) -> None:
        self._readings = readings
        kept = [entry for entry in entries if entry.status == Entry.ACTIVE]
        self._ids = tuple(entry.id for entry in kept)
        self._needs = tuple(dict(entry.needs) for entry in kept)
        signs = [sign for number, entry in enumerate(kept) for sign in self._signs(number, entry)]
        shared = Counter(words for words, _ in {(sign.words, sign.entry) for sign in signs})
        self._signs_kept = tuple(sign for sign in signs if sign.strength == _BY_NAME or shared[sign.words] < _SHARED)
        self._words = tuple(dict.fromkeys(word for sign in self._signs_kept for word in sign.words))

        self._pairs = _Pairs((sign for sign in self._signs_kept if sign.strength == _BY_NAME), len(kept))

    def find(self, folded: str, needs: Mapping[str, float]) -> dict[str, float]:
        """Mentions, and the needs that a name alone tells of, to how sure they are.

        Args:
            folded: The text, folded.
            needs: What was understood of the text otherwise.
        """
        text, spaced = self._readings.one(squeeze(folded)), f" {folded} "
        present = {word for word in self._words if word in (spaced if word[0] == " " else text)}
        best: dict[int, float] = {}
        for sign in self._signs_kept:
            if present.issuperset(sign.words):
                sure = self._sure(sign, needs)
                best[sign.entry] = max(best.get(sign.entry, 0.0), sure)
        for entry in self._pairs.almost(text):
            best.setdefault(entry, _BY_ALMOST_NAME)
        found: dict[str, float] = {}
        for entry in sorted(best, key=lambda number: (-best[number], self._ids[number]))[:_MOST]:
            if best[entry]:
                found[mention(self._ids[entry])] = best[entry]
            if best[entry] >= _BY_ALMOST_NAME:
                _add_needs(found, self._needs[entry])
        return found

    def _sure(self, sign: _Sign, needs: Mapping[str, float]) -> float:
        if sign.strength == _BY_NAME:
            return _BY_NAME
        answers = self._needs[sign.entry]
        fit = max((weight * answers.get(need, 0.0) for need, weight in needs.items()), default=0.0)
        return sign.strength * (0.5 + 0.5 * min(1.0, fit)) if fit >= _LEAST_FIT else 0.0

    def _signs(self, number: int, entry: Entry) -> Iterable[_Sign]:
        for name in _names(entry):
            if word := self._word(name):
                yield _Sign((word,), number, _BY_NAME)
        for alias in entry.aliases:
            words = tuple(word for part in _parts(alias) if (word := self._word(part)))
            if words and not _vague(words):
                named = len(alias) >= _LEAST_NAME and _abbreviates(alias, entry.name["ja"])
                yield _Sign(words, number, _BY_NAME if named else _strength(words))

    def _word(self, written: str) -> str:
        folded = fold(written)
        if _LATIN.fullmatch(folded):
            return f" {folded} "
        return self._readings.one(squeeze(folded))


class _Pairs:
    """Finds long names that are written not quite right."""

    def __init__(self, signs: Iterable[_Sign], count: int) -> None:
        names = [(sign.entry, _pairs(sign.words[0])) for sign in signs if len(sign.words[0]) >= _LEAST_MISSPELT]
        seen = Counter(pair for _, pairs in names for pair in pairs)
        self._rare = {pair: math.log((1 + count) / times) for pair, times in seen.items()}
        self._names = [(entry, sum(self._rare[pair] for pair in pairs)) for entry, pairs in names]
        self._holding: defaultdict[str, list[int]] = defaultdict(list)
        for number, (_, pairs) in enumerate(names):
            for pair in pairs:
                self._holding[pair].append(number)

    def almost(self, text: str) -> Iterable[int]:
        """The entries whose name stands in the text but for a few characters."""
        sums: defaultdict[int, float] = defaultdict(float)
        for pair in _pairs(text):
            for number in self._holding.get(pair, ()):
                sums[number] += self._rare[pair]
        for number, value in sums.items():
            entry, whole = self._names[number]
            if value >= _ALMOST * whole:
                yield entry


def _pairs(text: str) -> frozenset[str]:
    return frozenset(first + second for first, second in pairwise(text))


def _names(entry: Entry) -> Sequence[str]:
    whole = entry.name["ja"]
    name = _ENDING.sub("", _BRACKETS.sub("", whole).strip())
    reading = _ENDING.sub("", entry.furigana.split(" ")[0])
    names = [name] if len(name) >= _LEAST_NAME else []
    short = [word for word in _SHORT_NAME.findall(whole) if len(word) >= _LEAST_NAME]
    return names + short + ([reading] if len(reading) >= _LEAST_READING else [])


def _abbreviates(alias: str, name: str) -> bool:
    # 「ファミサポ」 for 「ファミリー・サポート・センター」: its characters stand in the name in their order.
    # A whole word of the name is a topic, as 「ストーカー」 is, and may belong to other entries as well.
    rest = iter(name)
    return alias not in name and all(char in rest for char in alias)


def _parts(alias: str) -> Sequence[str]:
    # "Japanese class" is one thing, 「子どもが熱 仕事を休めない」 two.
    return [alias] if _LATIN.fullmatch(alias.casefold()) else alias.split()


def _vague(words: tuple[str, ...]) -> bool:
    # Two or three syllable signs stand inside other words: がん in がんばる.
    return len(words) == 1 and len(words[0]) < _LONG and bool(_ONLY_KANA.fullmatch(words[0]))


def _strength(words: tuple[str, ...]) -> float:
    if len(words) >= _JOINED:
        return _SEVERAL_WORDS
    length = len(words[0].strip())
    return _LONG_WORD if length >= _LONG else _WORD if length >= _MIDDLE else _SHORT_WORD


def _add_needs(found: dict[str, float], needs: Mapping[str, float]) -> None:
    for need, weight in needs.items():
        if weight >= _MAIN_NEED:
            found[need] = max(found.get(need, 0.0), weight * _NEEDS_OF_NAME)
