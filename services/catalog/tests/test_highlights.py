"""What is marked in a text is what somebody asked for, however it is written."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from notalone_catalog.domain.highlights import Marker
from notalone_catalog.domain.wording import Wording

WORDING = Wording({}, readings={"家賃": "やちん", "寝": "ね"}, synonyms=[["部屋代", "家賃"]])


def marked(words: str, shown: str) -> list[str]:
    return [shown[span.start : span.end] for span in Marker(WORDING.pieces(words)).spans(shown)]


@pytest.mark.parametrize(
    ("words", "shown", "parts"),
    [
        ("家賃", "家賃を払えないとき", ["家賃"]),
        ("家賃が払えない", "家賃の補助。払えない人に", ["家賃", "払え"]),
        ("住居確保給付金", "住居確保給付金です", ["住居確保給付金"]),
        ("やちん", "家賃の補助", ["家賃"]),
        ("部屋代", "家賃の補助", ["家賃"]),
        ("ﾌｧﾐﾘｰ", "ファミリー・サポート", ["ファミリー"]),
        ("ふぁみりー", "ファミリーの", ["ファミリー"]),
        ("ｄｖ", "DV相談", ["DV"]),
        ("gia đình", "Hỗ trợ Gia Đình", ["Gia", "Đình"]),
        ("rent", "Parents who rent", ["rent"]),
        ("死", "死亡一時金", ["死"]),
        ("トマト", "㌢とトマト", ["トマト"]),
        ("ね", "寝る", []),
        ("xyz", "家賃", []),
        ("", "家賃", []),
    ],
)
def test_parts_are_marked_as_they_are_written(words, shown, parts):
    assert marked(words, shown) == parts


@given(st.text(max_size=40), st.text(max_size=200))
def test_marks_lie_within_the_text_in_order_without_overlap(words, shown):
    spans = Marker(WORDING.pieces(words)).spans(shown)
    places = [place for span in spans for place in (span.start, span.end)]
    assert places == sorted(set(places))
    assert all(0 <= place <= len(shown) for place in places)
