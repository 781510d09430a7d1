"""The fonts of the memo: where they lie, in which order they are tried, and which characters they have.

They come with two packages (Noto, OFL 1.1); nothing of the machine's own fonts is used, so a memo looks the same
everywhere.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from pathlib import Path

from fontTools.ttLib import TTCollection, TTFont

_CJK = {
    "ja": "Noto Sans CJK JP",
    "zh-Hans": "Noto Sans CJK SC",
    "zh-Hant": "Noto Sans CJK TC",
    "ko": "Noto Sans CJK KR",
}
# What people in Japan write most comes first; a later font is asked only where the earlier ones have no glyph.
_SCRIPTS = (
    *("Thai", "Devanagari", "Myanmar", "Khmer", "Lao", "Bengali", "Sinhala", "Tamil", "Telugu", "Kannada"),
    *("Malayalam", "Gujarati", "Gurmukhi", "Oriya", "Arabic", "Hebrew", "Armenian", "Georgian", "Ethiopic"),
)


def directories() -> list[Path]:
    """The folders with the font files."""
    return [Path(str(files(package))) for package in ("manimgx_fonts", "manimgx_fonts_cjk")]


def stack(language: str) -> list[str]:
    """The families for a text in this language, first choice first; together they have every glyph there is.

    Args:
        language: One of the kernel's twelve. It decides how Han characters look, and whose Latin letters are taken.
    """
    cjk = _CJK.get(language)
    first = [cjk, "Noto Sans"] if cjk else ["Noto Sans", _CJK["ja"]]
    return [*first, *(f"Noto Sans {script}" for script in _SCRIPTS), "Noto Sans Symbols", "Noto Emoji"]


@dataclass(frozen=True, slots=True)
class Glyphs:
    """Which characters can be printed, alone and together."""

    fonts: tuple[frozenset[int], ...]
    any: frozenset[int]

    def __contains__(self, character: str) -> bool:
        return ord(character) in self.any

    def together(self, characters: Iterable[str]) -> bool:
        """Tells whether one font has them all: a letter and its accent cannot come from two."""
        wanted = {ord(character) for character in characters}
        return any(wanted <= font for font in self.fonts)


@cache
def glyphs() -> Glyphs:
    """What the fonts of the stack have. Read once, in about 0.3 s."""
    fonts = tuple(frozenset(_characters(path)) for path in _files())
    return Glyphs(fonts=fonts, any=frozenset[int]().union(*fonts))


def _characters(path: Path) -> Iterable[int]:
    if path.suffix == ".ttc":
        # The five faces of the collection share one character map.
        with TTCollection(path, lazy=True) as collection:
            return list(collection.fonts[0].getBestCmap())
    with TTFont(path, lazy=True) as font:
        return list(font.getBestCmap())


def _files() -> list[Path]:
    return sorted(
        path
        for directory in directories()
        for path in directory.iterdir()
        if path.suffix in {".ttf", ".ttc"} and "Italic" not in path.name
    )
