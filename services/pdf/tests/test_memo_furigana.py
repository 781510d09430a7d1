from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st
from notalone.common.v1.common_pb2 import Ruby
from notalone_pdf import furigana


def test_marks_become_pieces():
    assert furigana.marked("{話|はな}したいこと") == [["話", "はな"], ["したいこと", ""]]
    assert furigana.marked("どんなところ？") == "どんなところ？"


def test_familiar_words_get_their_readings_the_longer_ones_first():
    assert furigana.familiar("受付時間は未確認／平日 9時") == [
        ["受付時間", "うけつけじかん"],
        ["は", ""],
        ["未確認", "みかくにん"],
        ["／", ""],
        ["平日", "へいじつ"],
        [" 9時", ""],
    ]


def readings(text: str) -> list[tuple[str, str]]:
    said = furigana.familiar(text)
    return [] if isinstance(said, str) else [(base, over) for base, over in said if over]


def test_days_and_dates_are_read_as_they_are_said():
    assert readings("月～金 8:30～17:15、12月29日～1月3日は休み") == [
        ("月", "げつ"),
        ("金", "きん"),
        ("月", "がつ"),
        ("日", "にち"),
        ("月", "がつ"),
        ("3日", "みっか"),
        ("休み", "やすみ"),
    ]
    assert readings("火・木、4月20日と5月1日") == [
        ("火", "か"),
        ("木", "もく"),
        ("月", "がつ"),
        ("20日", "はつか"),
        ("月", "がつ"),
        ("1日", "ついたち"),
    ]
    assert readings("2021年11月の情報") == [("情報", "じょうほう")]


@given(st.text(max_size=60))
def test_readings_change_no_character(text):
    assert furigana.bare(furigana.familiar(text)) == text


@given(st.text(min_size=4, max_size=20), st.integers(0, 1), st.integers(2, 4))
def test_readings_stand_over_their_own_part(text, start, end):
    said = furigana.with_readings(text, [Ruby(start=start, end=end, reading="よみ")])
    assert furigana.bare(said) == text
    assert [text[start:end], "よみ"] in said
