"""Makes any text a person can type printable, and shows where a character could not be.

PDF/A refuses a document with one character that no font has; a person at the counter must get the sheet anyway.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Container
from dataclasses import dataclass

MARK = "〓"
"""Stands where a character could not be printed (printers' word: geta)."""

# A longer run without a place to break would leave the page on the right.
_LONGEST_RUN = 20
_ZERO_WIDTH_SPACE = "\u200b"
_MOST_EMPTY_LINES = 2
_AFTER_CONSONANT = frozenset("ะาำๅๆฯะາຳຯໆ")
_BEFORE_CONSONANT = frozenset("เแโใไເແໂໃໄ")
# Canonical combining class of the signs that join two consonants.
_VIRAMA = 9
_LINE_ENDS = {"\r\n": "\n", "\r": "\n", "\v": "\n", "\f": "\n", "\x85": "\n", "\u2028": "\n", "\u2029": "\n"}
# Shapes that our fonts lack, and the nearest that they have.
_NEAREST = {"\t": "    ", "≒": "≈"}
# Joiners shape letters and emoji; direction marks order mixed text. All else that is invisible is left out.
_KEPT_INVISIBLE = frozenset("\u200c\u200d\u200e\u200f\u061c")


@dataclass(frozen=True, slots=True)
class Printable:
    """A text as it is printed."""

    lines: tuple[str, ...]
    # Characters replaced by the mark.
    lost: int


def printable(text: str, covered: Container[int]) -> Printable:
    """Returns the lines of a text with every character either printable, invisible and left out, or marked.

    Args:
        text: Anything, NUL and lone surrogates included.
        covered: Code points that have a glyph.
    """
    for end, newline in _LINE_ENDS.items():
        text = text.replace(end, newline)
    lost = 0
    lines: list[str] = []
    for line in unicodedata.normalize("NFC", text).split("\n"):
        shown, missing = _line(line, covered)
        lost += missing
        lines.append(breakable(shown))
    return Printable(lines=_squeezed(lines), lost=lost)


def one_line(text: str, covered: Container[int]) -> str:
    """The same for a text that stands in one line, such as a name."""
    return " ".join(line for line in printable(text, covered).lines if line)


def breakable(line: str) -> str:
    """Adds invisible places to break to runs of letters longer than a line could hold."""
    pieces: list[str] = []
    run = 0
    before = " "
    for character in line:
        if character.isspace() or _breaks_anywhere(character):
            run = 0
        elif not _leans_on(character):
            run += 1
            if run > _LONGEST_RUN and not _holds(before):
                pieces.append(_ZERO_WIDTH_SPACE)
                run = 1
        pieces.append(character)
        before = character
    return "".join(pieces)


def _line(line: str, covered: Container[int]) -> tuple[str, int]:
    shown: list[str] = []
    lost = 0
    for character in line:
        replaced = _NEAREST.get(character, character)
        if replaced != character or ord(character) in covered and not _invisible(character):
            shown.append(replaced)
        elif character in _KEPT_INVISIBLE or _variation_selector(character):
            shown.append(character)
        elif not _invisible(character):
            shown.append(MARK)
            lost += 1
    return "".join(shown), lost


def _invisible(character: str) -> bool:
    return unicodedata.category(character) in {"Cc", "Cf", "Zl", "Zp"} or character == "\u034f"


def _variation_selector(character: str) -> bool:
    # They choose between shapes of one character, as in the names of people.
    return "\ufe00" <= character <= "\ufe0f" or "\U000e0100" <= character <= "\U000e01ef"


def _breaks_anywhere(character: str) -> bool:
    # Han, kana, hangul, emoji and flags: the typesetter knows where.
    return unicodedata.east_asian_width(character) in {"W", "F"} or "\U0001f1e6" <= character <= "\U0001f1ff"


def _leans_on(character: str) -> bool:
    """Belongs to what stands before it: marks, and the Thai and Lao vowels written after their consonant."""
    return unicodedata.category(character) in {"Mn", "Mc", "Me", "Cf", "Sk"} or character in _AFTER_CONSONANT


def _holds(character: str) -> bool:
    """Holds on to what follows it: joiners, signs that make conjuncts, and vowels written before their consonant."""
    return character == "\u200d" or unicodedata.combining(character) == _VIRAMA or character in _BEFORE_CONSONANT


def _squeezed(lines: list[str]) -> tuple[str, ...]:
    """Without empty lines at both ends, and with at most two on end between: a thousand would be thirty blank pages."""
    kept: list[str] = []
    empty = 0
    for line in lines:
        empty = 0 if line.strip() else empty + 1
        if empty <= _MOST_EMPTY_LINES and (kept or line.strip()):
            kept.append(line.rstrip())
    while kept and not kept[-1]:
        kept.pop()
    return tuple(kept)
