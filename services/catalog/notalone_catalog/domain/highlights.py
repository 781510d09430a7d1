"""Where the words of a search stand in the texts that are shown."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from functools import lru_cache

from notalone.catalog.v1.catalog_service_pb2 import Span
from notalone_kernel import text


class Marker:
    """Marks pieces in texts: inside words of scripts without spaces, at the beginning of words in others."""

    def __init__(self, pieces: Iterable[str]) -> None:
        """Takes the pieces as people write them; their width, case, accents and kind of kana make no difference."""
        folded = {text.fold_accents(text.fold_kana(text.normalise(piece))) for piece in pieces}
        longest_first = sorted(filter(None, folded), key=len, reverse=True)
        # Looked for at every place, so that pairs that overlap mark their whole run.
        self._pattern = re.compile("|".join(map(_anywhere_or_at_the_beginning, longest_first))) if folded else None

    def spans(self, shown: str) -> list[Span]:
        """The marked parts of a text as it is shown, in order, not overlapping."""
        if self._pattern is None:
            return []
        folded, places = _folded(shown)
        marked: list[list[int]] = []
        for begin, end in self._matches(folded):
            first, last = places[begin], places[end - 1] + 1
            if marked and first <= marked[-1][1]:
                marked[-1][1] = max(marked[-1][1], last)
            else:
                marked.append([first, last])
        return [Span(start=start, end=end) for start, end in marked]

    def _matches(self, folded: str) -> Iterator[tuple[int, int]]:
        place = 0
        while self._pattern and (match := self._pattern.search(folded, place)):
            yield match.span()
            place = match.start() + 1


def _anywhere_or_at_the_beginning(piece: str) -> str:
    spaced = text.bigrams(piece) == [piece] and len(piece) > 1
    return rf"(?<!\w){re.escape(piece)}" if spaced else re.escape(piece)


def _folded(shown: str) -> tuple[str, list[int]]:
    """The text in the form of the pieces, and for each of its characters the place it comes from."""
    folded: list[str] = []
    places: list[int] = []
    for place, character in enumerate(shown):
        one = _fold(character)
        folded.append(one)
        places += [place] * len(one)
    return "".join(folded), places


@lru_cache(maxsize=8192)
def _fold(character: str) -> str:
    return " " if character.isspace() else text.fold_accents(text.fold_kana(text.normalise(character)))
