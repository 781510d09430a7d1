"""The twelve languages, and which of them answers a wish."""

from __future__ import annotations

from collections.abc import Mapping

LANGUAGES: tuple[str, ...] = ("ja", "en", "zh-Hans", "zh-Hant", "ko", "pt", "es", "tl", "th", "vi", "ne", "id")
"""BCP 47 tags of the languages we answer in."""

DEFAULT = "ja"
"""The language of a person who names none."""

# What a person gets who asks for a language we do not speak.
_FOREIGN = "en"
# Tags of the same language, as old or differently made devices send them (IANA language subtag registry).
_SAME = {
    "fil": "tl",
    "in": "id",
    "cmn": "zh",
    "yue": "zh-hant",
    "jpn": "ja",
    "eng": "en",
    "zho": "zh",
    "kor": "ko",
    "por": "pt",
    "spa": "es",
    "tgl": "tl",
    "tha": "th",
    "vie": "vi",
    "nep": "ne",
    "npi": "ne",
    "ind": "id",
}
_TRADITIONAL = {"hant", "tw", "hk", "mo"}
_LONGEST = 500


def resolve(tag: str) -> str:
    """Returns the supported language nearest to a wish.

    Args:
        tag: A BCP 47 tag, or the value of an Accept-Language header. Anything else is a language we do not know.

    Returns:
        One of `LANGUAGES`: the first wish that we can answer, English where there are wishes but none of ours,
        Japanese where there is no wish at all.
    """
    wishes = _wishes(tag[:_LONGEST])
    for wish in wishes:
        found = _supported(wish)
        if found:
            return found
    return _FOREIGN if wishes else DEFAULT


def same_language(one: str, other: str) -> bool:
    """Tells whether two tags name the same spoken language, whatever the script."""
    return _primary(one) == _primary(other)


def pick(texts: Mapping[str, str], language: str) -> tuple[str, str]:
    """Returns the text in the language, else in English, else in Japanese.

    Args:
        texts: BCP 47 tag to text; empty texts count as missing.
        language: The wished one of `LANGUAGES`.

    Returns:
        The text and the tag of the language it is in; an empty text where none of the three is there.
    """
    for tag in (language, _FOREIGN, DEFAULT):
        if text := texts.get(tag):
            return text, tag
    return "", DEFAULT


def _wishes(value: str) -> list[str]:
    weighed: list[tuple[float, str]] = []
    for part in value.split(","):
        tag, *parameters = (piece.strip() for piece in part.split(";"))
        weight = _weight(parameters)
        if tag and tag != "*" and weight > 0:
            weighed.append((weight, tag.lower().replace("_", "-")))
    return [tag for _, tag in sorted(weighed, key=lambda pair: -pair[0])]


def _weight(parameters: list[str]) -> float:
    for parameter in parameters:
        if parameter.startswith("q="):
            try:
                weight = float(parameter[2:])
            except ValueError:
                return 0.0
            return weight if 0.0 <= weight <= 1.0 else 0.0
    return 1.0


def _supported(tag: str) -> str:
    first, *rest = tag.split("-")
    first, *more = _SAME.get(first, first).split("-")
    rest = [*more, *rest]
    if first == "zh":
        return "zh-Hant" if "hans" not in rest and not _TRADITIONAL.isdisjoint(rest) else "zh-Hans"
    return first if first in LANGUAGES else ""


def _primary(tag: str) -> str:
    first = tag.lower().replace("_", "-").split("-")[0]
    return _SAME.get(first, first).split("-")[0]
