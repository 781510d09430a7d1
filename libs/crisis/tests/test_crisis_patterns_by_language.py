"""The patterns of the ten languages beside Japanese and English: how they are written, and what they hold against."""

import re
import unicodedata
from itertools import cycle, islice
from pathlib import Path

import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st
from notalone.crisis.v1.crisis_pb2 import Crisis
from notalone_crisis import recognise
from notalone_crisis.forms import readings
from notalone_crisis.pattern_sheets import _compiled, read_sheet

STATEMENTS = Path(__file__).parent / "statements"
HELD_OUT = Path(__file__).parent / "heldout"
TEN = ("zh-Hans", "zh-Hant", "ko", "pt", "es", "tl", "th", "vi", "ne", "id")
PER_LANGUAGE_WRONG_KINDS = 0.06
REACHED_AT_LEAST = 0.5
UNSEEN_RECALL = 0.85
UNSEEN_FALSE_ALARMS = 0.06

EXPLICIT = {
    "想死": Crisis.SUICIDE,
    "我想自殺": Crisis.SUICIDE,
    "老公打我": Crisis.VIOLENCE,
    "죽고 싶어요": Crisis.SUICIDE,
    "남편이 저를 때려요": Crisis.VIOLENCE,
    "quero morrer": Crisis.SUICIDE,
    "meu marido me bate": Crisis.VIOLENCE,
    "quiero morir": Crisis.SUICIDE,
    "me violaron": Crisis.SEXUAL_VIOLENCE,
    "gusto ko nang mamatay": Crisis.SUICIDE,
    "ginahasa ako": Crisis.SEXUAL_VIOLENCE,
    "อยากตาย": Crisis.SUICIDE,
    "ถูกข่มขืน": Crisis.SEXUAL_VIOLENCE,
    "tôi muốn chết": Crisis.SUICIDE,
    "chồng tôi đánh tôi": Crisis.VIOLENCE,
    "म मर्न चाहन्छु": Crisis.SUICIDE,
    "saya ingin mati": Crisis.SUICIDE,
    "ibu saya tidak bernapas": Crisis.EMERGENCY,
}
# Each of these belongs to two languages' worlds at once: people mix what they speak with what they learn.
MIXED = {
    "先生、私は想死です": Crisis.SUICIDE,
    "我想自杀，助けてください": Crisis.SUICIDE,
    "夫 my husband 老公打我": Crisis.VIOLENCE,
    "日本に来てから quero morrer": Crisis.SUICIDE,
    "help me, chồng tôi đánh tôi": Crisis.VIOLENCE,
    "po, gusto ko nang mamatay だよ": Crisis.SUICIDE,
}

explicit = st.sampled_from(sorted(EXPLICIT))


def rows(language, folder=STATEMENTS):
    table = yaml.safe_load((folder / f"{language}.yaml").read_text("utf-8"))
    return [(key, statement) for key, statements in table.items() for statement in statements]


def patterns(language):
    """All patterns of a language one by one, with script and form."""
    for group in read_sheet(language):
        for listed in group["kinds"].values():
            for pattern in listed:
                yield group["form"], pattern if isinstance(pattern, str) else pattern["match"]


def wanted(key):
    return set() if key == "benign" else set(key.split())


def names(statement):
    return {Crisis.Kind.Name(kind) for kind in recognise(statement)}


@pytest.mark.parametrize("language", TEN)
def test_patterns_are_written_in_the_form_that_texts_take(language):
    """Thai sara am and some Devanagari letters fall apart when texts are normalised; a pattern must too."""
    for group in read_sheet(language):
        listed = [pattern for some in group["kinds"].values() for pattern in some]
        plain = [text for pattern in listed for text in ([pattern] if isinstance(pattern, str) else pattern["unless"])]
        for pattern in [*plain, *group.get("benign", [])]:
            assert unicodedata.normalize("NFKC", pattern) == pattern
            assert re.sub(r"\\.", "", pattern) == re.sub(r"\\.", "", pattern).casefold()


@pytest.mark.parametrize("language", ["pt", "es", "tl", "vi", "id"])
def test_patterns_of_the_form_without_accents_bear_none(language):
    """One with an accent only would never be met."""
    for form, pattern in patterns(language):
        if form in {"folded", "bare"}:
            assert unicodedata.normalize("NFD", pattern).replace("đ", "d").isascii(), pattern


@pytest.mark.parametrize("language", TEN)
def test_most_patterns_are_met_by_a_statement(language):
    texts = [forms for _, statement in rows(language) for forms in readings(statement)]
    all_patterns = list(patterns(language))
    unmet = [
        pattern
        for form, pattern in all_patterns
        if not any(_compiled([pattern], form).search(forms.get(form)) for forms in texts)
    ]
    # The sheet for zh-Hant holds only what Taiwan and Hong Kong say beside the common words.
    least = 0.1 if language == "zh-Hant" else REACHED_AT_LEAST
    assert 1 - len(unmet) / len(all_patterns) >= least, unmet


@pytest.mark.parametrize("language", TEN)
def test_wrong_second_kinds_are_rare_in_each_language(language):
    cries = [(key, statement) for key, statement in rows(language) if key != "benign"]
    more = [statement for key, statement in cries if names(statement) - wanted(key)]
    assert len(more) <= len(cries) * PER_LANGUAGE_WRONG_KINDS, more


def test_unseen_statements_of_the_ten_languages_stay_heard():
    """The figures and how they came about stand in heldout/README.md."""
    unseen = [row for language in TEN for row in rows(language, HELD_OUT)]
    cries = [(key, statement) for key, statement in unseen if key != "benign"]
    missed = [statement for key, statement in cries if not wanted(key) <= names(statement)]
    assert 1 - len(missed) / len(cries) >= UNSEEN_RECALL, missed
    alarms = [statement for key, statement in unseen if key == "benign" and names(statement)]
    assert len(alarms) <= (len(unseen) - len(cries)) * UNSEEN_FALSE_ALARMS, alarms


@pytest.mark.parametrize("language", TEN)
def test_each_language_has_enough_statements(language):
    keys = [key for key, _ in rows(language)]
    assert len(keys) - keys.count("benign") >= 25
    assert keys.count("benign") >= 10


@pytest.mark.parametrize(("statement", "kind"), MIXED.items(), ids=str)
def test_languages_may_be_mixed(statement, kind):
    assert kind in recognise(statement)


@given(statement=explicit, data=st.data())
def test_case_and_invisible_characters_hide_nothing_in_other_languages(statement, data):
    invisible = st.text("\u200b\u2060\ufeff\u00ad", max_size=2)
    typed = "".join(
        (letter.upper() if data.draw(st.booleans()) else letter) + data.draw(invisible) for letter in statement
    )
    assert EXPLICIT[statement] in recognise(typed)


@given(statement=explicit, before=st.sampled_from(["", "Hola. ", "你好。", "안녕하세요. ", "नमस्ते। "]))
def test_what_stands_around_takes_nothing_back_in_other_languages(statement, before):
    assert EXPLICIT[statement] in recognise(f"{before}{statement}. 123")


@pytest.mark.parametrize("statement", [word for word in EXPLICIT if re.search("[一-鿿ก-๛]", word)])
def test_spaces_and_signs_hide_nothing_where_words_are_written_without_spaces(statement):
    letters = re.findall(r".[\u0e31\u0e34-\u0e3a\u0e47-\u0e4e]*", statement)
    for sign in (" ", "。", "…", "*", "🥲"):
        assert EXPLICIT[statement] in recognise(sign.join(letters))


@pytest.mark.timeout(10)
@pytest.mark.parametrize("length", [2_000, 50_000])
@pytest.mark.parametrize("language", TEN)
def test_long_texts_made_of_the_patterns_own_words_are_answered(language, length):
    words = " ".join(statement for _, statement in rows(language)).split()
    once_more = "".join(islice(cycle("".join(words)), length))
    assert isinstance(recognise(once_more), frozenset)
    assert isinstance(recognise((words[0] + " ") * (length // (len(words[0]) + 1))), frozenset)


@settings(max_examples=60)
@given(st.data())
def test_pieces_of_statements_in_any_order_are_answered(data):
    language = data.draw(st.sampled_from(TEN))
    pieces = st.sampled_from([word for _, statement in rows(language) for word in statement.split()])
    text = " ".join(data.draw(st.lists(pieces, max_size=40)))
    assert recognise(text) == recognise(text)
