"""Makes any text a person can type printable, and shows where a character could not be.

PDF/A refuses a document with one character that no font has; a person at the counter must get the sheet anyway.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Protocol

from notalone_pdf.breaks import breakable

MARK = "〓"
"""Stands where a character could not be printed (printers' word: geta)."""

_MOST_EMPTY_LINES = 2
_LINE_ENDS = {"\r\n": "\n", "\r": "\n", "\v": "\n", "\f": "\n", "\x85": "\n", "\u2028": "\n", "\u2029": "\n"}
# Shapes that our fonts lack, and the nearest that they have.
_NEAREST = {"\t": "    ", "≒": "≈"}
_JOINER = "\u200d"
# Joiners shape letters and emoji; direction marks order mixed text. All else that is invisible is left out.
_KEPT_INVISIBLE = frozenset("\u200c\u200d\u200e\u200f\u061c")


class Glyphs(Protocol):
    """Which characters can be printed."""

    def __contains__(self, character: str) -> bool: ...

    def together(self, characters: Iterable[str]) -> bool:
        """Tells whether one font has them all."""
        ...


@dataclass(frozen=True, slots=True)
class Printable:
    """A text as it is printed."""

    lines: tuple[str, ...]
    # Characters replaced by the mark.
    lost: int


def printable(text: str, glyphs: Glyphs) -> Printable:
    """Returns the lines of a text with every character either printable, invisible and left out, or marked.

    Args:
        text: Anything, NUL and private characters included.
        glyphs: What the fonts have.
    """
    lost = 0
    lines: list[str] = []
    for line in _lines(unicodedata.normalize("NFC", text)):
        shown = [_shown(cluster, glyphs) for cluster in _clusters(line)]
        lost += sum(missing for _, missing in shown)
        lines.append(breakable("".join(piece for piece, _ in shown)))
    return Printable(lines=_squeezed(lines), lost=lost)


def one_line(text: str, glyphs: Glyphs) -> str:
    """The same for a text that stands in one line, such as a name."""
    return " ".join(line for line in printable(text, glyphs).lines if line)


def plain(text: str) -> Printable:
    """The last resort: what every typesetter can set, letter by letter; the rest is marked."""
    kept = ["".join(c if _everyday(c) else MARK for c in line) for line in _lines(unicodedata.normalize("NFC", text))]
    lost = sum(not _everyday(character) for line in _lines(text) for character in line)
    return Printable(lines=_squeezed([breakable(line) for line in kept]), lost=lost)


def _lines(text: str) -> list[str]:
    for end, newline in _LINE_ENDS.items():
        text = text.replace(end, newline)
    return text.split("\n")


def _clusters(line: str) -> Iterator[str]:
    """What is drawn together: a character with its marks, and what a joiner joins. Invisible characters are gone."""
    cluster = ""
    for character in line:
        if _left_out(character):
            continue
        if cluster and not (_extends(character) or cluster[-1] == _JOINER):
            yield cluster
            cluster = ""
        cluster += character
    if cluster:
        yield cluster


def _shown(cluster: str, glyphs: Glyphs) -> tuple[str, int]:
    """The printable form of a cluster, and how many of its characters were lost."""
    drawn = [character for character in cluster if not _invisible(character)]
    if len(drawn) <= 1 or glyphs.together(drawn):
        pieces = [_single(character, glyphs) for character in cluster]
        return "".join(pieces), sum(
            piece == MARK != character for piece, character in zip(pieces, cluster, strict=True)
        )
    # No font draws them together: the base stands alone, each run of foreign marks becomes one mark of ours.
    text, lost = "", 0
    for character in drawn:
        piece = MARK if text and _extends(character) else _single(character, glyphs)
        lost += piece == MARK
        if not (piece == MARK and text.endswith(MARK)):
            text += piece
    return text, lost


def _single(character: str, glyphs: Glyphs) -> str:
    if character in _NEAREST:
        return _NEAREST[character]
    if _invisible(character) or (character in glyphs and unicodedata.category(character) != "Co"):
        return character
    return MARK


def _left_out(character: str) -> bool:
    return character != "\t" and (
        (unicodedata.category(character) in {"Cc", "Cf"} and character not in _KEPT_INVISIBLE) or character == "\u034f"
    )


def _invisible(character: str) -> bool:
    return character in _KEPT_INVISIBLE or _variation_selector(character)


def _extends(character: str) -> bool:
    return (
        _invisible(character)
        or unicodedata.category(character) in {"Mn", "Mc", "Me"}
        or "\U0001f3fb" <= character <= "\U0001f3ff"
    )


def _variation_selector(character: str) -> bool:
    # They choose between shapes of one character, as in the names of people.
    return "\ufe00" <= character <= "\ufe0f" or "\U000e0100" <= character <= "\U000e01ef"


def _everyday(character: str) -> bool:
    # ASCII, Latin letters, kana and CJK punctuation, unified Han, full-width forms.
    ranges = (
        ("\x20", "\x7e"),
        ("\xa1", "\xac"),
        ("\xc0", "\u024f"),
        ("\u3000", "\u30ff"),
        ("\u4e00", "\u9fa5"),
        ("！", "～"),
    )
    return any(first <= character <= last for first, last in ranges) and not unicodedata.combining(character)


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
