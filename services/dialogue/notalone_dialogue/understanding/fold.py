"""Brings a text into the one shape in which words are compared."""

import re
import unicodedata

from notalone_kernel.text import fold_kana, normalise

# More than this adds nothing to what a person needs, and bounds the work a text can cause.
MAX_CHARS = 1200

# Between a Latin letter and one of another script, as in "rentが", a word ends.
_SCRIPT_CHANGE = re.compile(r"(?<=[a-z])(?=[\u0900-\u0e7f\u3040-\ud7ff])|(?<=[\u0900-\u0e7f\u3040-\ud7ff])(?=[a-z])")

_FEWEST_KANA, _FEW_KANJI = 3, 0.25
_JAPANESE = ("ja",)
_HAN = ("ja", "zh-Hans", "zh-Hant")
_LATIN = ("en", "pt", "es", "tl", "vi", "id")
_SPACELESS = frozenset({"ja", "zh-Hans", "zh-Hant", "ko", "th", "ne"})


def is_spaceless(language: str) -> bool:
    """Whether words of the language are looked for anywhere, not only between spaces."""
    return language in _SPACELESS


def fold(text: str) -> str:
    """The text without width, case, accents of Latin letters, katakana, emoji and punctuation.

    Words are separated by one space; the result has no space at either end.
    """
    folded = fold_kana(normalise(text[: MAX_CHARS * 4]))
    folded = "".join(_bare(char) for char in unicodedata.normalize("NFD", folded))
    folded = _SCRIPT_CHANGE.sub(" ", unicodedata.normalize("NFC", folded))
    return " ".join(folded.split())[:MAX_CHARS].strip()


def squeeze(folded: str) -> str:
    """A folded text without its spaces, for languages that are written without them."""
    return folded.replace(" ", "")


def clauses(text: str) -> list[str]:
    """The folded parts of a text between its punctuation and line ends, without empty ones."""
    return [part for part in (fold(piece) for piece in _split(text[: MAX_CHARS * 4])) if part]


def languages_of(folded: str) -> tuple[str, ...]:
    """The languages whose words can stand in the text, judged by its scripts."""
    found: dict[str, None] = {}
    kana = any("ぁ" <= char <= "ゖ" for char in folded)
    for char in folded:
        for language in _languages_of_char(char, kana=kana):
            found[language] = None
    return tuple(found)


def hardly_any_kanji(folded: str) -> bool:
    """Whether a text is Japanese as children and learners write it."""
    kana = sum("ぁ" <= char <= "ゖ" for char in folded)
    kanji = sum("\u3400" <= char <= "\u9fff" for char in folded)
    return kana >= _FEWEST_KANA and kanji <= kana * _FEW_KANJI


def _languages_of_char(char: str, *, kana: bool) -> tuple[str, ...]:
    if "\u3041" <= char <= "\u30ff":
        return _JAPANESE
    if "\u3400" <= char <= "\u9fff" or "\uf900" <= char <= "\ufaff":
        return _JAPANESE if kana else _HAN
    if "\uac00" <= char <= "\ud7a3" or "\u1100" <= char <= "\u11ff":
        return ("ko",)
    if "\u0e00" <= char <= "\u0e7f":
        return ("th",)
    if "\u0900" <= char <= "\u097f":
        return ("ne",)
    # Latin letters stand in Japanese texts too: DV, LGBT, SNS.
    return _LATIN if "a" <= char <= "z" else ()


def _bare(char: str) -> str:
    if char == "đ":
        return "d"
    if "\u0300" <= char <= "\u036f":
        return ""
    if char == "#" or unicodedata.category(char)[0] in "LMN":
        return char
    # An apostrophe stands inside a word: "can't" and "cant" are the same.
    return "" if char in "'’ʼ" else " "


def _split(text: str) -> list[str]:
    parts = [""]
    for char in unicodedata.normalize("NFKC", text):
        if char in "。、,.!?;:\n\r…・।「」()":
            parts.append("")
        else:
            parts[-1] += char
    return parts
