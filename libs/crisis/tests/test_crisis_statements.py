"""Tables of statements, one file per language: what must be heard, and what must not raise an alarm."""

from pathlib import Path

import pytest
import yaml
from notalone.crisis.v1.crisis_pb2 import Crisis
from notalone_crisis import recognise
from notalone_kernel.languages import LANGUAGES

HERE = Path(__file__).parent
BENIGN = "benign"
# Somewhat below what was measured (see README), since the rows are few; to be raised, never lowered.
RECALL_FLOOR = 0.65
RECALL_FLOORS = {"ja": 0.78, "en": 0.77}
FALSE_ALARM_CEILING = 0.20


def table(folder, language):
    content = yaml.safe_load((HERE / folder / f"{language}.yaml").read_text("utf-8"))
    return [(kinds, statement) for kinds, statements in content.items() for statement in statements]


def names(kinds):
    return {Crisis.Kind.Name(kind) for kind in kinds}


def wanted(kinds):
    return set() if kinds == BENIGN else set(kinds.split())


STATEMENTS = [(language, *row) for language in LANGUAGES for row in table("statements", language)]
HELD_OUT = [(language, *row) for language in LANGUAGES for row in table("heldout", language)]


@pytest.mark.parametrize(
    ("kinds", "statement"), [row[1:] for row in STATEMENTS if row[1] != BENIGN], ids=lambda value: value[:40]
)
def test_a_cry_for_help_is_heard(kinds, statement):
    assert wanted(kinds) <= names(recognise(statement))


@pytest.mark.parametrize("statement", [row[2] for row in STATEMENTS if row[1] == BENIGN], ids=lambda value: value[:40])
def test_harmless_words_raise_no_alarm(statement):
    assert names(recognise(statement)) == set()


@pytest.mark.parametrize("language", LANGUAGES)
def test_each_language_has_its_table_of_all_kinds(language):
    rows = table("statements", language)
    assert {name for kinds, _ in rows for name in wanted(kinds)} == set(Crisis.Kind.keys()[1:])
    assert sum(kinds != BENIGN for kinds, _ in rows) >= 20
    assert sum(kinds == BENIGN for kinds, _ in rows) >= 8


def test_the_tables_hold_at_least_four_hundred_statements_without_doubles():
    statements = [(row[0], row[2]) for row in STATEMENTS]
    assert len(statements) >= 400
    assert len(set(statements)) == len(statements)


def test_kinds_that_nobody_spoke_of_are_rare():
    """A wrong second kind changes which desk comes first."""
    cries = [row for row in STATEMENTS if row[1] != BENIGN]
    more = [row for row in cries if names(recognise(row[2])) - wanted(row[1])]
    assert len(more) <= len(cries) * 0.10, more


def test_statements_written_after_the_patterns_are_heard():
    """What nobody tuned for: the honest measure. It must not fall; tuning on these rows would spoil it."""
    cries = [row for row in HELD_OUT if row[1] != BENIGN]
    missed = [row for row in cries if not wanted(row[1]) & names(recognise(row[2]))]
    assert 1 - len(missed) / len(cries) >= RECALL_FLOOR, missed


@pytest.mark.parametrize("language", RECALL_FLOORS)
def test_languages_most_people_here_write_are_heard_more(language):
    cries = [row for row in HELD_OUT if row[0] == language and row[1] != BENIGN]
    heard = [row for row in cries if wanted(row[1]) & names(recognise(row[2]))]
    assert len(heard) / len(cries) >= RECALL_FLOORS[language]


def test_harmless_statements_written_after_the_patterns_raise_few_alarms():
    harmless = [row for row in HELD_OUT if row[1] == BENIGN]
    alarms = [row for row in harmless if recognise(row[2])]
    assert len(alarms) / len(harmless) <= FALSE_ALARM_CEILING, alarms
