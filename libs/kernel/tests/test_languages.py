import pytest
from hypothesis import given
from hypothesis import strategies as st
from notalone.catalog.v1.entry_pb2 import Entry
from notalone_kernel.languages import DEFAULT, LANGUAGES, pick, resolve, same_language


@pytest.mark.parametrize(
    ("wish", "answer"),
    [
        ("", "ja"),
        ("*", "ja"),
        ("ja-JP", "ja"),
        ("ja-x-child", "ja"),
        ("en-US,en;q=0.9,ja;q=0.8", "en"),
        ("zh", "zh-Hans"),
        ("zh-CN", "zh-Hans"),
        ("zh-Hans-HK", "zh-Hans"),
        ("zh-TW", "zh-Hant"),
        ("zh-HK", "zh-Hant"),
        ("zh-hant", "zh-Hant"),
        ("yue", "zh-Hant"),
        ("pt-BR", "pt"),
        ("pt_BR", "pt"),
        ("fil-PH", "tl"),
        ("in", "id"),
        ("NE-np", "ne"),
        ("fr", "en"),
        ("fr, vi;q=0.4, ko;q=0.7", "ko"),
        ("th;q=0, ko;q=0.1", "ko"),
        ("vi;q=many, ne;q=0.1", "ne"),
        ("not a language at all", "en"),
    ],
)
def test_the_nearest_language_we_speak_answers_a_wish(wish: str, answer: str) -> None:
    assert resolve(wish) == answer


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_language_of_ours_answers_itself(language: str) -> None:
    assert resolve(language) == language
    assert resolve(language.upper()) == language


@given(st.text())
def test_any_wish_is_answered_in_a_language_we_speak(wish: str) -> None:
    assert resolve(wish) in LANGUAGES


def test_texts_fall_back_to_english_and_then_to_japanese() -> None:
    texts = {"ja": "相談", "en": "Advice", "th": "ปรึกษา"}
    assert pick(texts, "th") == ("ปรึกษา", "th")
    assert pick(texts, "vi") == ("Advice", "en")
    assert pick({"ja": "相談"}, "vi") == ("相談", "ja")
    assert pick({"ja": "相談", "en": ""}, "en") == ("相談", "ja")
    assert pick({}, "en") == ("", DEFAULT)


def test_looking_for_a_missing_translation_does_not_change_the_entry() -> None:
    entry = Entry(name={"ja": "相談"})
    pick(entry.name, "th")
    assert dict(entry.name) == {"ja": "相談"}


def test_a_spoken_language_is_the_same_in_either_script() -> None:
    assert same_language("zh-Hans", "zh-Hant")
    assert same_language("fil", "tl")
    assert same_language("en-US", "en")
    assert not same_language("ja", "en")
