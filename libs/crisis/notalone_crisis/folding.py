"""Two forms of a text in which patterns are looked for, so that spelling, width, spaces and emoji hide nothing."""

from __future__ import annotations

import unicodedata

from notalone_kernel.text import fold_kana, normalise

# Combining marks of the Latin script; those of Thai or Devanagari are letters to a reader.
_ACCENTS = range(0x0300, 0x0370)
_APOSTROPHES = frozenset("'’‘`´ʼ")


def tight(text: str) -> str:
    """For scripts without spaces: katakana as hiragana; no spaces, signs or emoji are left."""
    return "".join(character for character in fold_kana(normalise(text)) if _spoken(character))


def spaced(text: str) -> str:
    """For scripts with spaces: no accents, no apostrophes; every other sign is one space."""
    plain = normalise(text).replace("đ", "d")
    marks_apart = unicodedata.normalize("NFD", plain)
    letters = (c for c in marks_apart if ord(c) not in _ACCENTS and c not in _APOSTROPHES)
    # Back together, since Hangul was taken apart too.
    joined = unicodedata.normalize("NFC", "".join(letters))
    return " ".join("".join(c if _spoken(c) else " " for c in joined).split())


def _spoken(character: str) -> bool:
    return unicodedata.category(character)[0] in "LNM"
