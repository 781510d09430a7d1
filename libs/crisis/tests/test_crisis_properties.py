"""However a cry for help is typed, it is heard."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from notalone.crisis.v1.crisis_pb2 import Crisis
from notalone_crisis import recognise
from notalone_crisis.forms import readings
from notalone_crisis.pattern_sheets import all_rules

EXPLICIT = {
    "死にたい": Crisis.SUICIDE,
    "しにたい": Crisis.SUICIDE,
    "シニタイ": Crisis.SUICIDE,
    "消えたい": Crisis.SUICIDE,
    "自殺したい": Crisis.SUICIDE,
    "父に殴られる": Crisis.CHILD_ABUSE,
    "夫に殴られる": Crisis.VIOLENCE,
    "レイプされた": Crisis.SEXUAL_VIOLENCE,
    "血が止まらない": Crisis.EMERGENCY,
    "i want to die": Crisis.SUICIDE,
    "i want to kill myself": Crisis.SUICIDE,
    "my husband hits me": Crisis.VIOLENCE,
    "my dad hits me": Crisis.CHILD_ABUSE,
    "i was raped": Crisis.SEXUAL_VIOLENCE,
    "he is not breathing": Crisis.EMERGENCY,
}
WITHOUT_SPACES = [statement for statement in EXPLICIT if not statement.isascii()]
INVISIBLE = "\u200b\u200c\u200d\u2060\ufeff\u00ad\ufe0f"
BETWEEN = " 　、。・…\n\t!？*_🥲💊-~"

BEFORE = ["", "こんにちは。", "hello. ", "もう3年ひとりです。"]

statements = st.sampled_from(list(EXPLICIT))
spaceless = st.sampled_from(WITHOUT_SPACES)
any_text = st.text(max_size=120)
# The machine may be busy; what is bounded is the work, not the time.
settings.register_profile("crisis", deadline=None, max_examples=40)
settings.load_profile("crisis")


@given(statement=statements, data=st.data())
def test_invisible_characters_hide_nothing(statement, data):
    typed = "".join(letter + data.draw(st.text(INVISIBLE, max_size=2), label=f"after {letter}") for letter in statement)
    assert EXPLICIT[statement] in recognise(typed)


@given(statement=spaceless, data=st.data())
def test_spaces_signs_and_emoji_between_japanese_letters_hide_nothing(statement, data):
    typed = "".join(letter + data.draw(st.text(BETWEEN, max_size=3)) for letter in statement)
    assert EXPLICIT[statement] in recognise(typed)


@given(statement=statements, data=st.data())
def test_width_hides_nothing(statement, data):
    wide = {chr(code): chr(code + 0xFEE0) for code in range(0x21, 0x7F)}
    typed = "".join(wide.get(letter, letter) if data.draw(st.booleans()) else letter for letter in statement)
    assert EXPLICIT[statement] in recognise(typed)


@given(statement=statements, data=st.data())
def test_case_hides_nothing(statement, data):
    typed = "".join(letter.upper() if data.draw(st.booleans()) else letter for letter in statement)
    assert EXPLICIT[statement] in recognise(typed)


@given(
    statement=statements, before=st.sampled_from(["", "こんにちは。", "hello. ", "もう3年ひとりです。"]), after=any_text
)
def test_what_comes_after_takes_nothing_back(statement, before, after):
    # A letter grown onto the last word makes another word.
    assert EXPLICIT[statement] in recognise(f"{before}{statement}。 {after}")


@pytest.mark.parametrize("apart", [" ", ".", "-", "  ", "_", "*"])
@pytest.mark.parametrize("word", ["kms", "suicide"])
def test_latin_letters_typed_one_by_one_are_joined(word, apart):
    assert Crisis.SUICIDE in recognise(f"i want {apart.join(word)} now")


@given(any_text)
def test_any_text_has_an_answer_and_the_same_one_twice(text):
    assert recognise(text) == recognise(text)


@settings(max_examples=25)
@given(st.sampled_from("死にそうたい父がa i夫殴お今 ーwant to die、"), st.integers(100, 1000), any_text)
def test_no_text_multiplies_the_readings(letter, times, rest):
    """The work of one call is bounded: few readings, each no longer than a little more than the text."""
    text = letter * times + rest
    seen = list(readings(text))
    assert len(seen) <= 5
    assert all(len(forms.words) <= 20 * len(text) + 2 for forms in seen)


def test_no_pattern_repeats_without_bound():
    for rule in all_rules().rules:
        for pattern in [rule.pattern, *([rule.unless] if rule.unless else [])]:
            assert "*" not in pattern.pattern
            assert "+" not in pattern.pattern.replace("\\+", "")
    for benign in all_rules().benign.values():
        assert "*" not in benign.pattern


@pytest.mark.parametrize(
    "hostile", ["死に", "父が", "i wish i ", "a ", "夫に", "ー", "so embarrassed i want to ", "my mother "]
)
def test_long_hostile_texts_are_answered(hostile):
    assert recognise(hostile * 1000) == frozenset()
