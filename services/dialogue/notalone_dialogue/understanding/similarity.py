"""Finds the example sentences that a text resembles, by the pieces of words they share."""

import math
import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from itertools import pairwise

# A text whose pieces are known to almost every example says nothing.
_COMMON = 0.35
_LATIN_WORD = re.compile("[a-z]+")


def spaceless_pieces(folded: str) -> Counter[str]:
    """Runs of one to three characters, without spaces; words in Latin letters stay whole."""
    pieces = Counter(_LATIN_WORD.findall(folded))
    for text in _LATIN_WORD.split(folded.replace(" ", "")):
        for size in (1, 2, 3):
            pieces.update(text[start : start + size] for start in range(len(text) - size + 1))
    return pieces


def word_pieces(folded: str) -> Counter[str]:
    """Words, neighbouring words and runs of four characters within words."""
    words = folded.split()
    pieces = Counter(f" {word} " for word in words)
    pieces.update(f" {first} {second} " for first, second in pairwise(words))
    for word in words:
        padded = f" {word} "
        pieces.update(padded[start : start + 4] for start in range(len(padded) - 4))
    return pieces


class ExampleIndex:
    """TF-IDF over the pieces of example sentences, each of which stands for one need."""

    def __init__(self, examples: Sequence[tuple[str, Counter[str]]]) -> None:
        self._needs = [need for need, _ in examples]
        seen = Counter(piece for _, pieces in examples for piece in pieces)
        count = max(1, len(examples))
        self._unseen = math.log(1 + count)
        self._idf = {
            piece: math.log((1 + count) / (1 + times)) for piece, times in seen.items() if times <= count * _COMMON
        }
        self._common = frozenset(piece for piece in seen if piece not in self._idf)
        self._postings: defaultdict[str, list[tuple[int, float]]] = defaultdict(list)
        for number, (_, pieces) in enumerate(examples):
            for piece, weight in self._vector(pieces).items():
                self._postings[piece].append((number, weight))

    def similar(self, pieces: Counter[str]) -> dict[str, float]:
        """Need to how much the closest of its examples resembles these pieces, 0 to 1."""
        sums: defaultdict[int, float] = defaultdict(float)
        for piece, weight in self._vector(pieces).items():
            for number, other in self._postings.get(piece, ()):
                sums[number] += weight * other
        return _by_need((self._needs[number], value) for number, value in sums.items())

    def _vector(self, pieces: Mapping[str, int]) -> dict[str, float]:
        raw = {
            piece: (1 + math.log(times)) * self._idf.get(piece, self._unseen) * _length_weight(piece)
            for piece, times in pieces.items()
            if piece not in self._common
        }
        norm = math.sqrt(sum(value * value for value in raw.values()))
        return {piece: value / norm for piece, value in raw.items()} if norm else {}


def _length_weight(piece: str) -> float:
    # A single character carries meaning only where it is not a syllable sign.
    return 0.35 if len(piece) == 1 and "ぁ" <= piece <= "ゖ" else 1.0


def _by_need(values: Iterable[tuple[str, float]]) -> dict[str, float]:
    best: dict[str, tuple[float, float]] = {}
    for need, value in values:
        first, second = best.get(need, (0.0, 0.0))
        if value > first:
            best[need] = (value, first)
        elif value > second:
            best[need] = (first, value)
    # A second example that resembles the text too makes the need likelier.
    return {need: min(1.0, first + 0.2 * second) for need, (first, second) in best.items()}
