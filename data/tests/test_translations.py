"""Translations of the entries: of today's wording, with the same numbers, in the right script."""

import re

import notalone_data
import pytest
from notalone.catalog.v1.entry_pb2 import Entry
from notalone_data import translations
from notalone_kernel.languages import LANGUAGES

ENTRIES = {entry.id: entry for entry in notalone_data.entries()}
ROWS = [
    (language, entry_id, row)
    for language in notalone_data.translated()
    for entry_id, row in notalone_data.translation(language).items()
]
NUMBER = re.compile(r"\d[\d-]*")
SCRIPTS = {
    "th": re.compile(r"[\u0e00-\u0e7f]"),
    "ne": re.compile(r"[\u0900-\u097f]"),
    "ko": re.compile(r"[\uac00-\ud7af]"),
    "zh-Hans": re.compile(r"[\u4e00-\u9fff]"),
    "zh-Hant": re.compile(r"[\u4e00-\u9fff]"),
}
KANA = re.compile(r"[\u3040-\u30ff]")
DIGITS = str.maketrans("०१२३४५६७८९๐๑๒๓๔๕๖๗๘๙", "01234567890123456789")


def numbers(text: str) -> set[str]:
    return set(NUMBER.findall(text.translate(DIGITS).replace(",", "").replace(".", "")))


def entry(**texts: str) -> Entry:
    return Entry(id="a", name={"ja": "名前", "en": "Name"}, summary={"ja": "説明", "en": "Summary", **texts})


def test_every_file_is_of_a_language_of_ours():
    assert set(notalone_data.translated()) <= set(LANGUAGES) - {"ja", "en"}


def test_every_translation_is_of_an_entry_and_of_todays_wording():
    outdated = [
        (language, entry_id)
        for language, entry_id, row in ROWS
        if entry_id not in ENTRIES or row["of"] != translations.wording_of(ENTRIES[entry_id])
    ]
    assert outdated == [], "translate anew, then python tools/translate_entries.py stamp LANGUAGE"


def test_no_translation_has_a_number_that_its_entry_has_not():
    wrong = {
        (language, entry_id): found
        for language, entry_id, row in ROWS
        if (found := numbers(row["name"] + " " + row["summary"]) - numbers(_wording(ENTRIES[entry_id])))
    }
    assert wrong == {}


def test_every_translation_is_in_its_language():
    for language, entry_id, row in ROWS:
        assert set(row) == {"of", "name", "summary"}, (language, entry_id)
        assert 0 < len(row["name"]) <= 120, (language, entry_id)
        assert 0 < len(row["summary"]) <= 700, (language, entry_id)
        if language in SCRIPTS:
            assert SCRIPTS[language].search(row["summary"]), (language, entry_id)
        assert len(KANA.findall(row["summary"])) <= 0.2 * len(row["summary"]), (language, entry_id)


def test_an_outdated_translation_is_left_out():
    one = entry()
    current = {"of": translations.wording_of(one), "name": "Tên", "summary": "Tóm tắt"}

    translations.apply({"a": {**current, "of": "00000000"}}, {"a": one}, language="vi")
    assert "vi" not in one.summary
    translations.apply({"a": current}, {"a": one}, language="vi")
    assert (one.name["vi"], one.summary["vi"]) == ("Tên", "Tóm tắt")


def test_what_an_entry_says_itself_stays():
    one = entry(vi="đã có")

    translations.apply({"a": {"of": translations.wording_of(one), "summary": "khác"}}, {"a": one}, language="vi")

    assert one.summary["vi"] == "đã có"


@pytest.mark.parametrize("field", translations.FIELDS)
def test_another_wording_has_another_mark(field):
    before, after = entry(), entry()
    getattr(after, field)["ja"] += "。"

    assert translations.wording_of(before) != translations.wording_of(after)


def _wording(one: Entry) -> str:
    texts = [text for field in translations.FIELDS for text in getattr(one, field).values()]
    return " ".join([*texts, *(channel.value + " " + channel.keypad_path for channel in one.channels)])
