"""Texts as machines compare them: one form for what people type in many ways."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from functools import lru_cache
from itertools import groupby, pairwise

# Invisible characters that are neither control nor format characters by category.
_INVISIBLE = frozenset("\u034f\u115f\u1160\u17b4\u17b5\u2800\u3164\uffa0")
# These, and what chooses between the forms of a character: `str.isprintable` does not tell of them.
_PRINTABLE_BUT_HIDDEN = re.compile(f"[{''.join(_INVISIBLE)}\ufe00-\ufe0f\U000e0100-\U000e01ef\u180b-\u180f]")
_SURROGATE = re.compile("[\ud800-\udfff]")
_SPACE = re.compile(r"\s+")
_LONG_VOWEL = re.compile(r"(?<=[ぁ-ゖァ-ヺー])[~〜∼ー]+")
# A hyphen between katakana is a long vowel mark typed on the wrong key: サ-ビス.
_HYPHEN_IN_KATAKANA = re.compile(r"(?<=[ァ-ヺ])[-‐‑–—―─−](?=[ァ-ヺ])")
# Three and more of the same letter are emphasis (つらいいいい, helppp); two may be spelling. Digits stay.
_EMPHASIS = re.compile(r"([^\W\d_])\1{2,}")
# Found much faster: where there is none of it, there is no emphasis.
_THRICE = re.compile(r"(.)\1\1", re.DOTALL)
# Spaced sound marks, which NFKC would tear off their kana.
_SOUND_MARKS = {"゛": "\u3099", "゜": "\u309a"}
_TO_HIRAGANA = {code: code - 0x60 for code in [*range(0x30A1, 0x30F7), 0x30FD, 0x30FE]}
_ACCENTED = re.compile(r"([a-z])[\u0300-\u036f]+")
_MOST_ROUNDS = 6
# Every character of the texts of the data is among so many; what a character is takes longer to find out than to keep.
_CHARACTERS_KEPT = 8192
# Scripts written without spaces, or (Hangul) with endings grown on: searched by character pairs.
_PAIRED = (
    (0x0E00, 0x0E7F),  # Thai
    (0x1100, 0x11FF),  # Hangul letters
    (0x3005, 0x3007),  # 々〆〇
    (0x3041, 0x30FA),  # kana; ・ stands between words
    (0x30FC, 0x30FF),
    (0x31F0, 0x31FF),
    (0x3400, 0x4DBF),
    (0x4E00, 0x9FFF),
    (0xAC00, 0xD7A3),  # Hangul syllables
    (0xF900, 0xFAFF),
    (0x20000, 0x323AF),
)
_PAIRED_RUN = re.compile(f"([{''.join(f'{chr(first)}-{chr(last)}' for first, last in _PAIRED)}]+)")


def normalise(text: str) -> str:
    """Returns the one form in which texts are compared and searched.

    Width, case, invisible characters, kinds of space, drawn-out vowels and letters no longer differ; words do.
    Idempotent; takes any string, lone surrogates become U+FFFD.
    """
    seen = _SURROGATE.sub("\ufffd", text)
    for _ in range(_MOST_ROUNDS):
        # Taking a character away can let its neighbours combine, so until nothing changes.
        once = _round(seen)
        if once == seen:
            break
        seen = once
    return seen


def fold_kana(text: str) -> str:
    """Returns the text with katakana as hiragana; the long vowel mark stays."""
    return text.translate(_TO_HIRAGANA)


def fold_accents(text: str) -> str:
    """Returns Roman letters without accents, as many people type Portuguese, Spanish and Vietnamese; others stay.

    Takes normalised text: capital letters are not looked at.
    """
    bare = _ACCENTED.sub(r"\1", unicodedata.normalize("NFD", text))
    return unicodedata.normalize("NFC", bare).replace("đ", "d")


def bigrams(text: str) -> list[str]:
    """Returns the search terms of a text, in order.

    Runs of Japanese, Chinese, Korean or Thai give each character and each pair of neighbours, so that words of one
    character (死, 家) and of two are found; other scripts give words. Kind of kana and accents make no difference.
    """
    terms: list[str] = []
    for paired, run in _runs(fold_accents(fold_kana(normalise(text)))):
        if not paired:
            terms.append(run)
            continue
        for one, two in pairwise(run):
            terms += [one, one + two]
        terms.append(run[-1])
    return terms


def _round(text: str) -> str:
    # Most texts have nothing of what a step changes; looking for it is faster than rewriting all of them.
    for spaced, joined in _SOUND_MARKS.items():
        text = text.replace(spaced, joined)
    folded = unicodedata.normalize("NFKC", text)
    folded = unicodedata.normalize("NFKC", folded.casefold())
    if not folded.isprintable() or _PRINTABLE_BUT_HIDDEN.search(folded):
        folded = "".join(map(_shown, folded))
    folded = _HYPHEN_IN_KATAKANA.sub("ー", folded)
    folded = _LONG_VOWEL.sub("ー", folded)
    if _THRICE.search(folded):
        folded = _EMPHASIS.sub(r"\1\1", folded)
    if "  " in folded:
        folded = _SPACE.sub(" ", folded)
    return folded.strip()


@lru_cache(maxsize=_CHARACTERS_KEPT)
def _shown(character: str) -> str:
    if character.isspace():
        return " "
    return "" if _hidden(character) else character


def _hidden(character: str) -> bool:
    code = ord(character)
    selector = 0xFE00 <= code <= 0xFE0F or 0xE0100 <= code <= 0xE01EF or 0x180B <= code <= 0x180F
    return selector or character in _INVISIBLE or unicodedata.category(character) in {"Cc", "Cf"}


def _runs(text: str) -> Iterator[tuple[bool, str]]:
    for number, part in enumerate(_PAIRED_RUN.split(text)):
        if number % 2:
            yield True, part
        else:
            for word in part.split():
                if word.isalnum():
                    yield False, word
                else:
                    yield from ((False, "".join(run)) for counts, run in groupby(word, key=_of_a_word) if counts)


@lru_cache(maxsize=_CHARACTERS_KEPT)
def _of_a_word(character: str) -> bool:
    # Marks belong to the word: vowel signs of Nepali are no letters of their own.
    return unicodedata.category(character)[0] in "LNM"
