"""What the memo is told of a conversation."""

import pytest
from conversing import NOW, SEALER, Talk
from notalone.common.v1.common_pb2 import Audience
from notalone.crisis.v1.crisis_pb2 import Crisis
from notalone_chassis.clock import FixedClock
from notalone_chassis.errors import InvalidArgument
from notalone_dialogue.main import conversations

SEED_PATH = ("childcare", "talk", "meet")


class Fails:
    """Understands and ranks nothing."""

    def understand(self, text, *, audience, language):
        raise RuntimeError

    def rank(self, needs, entries, **person):
        raise RuntimeError


def test_a_fault_in_ranking_does_not_keep_the_memo_back():
    talk = Talk(conversations(sealer=SEALER, clock=FixedClock(NOW), understanding=Fails()))
    talk.say("家賃")
    told = talk.describe(language="ja")
    assert told.programmes
    assert list(told.degraded) == ["ranking"]


def test_the_memo_gets_answers_needs_and_programmes_in_both_languages(service):
    talk = Talk(service, language="en", place="01230")
    talk.choose(*SEED_PATH)
    talk.say("家賃が払えない")
    told = talk.describe()
    assert (told.language, told.audience, told.municipality_code) == ("en", Audience.GENERAL, "012301")
    assert next(answer.label_ja for answer in told.answers) == "子育て"
    assert "housing.rent" in [need.id for need in told.needs]
    assert 1 <= len(told.programmes) <= 3
    first = told.programmes[0]
    assert first.programme.id == first.programme_ja.id == talk.turn.suggestions[0].programme.id
    assert first.reasons_ja != first.reasons
    assert first.programme_ja.display_name == first.programme.display_name_ja


def test_the_memo_keeps_the_persons_own_order_of_programmes_and_language(talk):
    talk.choose(*SEED_PATH)
    ids = [talk.turn.suggestions[2].programme.id, talk.turn.suggestions[0].programme.id]
    told = talk.describe(*ids, language="pt-BR")
    assert [each.programme.id for each in told.programmes] == ids
    assert told.language == "pt"
    with pytest.raises(InvalidArgument) as error:
        talk.describe("gone")
    assert [(each.field, each.rule) for each in error.value.violations] == [("programme_ids[0]", "not_found")]


def test_the_memo_for_the_counter_leaves_crisis_desks_out_unless_they_are_asked_for(talk):
    talk.say("家賃が払えません。もう死にたいです")
    suggested = [suggestion.programme.id for suggestion in talk.turn.suggestions]
    told = talk.describe(language="ja")
    assert suggested[0] == "yorisoi-hotline"
    assert "jukyo-kakuho-kyufukin" in [described.programme.id for described in told.programmes]
    assert "yorisoi-hotline" not in [described.programme.id for described in told.programmes]
    asked = talk.describe("yorisoi-hotline", language="ja")
    assert [described.programme.id for described in asked.programmes] == ["yorisoi-hotline"]


def test_the_memo_tells_the_kinds_of_crisis_most_urgent_first(talk):
    talk.choose("violence", "partner", "more", "mind", "vanish")
    told = talk.describe()
    assert list(told.crisis_kinds) == [Crisis.SUICIDE, Crisis.VIOLENCE]


def test_what_a_child_chose_comes_with_its_readings(service):
    talk = Talk(service, audience=Audience.CHILD)
    talk.choose(talk.turn.choices[0].id)
    described = talk.describe()
    read_aloud = [*described.answers, *described.programmes]
    assert all(answer.label_ja for answer in described.answers)
    assert any(getattr(one, "label_ja_ruby", ()) or getattr(one, "summary_ja_ruby", ()) for one in read_aloud)
    assert all(programme.name_ja_reading for programme in described.programmes)
    for programme in described.programmes:
        for ruby in programme.summary_ja_ruby:
            assert ruby.end <= len(programme.programme_ja.summary)
