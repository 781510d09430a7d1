import pytest
from hypothesis import given
from hypothesis import strategies as st
from notalone_kernel.ruby import parse, plain


def test_readings_stand_over_the_characters_they_belong_to() -> None:
    message = parse("𠮷{相談|そうだん}して{良|よ}い")
    assert message.text == "𠮷相談して良い"
    assert [(message.text[span.start : span.end], span.reading) for span in message.ruby] == [
        ("相談", "そうだん"),
        ("良", "よ"),
    ]


@pytest.mark.parametrize("text", ["", "{相談}", "{|よみ}", "{相談|}", "{a|b|c}", "{{", "相談|そうだん"])
def test_what_is_no_mark_stays_as_it_stands(text: str) -> None:
    assert parse(text).text == text
    assert not parse(text).ruby


@given(st.text(alphabet="{}|あ相a"))
def test_spans_are_in_order_and_inside_the_text(marked: str) -> None:
    message = parse(marked)
    ends = 0
    for span in message.ruby:
        assert ends <= span.start < span.end <= len(message.text)
        ends = span.end
    assert message.text == plain(marked)
