"""Every error has a sentence in every language."""

import string

import pytest
from notalone_chassis import wording
from notalone_kernel.languages import LANGUAGES

RULES = sorted(wording._table())


@pytest.mark.parametrize("rule", RULES)
def test_every_rule_speaks_all_twelve_languages_with_the_same_blanks(rule):
    texts = wording._table()[rule]
    assert set(texts) == set(LANGUAGES)
    blanks = {
        language: {name for _, name, _, _ in string.Formatter().parse(t) if name} for language, t in texts.items()
    }
    assert len({frozenset(names) for names in blanks.values()}) == 1, blanks
    assert all(text.strip() == text and text for text in texts.values())


def test_an_unknown_rule_still_gets_a_sentence():
    assert wording.sentence("no.such.rule", language="ja") == "この項目の値が正しくありません。"


def test_a_rule_whose_blank_is_not_given_gets_the_general_sentence():
    assert wording.sentence("string.max_len", language="en") == "This value is not valid."


def test_a_blank_is_filled_in():
    assert wording.sentence("string.max_len", language="en", params={"limit": 5}).endswith("at most 5 characters.")
