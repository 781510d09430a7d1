"""What an entry is found by, and what the words of a question are: the same for every index."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache

from notalone.catalog.v1.entry_pb2 import Entry
from notalone_kernel import ruby, text

# What a match in a field counts.
FIELDS: Mapping[str, float] = {"name": 6.0, "alias": 5.0, "need": 3.0, "summary": 2.0, "detail": 1.0}
# A few letters still typed in Roman at the end of kana: じゅうk is on its way to じゅうきょ.
_UNFINISHED = re.compile(r"(?<=[ぁ-んー])[a-z]{1,3}$")
# Where a word begins inside a name: after a space or sign, and where the script changes.
_BEGINNINGS = re.compile(r"(?<=[^\w])(?=\w)|(?<=[ぁ-んー])(?=[一-鿿a-z0-9])|(?<=[一-鿿])(?=[a-z0-9])")
MAX_STARTS = 6
KEPT = 4096
# Kana too short for this may be part of any word.
SURE_KANA = 3


@dataclass(frozen=True, slots=True)
class AskedWord:
    """A word of a question: its terms, and those of other words for what it says, each with what it counts, 0 to 1."""

    terms: list[str]
    others: list[tuple[list[str], float]]


class Wording:
    """Cuts texts and questions into what is compared."""

    def __init__(
        self,
        need_labels: Mapping[str, Mapping[str, str]],
        *,
        readings: Mapping[str, str] | None = None,
        synonyms: Iterable[Sequence[str]] = (),
    ) -> None:
        """Takes the words of the data.

        Args:
            need_labels: Need id to its words by language; they help to find what answers the need.
            readings: Words with kanji to their kana, so that やちん finds 家賃.
            synonyms: Groups of words of which one finds the others.
        """
        self._need_labels = need_labels
        self.readings = readings or {}
        longest_first = sorted(self.readings, key=len, reverse=True)
        # The words of a need stand in every entry that answers it.
        self._cut = lru_cache(maxsize=KEPT)(self._cut_anew)
        self._with_kanji = re.compile("|".join(map(re.escape, longest_first))) if longest_first else None
        folded = [list(dict.fromkeys(_folded(word) for word in group)) for group in synonyms]
        self._same = {word: [other for other in group if other != word] for group in folded for word in group}
        self._same_terms = {
            word: [(text.bigrams(other), len(other)) for other in others] for word, others in self._same.items()
        }
        words = sorted(self._same, key=len, reverse=True)
        self._synonym = re.compile("|".join(map(re.escape, words))) if words else None

    def texts(self, entry: Entry) -> dict[str, list[str]]:
        """The texts of an entry by field of `FIELDS`, in all languages, as they are read."""
        labels = [label for need in entry.needs for label in self._need_labels.get(need, {}).values()]
        found = {
            "name": [*entry.name.values(), entry.furigana],
            "alias": [*entry.aliases, *(channel.value for channel in entry.channels)],
            "need": labels,
            "summary": [*entry.summary.values()],
            "detail": [*entry.eligibility.values(), *entry.application.values(), *entry.operator.values()],
        }
        return {field: [ruby.plain(value) for value in values if value] for field, values in found.items()}

    def cut(self, written: str) -> list[str]:
        """A text as terms with spaces between; once more in kana where it has words whose reading is known."""
        return self._cut(written)

    def _cut_anew(self, written: str) -> list[str]:
        return [" ".join(text.bigrams(one)) for one in dict.fromkeys((written, self._in_kana(written)))]

    def asked(self, words: str) -> list[AskedWord]:
        """The words of a question; those without a letter are left out."""
        parts = text.normalise(words).split()
        return [AskedWord(terms, self._other_words(part)) for part in parts if (terms := text.bigrams(part))]

    def pieces(self, words: str) -> list[str]:
        """What to mark in a text: the words, others that say the same, the kanji of what was typed in kana."""
        whole = _folded(words)
        found = [*whole.split(), *(term for word in self.asked(words) for term in telling(word.terms))]
        if self._synonym is not None:
            found += [other for one in self._synonym.findall(whole) for other in self._same[one]]
        found += [word for word, kana in self.readings.items() if len(kana) >= SURE_KANA and kana in whole]
        return found

    def starts(self, entry: Entry) -> tuple[list[str], list[str]]:
        """What somebody begins to type who wants this entry: its names; and its other words, and words within."""
        names = [_folded(ruby.plain(name)) for name in entry.name.values()]
        in_kana = (self._in_kana(ruby.plain(name)) for name in entry.name.values())
        others = (_folded(other) for other in (entry.furigana, *entry.aliases, *in_kana))
        words = [word for one in (*names, *others) for word in _begun(one)]
        return list(dict.fromkeys(names)), [word for word in dict.fromkeys(words) if word not in names]

    def _in_kana(self, written: str) -> str:
        """The text as somebody writes it who writes no kanji, as far as the readings go."""
        if self._with_kanji is None:
            return written
        return self._with_kanji.sub(lambda word: self.readings[word[0]], written)

    def _other_words(self, word: str) -> list[tuple[list[str], float]]:
        if self._synonym is None:
            return []
        said = self._synonym.findall(_folded(word))
        # A longer way to say it has more terms, and would count for more than what was typed.
        return [(terms, min(1, len(one) / length)) for one in said for terms, length in self._same_terms[one]]


def typed(words: str) -> str:
    """What has been typed so far, in the form of `starts`; empty where there is nothing to go by."""
    return _UNFINISHED.sub("", _folded(words))


def telling(terms: Sequence[str]) -> list[str]:
    """The terms that say something: pairs rather than single characters, and not pairs of hiragana between kanji."""
    longer = [term for term in terms if len(term) > 1] or terms
    distinct = list(dict.fromkeys(longer))
    said = [term for term in distinct if not all("ぁ" <= character <= "ゖ" for character in term)]
    return said or distinct


def _begun(whole: str) -> list[str]:
    """A text, and its rest from the beginning of each later word."""
    places = [0, *(match.start() for match in _BEGINNINGS.finditer(whole))]
    return [whole[place:] for place in places[:MAX_STARTS] if whole]


def _folded(written: str) -> str:
    return text.fold_accents(text.fold_kana(text.normalise(written)))
