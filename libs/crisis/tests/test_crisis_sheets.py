"""The reviewed files: their shape is strict, so that a slip is found before a person meets it."""

import re

import pytest
from notalone_crisis import pattern_sheets, text_sheets
from notalone_crisis.pattern_sheets import all_rules, read_sheet
from notalone_crisis.text_sheets import text_sheet
from notalone_kernel.languages import LANGUAGES


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_language_has_patterns_for_every_kind(language):
    kinds = {name for group in read_sheet(language) for names in group["kinds"] for name in names.split()}
    assert kinds == {"EMERGENCY", "SUICIDE", "CHILD_ABUSE", "SEXUAL_VIOLENCE", "VIOLENCE"}


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_language_has_every_sentence(language):
    lines = text_sheet(language).lines
    assert len({(kind, text) for kind, text, _ in lines}) == 5 * 3 + 3
    assert all(line.strip() == line and line for line in lines.values())


def test_no_group_holds_words_that_no_one_named():
    for rule in all_rules().rules:
        assert not re.search(r"(?<!\?)(?<!\?P)<[a-z]+>", rule.pattern.pattern)


@pytest.mark.parametrize(
    ("form", "pattern"), [("tight", "死.+い"), ("folded", "want .{2,} die"), ("tight", "死.*"), ("words", "a{1,500}")]
)
def test_a_pattern_without_bound_is_refused(form, pattern):
    with pytest.raises(ValueError, match="unbounded"):
        pattern_sheets._compiled([pattern], form)


def test_a_pattern_with_an_unknown_part_is_refused():
    group = {"script": "latin", "form": "folded", "kinds": {"SUICIDE": [{"match": "x", "except": ["y"]}]}}
    with pytest.raises(ValueError, match="a pattern holds"):
        list(pattern_sheets._rules(group))


@pytest.mark.parametrize(
    "texts",
    [
        {"heard": {"GENERAL": "a", "CHILD": "b"}},
        {name: {"GENERAL": "a"} for name in ("heard", "safety", "person")},
        {name: {"GENERAL": "a", "CHILD": "b", "ADULT": "c"} for name in ("heard", "safety", "person")},
    ],
)
def test_a_missing_sentence_or_an_unknown_audience_is_refused(texts):
    with pytest.raises(ValueError, match="xx"):
        text_sheets._lines(texts, 1, text_sheets._OF_A_KIND, "xx")
