"""Place names as they are compared: what people write in several ways becomes one."""

from __future__ import annotations

import re

from notalone_kernel.text import fold_kana, normalise

# Older and newer forms of the same character in place names, and the little ケ.
_OLDER = "檮惠條嶋澤邊邉髙﨑濱眞廣鯵鰺曾瀧龍櫻國藪藏淺鹽齋齊彌萬壽縣區ゖゕ"
_NEWER = "梼恵条島沢辺辺高崎浜真広鯵鯵曽滝竜桜国薮蔵浅塩斎斉弥万寿県区けけ"
_VARIANTS = str.maketrans(_OLDER, _NEWER)
_BETWEEN = re.compile(r"[\s・･,、.。\-‐‑–—―─−_/()（）「」]+")
# 茅が崎 for 茅ヶ崎.
_SPOKEN_GA = re.compile(r"(?<=[一-鿿])が(?=[一-鿿])")
_MACRONS = str.maketrans("āīūēōâîûêô", "aiueoaiueo")
_LATIN_WORD = re.compile(r"[a-z']+")
_H_IN_LONG_O = re.compile(r"oh(?![aiueoy])")
_SYLLABLES = (
    *(("shi", "si"), ("chi", "ti"), ("tsu", "tu"), ("fu", "hu"), ("ji", "zi")),
    *(("sh", "sy"), ("ch", "ty"), ("j", "zy"), ("du", "zu")),
)
_LONG_VOWELS = (("ou", "o"), ("oo", "o"), ("uu", "u"))
_NASALS = (("mb", "nb"), ("mp", "np"), ("mm", "nm"))
# What names the kind of a place, not the place.
_JAPANESE_KINDS = {"shi", "ku", "cho", "machi", "mura", "son", "gun", "ken", "fu", "to"}
_ENGLISH_KINDS = {"city", "ward", "town", "village", "county", "district", "prefecture", "pref", "japan"}
KINDS = frozenset(_JAPANESE_KINDS | _ENGLISH_KINDS)


def folded(text: str) -> str:
    """Returns a name in Japanese characters as it is compared: no width, kana, spacing or older forms."""
    return folded_clean(_BETWEEN.sub("", normalise(text)))


def folded_clean(text: str) -> str:
    """Like `folded` and much faster, for text that holds only kanji and kana of one width."""
    return _SPOKEN_GA.sub("け", fold_kana(text).translate(_VARIANTS))


def latin_words(text: str) -> list[str]:
    """Returns the words of a name in Roman letters as they are compared, without those for its kind.

    Long vowels, apostrophes and the two ways of spelling syllables (shi/si, tsu/tu) make no difference.
    """
    words = _LATIN_WORD.findall(normalise(text).translate(_MACRONS))
    return [_syllables(word) for word in words if word not in KINDS]


def _syllables(word: str) -> str:
    plain = _H_IN_LONG_O.sub("o", word.replace("'", ""))
    for several in (_SYLLABLES, _LONG_VOWELS, _NASALS):
        for spelled, compared in several:
            plain = plain.replace(spelled, compared)
    return plain


# The same words as they look when grown on to a name: "noboribetsushi".
KIND_ENDINGS = frozenset(map(_syllables, KINDS))
