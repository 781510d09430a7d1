"""Places to break lines in text that has none: long addresses, Thai, a key held down."""

from __future__ import annotations

import unicodedata

ZERO_WIDTH_SPACE = "\u200b"

# A longer run without a place to break would leave the page on the right.
_LONGEST_RUN = 20
# The shaper fails on syllables of more than 127 characters; no language has one of 40.
_LONGEST_SYLLABLE = 40
_AFTER_CONSONANT = frozenset("ะาำๅๆฯະາຳຯໆ")
_BEFORE_CONSONANT = frozenset("เแโใไເແໂໃໄ")
# Canonical combining class of the signs that join two consonants.
_VIRAMA = 9
_JOINER = "\u200d"


def breakable(line: str) -> str:
    """Adds invisible places to break to runs of letters longer than a line could hold."""
    pieces: list[str] = []
    run = held = 0
    before = " "
    for character in line:
        leans = _leans_on(character)
        run = 0 if _breaks_itself(character) else run + (not leans)
        held = held + 1 if leans or _holds(before) else 0
        if held > _LONGEST_SYLLABLE or (run > _LONGEST_RUN and not leans and not _holds(before)):
            pieces.append(ZERO_WIDTH_SPACE)
            run, held = 1, 0
        pieces.append(character)
        before = character
    return "".join(pieces)


def _breaks_itself(character: str) -> bool:
    # After spaces, Han, kana, hangul, emoji and flags the typesetter knows where.
    wide = unicodedata.east_asian_width(character) in {"W", "F"}
    return wide or character.isspace() or "\U0001f1e6" <= character <= "\U0001f1ff"


def _leans_on(character: str) -> bool:
    """Belongs to what stands before it: marks, and the Thai and Lao vowels written after their consonant."""
    return unicodedata.category(character) in {"Mn", "Mc", "Me", "Cf", "Sk"} or character in _AFTER_CONSONANT


def _holds(character: str) -> bool:
    """Holds on to what follows it: joiners, signs that make conjuncts, and vowels written before their consonant."""
    return character == _JOINER or unicodedata.combining(character) == _VIRAMA or character in _BEFORE_CONSONANT
