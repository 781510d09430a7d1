"""What somebody who is afraid wants to know first: known with its source, or unknown, and never guessed."""

from datetime import datetime

import pytest
from notalone.catalog.v1.entry_pb2 import Entry, Provenance
from notalone.common.v1.common_pb2 import CHILD, TEEN
from notalone.common.v1.contact_pb2 import Contact
from notalone_kernel import facts
from notalone_kernel.hours import JAPAN
from notalone_kernel.languages import LANGUAGES
from notalone_kernel.programmes import present

NOON = datetime(2026, 11, 24, 12, 0, tzinfo=JAPAN)
OWN = Provenance(sources=["https://example.org/own"], as_of="2022-09", check_state=Contact.CHECKED)


def entry(**more) -> Entry:
    fields = {
        "id": "desk",
        "name": {"ja": "窓口"},
        "provenance": Provenance(sources=["https://example.org"], as_of="2021-11", check_state=Contact.NEEDS_RECHECK),
    }
    return Entry(**{**fields, **more})


def shown(found: Entry, language: str = "ja"):
    return present(found, language=language, now=NOON)


def test_what_nobody_knows_is_left_out():
    programme = shown(entry())
    assert not any(programme.HasField(name) for name in facts.FACTS)
    assert not programme.fact_checks


@pytest.mark.parametrize("value", [True, False])
@pytest.mark.parametrize("name", facts.FACTS)
def test_what_is_known_is_told_with_the_check_of_the_entry(name, value):
    programme = shown(entry(**{name: value}))
    assert getattr(programme, name) is value
    check = programme.fact_checks[facts.FACTS[name]]
    assert (check.checked_on, check.check_state) == ("2021-11", Contact.NEEDS_RECHECK)


def test_a_fact_with_a_source_of_its_own_is_told_with_that_one():
    programme = shown(entry(anonymous_ok=True, tells_employer=True, fact_provenance={"anonymous_ok": OWN}))
    assert programme.fact_checks["anonymousOk"].checked_on == "2022-09"
    assert programme.fact_checks["anonymousOk"].check_state == Contact.CHECKED
    assert programme.fact_checks["tellsEmployer"].checked_on == "2021-11"


def test_a_source_alone_makes_no_fact():
    assert not shown(entry(fact_provenance={"anonymous_ok": OWN})).fact_checks


@pytest.mark.parametrize(
    ("needs", "known", "asked"),
    [
        ({"foreign.visa": 1.0}, {}, True),
        ({"foreign.visa": 1.0}, {"asks_residence_status": False}, False),
        ({"foreign.visa": 0.4}, {}, False),
        ({"work.harassment": 0.8}, {}, True),
        ({"work.harassment": 0.8}, {"tells_employer": True}, False),
        ({"work.harassment": 0.8}, {"asks_residence_status": True}, True),
        ({"money.living": 1.0}, {}, False),
    ],
)
def test_where_it_matters_and_nobody_knows_who_hears_of_it_that_is_asked_first(needs, known, asked):
    found = entry(needs=needs, questions={"ja": {"items": ["費用はいくらですか"]}}, **known)
    questions = list(shown(found).questions)
    assert questions[-1] == "費用はいくらですか"
    assert (len(questions) == 2) is asked


def test_in_a_crisis_and_of_a_child_nothing_more_is_asked():
    needs = {"foreign.visa": 1.0}
    assert facts.to_ask(entry(needs=needs), "ja", TEEN)
    assert not facts.to_ask(entry(needs=needs), "ja", CHILD)
    assert not facts.to_ask(entry(needs=needs, floor=True), "ja")
    assert not present(entry(needs=needs), language="ja", now=NOON, audience=CHILD).questions


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_question_speaks_every_language_and_gives_nothing_away(language):
    (question,) = facts.to_ask(entry(needs={"foreign.no_status": 1.0}), language)
    assert language == "en" or question != facts.to_ask(entry(needs={"foreign.no_status": 1.0}), "en")[0]
    assert "在留" not in question
    assert "visa" not in question.lower()
