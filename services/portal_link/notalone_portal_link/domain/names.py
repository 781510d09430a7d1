"""Finds municipalities by what people call them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import IntEnum

from notalone_kernel.municipality import PrefectureNames
from notalone_kernel.text import normalise

from notalone_portal_link.domain.spelling import KIND_ENDINGS, folded, folded_clean, latin_words

_KINDS_OF_PLACE = ("市", "区", "町", "村")
_KINDS_IN_KANA = ("し", "く", "ちょう", "まち", "むら", "そん")
_SHORTEST_INSIDE_ADDRESS = 2
# Where kana and kanji begin; Roman letters with any accent stand before.
_JAPANESE = 0x3000
_CODE_LENGTHS = range(2, 7)


class Fit(IntEnum):
    """How well a name fits; the lower the better."""

    WHOLE = 0
    SHORT = 1
    OWN_WARD = 2
    BEGINNING = 3
    WARD_BEGINNING = 4
    INSIDE = 5
    NONE = 9


@dataclass(frozen=True, slots=True, kw_only=True)
class Names:
    """What one municipality is called.

    `kanji` and `kana` of a designated city's ward begin with its city, which stands alone in `city_kanji` and
    `city_kana`; these are empty for all others.
    """

    code: str
    kanji: str
    kana: str
    latin: str
    county: str
    prefecture: PrefectureNames
    city_kanji: str
    city_kana: str


@dataclass(frozen=True, slots=True)
class _Keys:
    code: str
    kanji: str
    kana: str
    # With prefecture and county before it, in every usual combination.
    whole: frozenset[str]
    # The same without 市, 区, 町, 村.
    short: frozenset[str]
    # Of a ward alone, without its city.
    ward: tuple[str, ...]
    # All of the above, to pass quickly over places that have nothing of a query.
    everything: str
    latin: tuple[str, ...]
    latin_prefecture: str


class NameIndex:
    """Names in order; places are told by their number in it."""

    def __init__(self, names: Sequence[Names]) -> None:
        self._keys = [_keys(each) for each in names]

    def find(self, query: str) -> list[int]:
        """Returns the numbers of all places that fit, best first, then in the order given.

        Args:
            query: A name or a part of it in kanji, kana or Roman letters, with or without prefecture and 市, 区, 町,
                村; an address, which fits the place it begins with; or a code of at least two digits.
        """
        digits = normalise(query).replace(" ", "")
        if digits.isascii() and digits.isdigit():
            return self._with_code(digits)
        wanted = folded(query)
        if not wanted:
            return []
        if max(map(ord, wanted)) < _JAPANESE:
            return self._with_latin(query)
        fits = [(_fit(keys, wanted), number) for number, keys in enumerate(self._keys) if wanted in keys.everything]
        found = sorted(pair for pair in fits if pair[0] is not Fit.NONE)
        return [number for _, number in found] or self._at_address(wanted)

    def _with_code(self, digits: str) -> list[int]:
        if len(digits) not in _CODE_LENGTHS:
            return []
        return [number for number, keys in enumerate(self._keys) if keys.code.startswith(digits)]

    def _with_latin(self, query: str) -> list[int]:
        words = latin_words(query)
        fits = [(_latin_fit(keys, words), number) for number, keys in enumerate(self._keys)] if words else []
        return [number for fit, number in sorted(fits) if fit is not Fit.NONE]

    def _at_address(self, address: str) -> list[int]:
        """The places that an address begins with, longest name first: the ward before its city."""
        found = []
        for number, keys in enumerate(self._keys):
            lengths = [len(key) for key in keys.whole if address.startswith(key)]
            if lengths and max(lengths) >= _SHORTEST_INSIDE_ADDRESS:
                found.append((-max(lengths), number))
        return [number for _, number in sorted(found)]


def _keys(names: Names) -> _Keys:
    kanji, kana = folded_clean(names.kanji), folded_clean(names.kana)
    county = folded_clean(names.county)
    prefecture, prefecture_kana = folded_clean(names.prefecture.ja), folded_clean(names.prefecture.kana)
    before = {"", county, prefecture, prefecture + county, _without(prefecture, ("都", "府", "県"))}
    before_kana = {"", prefecture_kana, _without(prefecture_kana, ("と", "ふ", "けん"))}
    short, short_kana = _without(kanji, _KINDS_OF_PLACE), _without(kana, _KINDS_IN_KANA)
    ward, without_shi = _ward(names, kanji, kana)
    whole = {head + kanji for head in before} | {head + kana for head in before_kana}
    shorter = {head + short for head in before} | {head + short_kana for head in before_kana} | without_shi
    return _Keys(
        code=names.code,
        kanji=kanji,
        kana=kana,
        whole=frozenset(whole),
        short=frozenset(shorter),
        ward=ward,
        everything="\n".join({*whole, *shorter}),
        latin=tuple(latin_words(names.latin)),
        latin_prefecture=latin_words(names.prefecture.en)[0],
    )


def _ward(names: Names, kanji: str, kana: str) -> tuple[tuple[str, ...], set[str]]:
    """Returns what a ward is called without its city, and with its city's short name: 札幌中央区."""
    if not names.city_kanji:
        return (), set()
    found: list[str] = []
    with_city: set[str] = set()
    cities = (folded_clean(names.city_kanji), "市"), (names.city_kana, "し")
    for name, (city, kind) in zip((kanji, kana), cities, strict=True):
        own = name.removeprefix(city)
        alone = [own, _without(own, (*_KINDS_OF_PLACE, "く"))]
        found += alone
        with_city |= {city.removesuffix(kind) + each for each in alone}
    return tuple(found), with_city


def _without(name: str, endings: tuple[str, ...]) -> str:
    for ending in endings:
        if name.endswith(ending) and len(name) > len(ending):
            return name.removesuffix(ending)
    return name


def _fit(keys: _Keys, wanted: str) -> Fit:
    if wanted in keys.whole:
        return Fit.WHOLE
    if wanted in keys.short:
        return Fit.SHORT
    if wanted in keys.ward:
        return Fit.OWN_WARD
    if any(key.startswith(wanted) for key in keys.whole):
        return Fit.BEGINNING
    if any(key.startswith(wanted) for key in keys.ward):
        return Fit.WARD_BEGINNING
    return Fit.INSIDE if wanted in keys.kanji or wanted in keys.kana else Fit.NONE


def _latin_fit(keys: _Keys, words: list[str]) -> Fit:
    own = [word for word in words if word != keys.latin_prefecture or word in keys.latin]
    if not own:
        return Fit.BEGINNING
    if all(_is_word(word, keys.latin) for word in own):
        return Fit.SHORT if len(own) >= len(keys.latin) else Fit.OWN_WARD
    if all(any(name.startswith(word) for name in keys.latin) for word in own):
        return Fit.BEGINNING
    return Fit.NONE


def _is_word(word: str, names: tuple[str, ...]) -> bool:
    """Whether it is one of the names, also with its kind grown on: "noboribetsushi"."""
    return any(word == name or (word.startswith(name) and word.removeprefix(name) in KIND_ENDINGS) for name in names)
