"""The page's own words: the same in every language. Needs no browser."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest
from notalone_kernel.languages import DEFAULT, LANGUAGES

WEB = Path(__file__).resolve().parents[2] / "web"
JAPANESE = json.loads((WEB / "i18n" / f"{DEFAULT}.json").read_text("utf-8"))
CHILD = "ja-x-child"
KANJI = re.compile(r"[\u4e00-\u9fff]")
MARK = re.compile(r"\{[^{}|]+\|[^{}|]+\}")


def words(sheet: str) -> dict[str, str]:
    return json.loads((WEB / "i18n" / f"{sheet}.json").read_text("utf-8"))


def blanks(text: str) -> set[str]:
    return set(re.findall(r"\{(\w+)\}", text))


def test_there_is_a_file_for_each_language_and_none_besides():
    assert {path.stem for path in (WEB / "i18n").glob("*.json")} == {*LANGUAGES, CHILD}


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_language_has_every_word_with_the_same_blanks(language):
    there = words(language)

    assert there.keys() == JAPANESE.keys()
    for key, text in there.items():
        assert text.strip()
        assert blanks(text) == blanks(JAPANESE[key]), key


def test_the_childrens_words_stand_for_words_there_are_and_every_kanji_has_its_reading():
    for key, text in words(CHILD).items():
        assert key in JAPANESE
        assert blanks(text) == blanks(JAPANESE[key]), key
        assert not KANJI.search(MARK.sub("", text)), key


def test_every_word_that_the_page_asks_for_is_there_and_none_is_idle():
    sources = "\n".join(
        path.read_text("utf-8")
        for path in [
            *(WEB / page / "index.html" for page in (".", "search", "checked")),
            *(WEB / "js").glob("*.js"),
            WEB.parent / "tools" / "build_help_page.py",
        ]
    )
    asked = set(re.findall(r'data-text="(\w+)"', sources)) | set(re.findall(r'\bsay\("(\w+)"', sources))
    assert asked <= JAPANESE.keys()
    assert {key for key in JAPANESE if f'"{key}"' not in sources} == set()
