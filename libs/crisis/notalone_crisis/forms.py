"""The forms in which a typed text is looked at, so that spacing, width, stress and small tricks hide nothing."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass

from notalone_kernel.text import fold_kana, normalise

# Small kana are typed for large ones (しにたぃ); patterns are folded the same way.
_LARGE = str.maketrans("ぁぃぅぇぉっゃゅょゎゕゖ", "あいうえおつやゆよわかけ")
_APOSTROPHE = re.compile(r"(?<=\w)['’‘`´](?=\w)")
_ACCENTS = re.compile("[\u0300-\u036f]")
_SINGLES = re.compile(r"(?<= )(?:[^\W_] ){3,80}")
# Three and more of the same letter; normalising leaves two of them.
_STRESSED = re.compile(r"([^\W\d_])\1{2,}")
# In katakana the long vowel mark is spelling; in short texts it is worth a second look all the same.
_DRAWN_OUT = re.compile("[ぁ-ゖ㐀-鿿]ー")
_SHORT = 200
_DOUBLE = re.compile(r"([^\W\d_])\1")
_LEET = str.maketrans("013457@$!|", "oieastasii")
_LEET_WORD = re.compile(r"(?<![^\s])(?=[^\s]{0,30}[a-z])(?=[^\s]{0,30}[0-9@$!|])[a-z0-9@$!|]{2,31}(?![^\s])")
_SCRIPTS = {
    "kana_han": re.compile("[ぁ-ヿ々-〇㐀-鿿𠀀-𲎯]"),
    "thai": re.compile("[ก-๛]"),
    "hangul": re.compile("[가-힣ㄱ-ㆎ]"),
    "devanagari": re.compile("[ऀ-ॿ]"),
    "latin": re.compile("[a-z]"),
}


@dataclass(frozen=True, slots=True)
class Forms:
    """One reading of a text in all forms.

    Attributes:
        tight: Letters and digits only, nothing between them; for scripts without spaces.
        words: Words between single spaces, with a space before and after.
        folded: The same without accents.
        bare: As folded, but empty where the text bears accents: for words that the lack of accents makes ambiguous.
        joined: Letters that were typed one by one (k m s), joined; with a space before and after.
    """

    tight: str
    words: str
    folded: str
    bare: str
    joined: str

    def get(self, form: str) -> str:
        """The text in the form of this name."""
        return str(getattr(self, form))


def scripts_of(text: str) -> frozenset[str]:
    """Names of the scripts that occur in a folded text."""
    return frozenset(name for name, letters in _SCRIPTS.items() if letters.search(text))


def fold(text: str) -> str:
    """Folds what patterns and texts must have in common: kana, and how letters are composed."""
    return fold_kana(text).translate(_LARGE)


def readings(text: str) -> Iterator[Forms]:
    """Yields the text as it stands, and again as it may be meant where letters were drawn out, replaced or spaced."""
    normal = normalise(text)
    plain = fold(normal)
    seen = {plain, ""}
    first = _forms(plain)
    yield first
    others = [_unleet(plain), _together(first.words)]
    if len(normal) <= _SHORT or _DRAWN_OUT.search(normal):
        others.append(plain.replace("ー", ""))
    if _STRESSED.search(text):
        others.append(_DOUBLE.sub(r"\1", plain))
    for reading in others:
        if reading not in seen:
            seen.add(reading)
            yield _forms(reading)


def _unleet(text: str) -> str:
    return _LEET_WORD.sub(lambda word: word[0].translate(_LEET), text)


def _together(words: str) -> str:
    """Joins letters that were typed one by one: `k i l l myself`; empty where there are none."""
    return _SINGLES.sub(lambda run: run[0].replace(" ", "") + " ", words) if _SINGLES.search(words) else ""


def _forms(text: str) -> Forms:
    apart = "".join(character if _counts(character) else " " for character in _APOSTROPHE.sub("", text))
    words = f" {' '.join(apart.split())} "
    folded = unicodedata.normalize("NFC", _ACCENTS.sub("", unicodedata.normalize("NFD", words.replace("đ", "d"))))
    return Forms(
        tight=words.replace(" ", ""),
        words=words,
        folded=folded,
        bare=folded if folded == words else "",
        joined=" ".join(["", *(run[0].replace(" ", "") for run in _SINGLES.finditer(words)), ""]),
    )


def _counts(character: str) -> bool:
    return character.isalnum() or character == "ー" or unicodedata.category(character)[0] == "M"
