from __future__ import annotations

import json

import pytest
import typst
from notalone_kernel.languages import LANGUAGES
from notalone_pdf import fonts, words

# Shapes of JIS X 0208 that the fonts lack, and that the filter replaces.
REPLACED = {"≒"}


def jis_x_0208() -> list[str]:
    found = []
    for row in range(0xA1, 0xFF):
        for cell in range(0xA1, 0xFF):
            try:
                found.append(bytes([row, cell]).decode("euc_jp"))
            except UnicodeDecodeError:
                continue
    return found


def test_every_character_of_the_japanese_standard_can_be_printed():
    missing = [character for character in jis_x_0208() if character not in fonts.glyphs()]
    assert set(missing) == REPLACED


@pytest.mark.parametrize(
    "name", ["𠮷田", "山﨑", "髙橋", "濵田", "邉", "Nguyễn Thị Hương", "ศิริพร", "राम बहादुर श्रेष्ठ", "김철수"]
)
def test_names_of_people_can_be_printed(name):
    assert all(character in fonts.glyphs() for character in name)


def test_an_accent_of_another_script_cannot_be_drawn_on_a_letter():
    assert fonts.glyphs().together("a\u0301")
    assert not fonts.glyphs().together("あ\u05b0")


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_family_of_the_stack_is_shipped(language):
    shipped = typst.Fonts(
        include_system_fonts=False,
        include_embedded_fonts=False,
        font_paths=[str(path) for path in fonts.directories()],
    ).families()
    assert set(fonts.stack(language)) <= set(shipped)


@pytest.mark.parametrize("language", [tag for tag in LANGUAGES if tag != "ja"])
def test_every_language_has_all_words_and_their_glyphs(language):
    own = words.beside(language)
    assert own.keys() == words.beside("en").keys()
    assert all(own.values())
    assert all(character in fonts.glyphs() for character in json.dumps(dict(own), ensure_ascii=False))


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_sheet_to_point_at_speaks_every_language(language):
    sheet = words.sheet(language)
    texts = [sheet["title"], sheet["clerk"], sheet["person"], *sheet["answers"], *sheet["says"]]
    assert all(text["ja"] for text in texts)
    assert all(bool(text["own"]) == (language != "ja") for text in texts)
    assert all(character in fonts.glyphs() for text in texts for character in text["ja"] + text["own"])
