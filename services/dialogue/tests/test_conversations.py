"""The whole conversation on the packaged data, without a server."""

import random
from dataclasses import dataclass
from datetime import timedelta

import notalone_crisis
import notalone_data
import pytest
from conversing import NOW, SEALER, Talk
from notalone.catalog.v1.entry_pb2 import Entry
from notalone.common.v1.common_pb2 import Audience
from notalone.crisis.v1.crisis_pb2 import Crisis
from notalone.dialogue.v1 import dialogue_service_pb2 as pb
from notalone_chassis.clock import FixedClock
from notalone_chassis.errors import InvalidArgument
from notalone_dialogue.main import conversations
from notalone_dialogue.usecases import PURPOSE
from notalone_kernel.languages import LANGUAGES

SEED_PATH = ("childcare", "talk", "meet")


@dataclass(frozen=True)
class Heard:
    need: str
    weight: float


@dataclass(frozen=True)
class Found:
    entry: Entry
    score: float = 1.0
    because: tuple[str, ...] = ()


class HearsMuch:
    """Understands six needs in every text, other ones each time, and orders nothing."""

    def __init__(self):
        self.chance = random.Random(11)

    def understand(self, text, *, audience, language):
        return [Heard(need, 0.9) for need in self.chance.sample(sorted(notalone_data.needs()["needs"]), 6)]

    def rank(self, needs, entries, **person):
        return [Found(entry) for entry in entries[:5]]


def violations(error):
    return [(violation.field, violation.rule) for violation in error.value.violations]


def test_the_first_turn_greets_as_a_machine_and_offers_worries(talk):
    assert "自動応答" in talk.texts
    assert ("childcare", "子育て") in [(choice.id, choice.label) for choice in talk.turn.choices]
    assert not talk.turn.can_go_back
    assert not talk.turn.HasField("crisis")


def test_the_seeds_path_leads_to_the_childcare_support_centres_first(talk):
    for choice_id in SEED_PATH:
        talk.choose(choice_id)
        assert talk.turn.suggestions
    assert talk.names[0] == "地域子育て支援拠点事業"
    assert [answer.label_ja for answer in talk.turn.answers] == [
        "子育て",
        "子ども・子育てについて相談したい",
        "子育て中の親子が交流する場を知りたい",
    ]
    assert talk.turn.suggestions[0].reasons == ["『子育て中の親子が交流する場を知りたい』を選んだため"]


def test_back_takes_the_last_step_and_words_back(talk):
    talk.choose("childcare")
    before = talk.turn
    talk.say("家賃を滞納している")
    assert "住居確保給付金" in talk.names
    assert talk.back().answers == before.answers
    assert talk.turn.choices == before.choices
    assert not talk.back().can_go_back
    assert talk.back().choices


def test_words_get_suggestions_reasons_and_an_acknowledgement_that_never_repeats_them(talk):
    turn = talk.say("家賃を3か月滞納しています、どうしたら")
    assert talk.names[0] == "住居確保給付金"
    assert turn.suggestions[0].reasons[0] == "あなたの言葉から「家賃が払えない」と受け取ったため"
    assert "家賃が払えない" in talk.texts
    assert "滞納" not in str(turn.suggestions[0].reasons) + talk.texts
    assert any(choice.id == "housing/rent" for choice in turn.choices)


def test_a_matching_choice_after_words_can_be_chosen(talk):
    talk.say("家賃を3か月滞納しています")
    assert talk.choose("housing/rent").answers[-1].label == "家賃が払えない・追い出されそう"


def test_what_the_present_question_offers_too_is_offered_once_and_first(talk):
    talk.choose("housing")
    choices = talk.say("家賃を3か月滞納しています").choices
    assert choices[0].id == "rent"
    assert len({choice.label for choice in choices}) == len(choices)


def test_a_child_is_not_taken_for_a_parent(service):
    talk = Talk(service, audience=Audience.CHILD)
    talk.say("ママにたたかれる")
    assert "子育て" not in talk.texts
    assert "いえでたたかれる" in str(talk.turn.suggestions[0].reasons) or talk.turn.HasField("crisis")


def test_several_worries_in_one_conversation_are_all_answered(talk):
    talk.choose(*SEED_PATH, "more", "money", "debt")
    assert "地域子育て支援拠点事業" in talk.names
    assert any("債務" in name or "法テラス" in name or "消費" in name for name in talk.names)
    assert "more" not in [answer.choice_id for answer in talk.turn.answers]


def test_starting_again_forgets_the_answers(talk):
    turn = talk.choose(*SEED_PATH, "restart")
    assert not turn.answers
    assert not turn.can_go_back
    assert not turn.suggestions


@pytest.mark.parametrize(
    "text", ["😀🎈", "。。。", "\u200b", "a", "ｱ", "？" * 2000, "<script>alert(1)</script>", "\x00\x07"]
)
def test_words_that_say_nothing_still_get_people_to_talk_to(talk, text):
    turn = talk.say(text)
    assert len(turn.suggestions) >= 3
    assert turn.messages
    assert turn.choices


def test_a_cry_for_help_comes_first_and_stays_folded_on_later_turns_and_after_going_back(talk):
    turn = talk.say("死にたい。家賃も払えない")
    assert list(turn.crisis.kinds) == [Crisis.SUICIDE]
    assert not turn.crisis.folded
    desks = notalone_crisis.entry_ids(frozenset({Crisis.SUICIDE}), audience=Audience.GENERAL)
    assert turn.suggestions[0].programme.id in desks
    assert "住居確保給付金" in talk.names
    for later in (talk.choose("money"), talk.back(), talk.back(), talk.say("仕事を探している")):
        assert later.crisis.folded
        assert list(later.crisis.kinds) == [Crisis.SUICIDE]
        assert later.suggestions[0].programme.id in desks
    assert not talk.say("やっぱり死にたい").crisis.folded


def test_beside_the_crisis_desks_the_first_three_hold_what_fits_the_trouble(talk):
    talk.say("ストーカーに付きまとわれている")
    assert any("9110" in name for name in talk.names[:3])


@pytest.mark.parametrize(
    ("audience", "path", "kind"),
    [
        (Audience.GENERAL, ("mind", "vanish"), Crisis.SUICIDE),
        (Audience.GENERAL, ("violence", "partner"), Crisis.VIOLENCE),
        (Audience.GENERAL, ("now",), Crisis.EMERGENCY),
        (Audience.CHILD, ("family", "hurt"), Crisis.CHILD_ABUSE),
        (Audience.TEEN, ("scared", "sexual"), Crisis.SEXUAL_VIOLENCE),
    ],
)
def test_a_chosen_answer_can_be_a_cry_for_help(service, audience, path, kind):
    turn = Talk(service, audience=audience).choose(*path)
    assert kind in turn.crisis.kinds
    assert not turn.crisis.folded
    assert turn.crisis.contacts


def test_the_crisis_stays_when_the_person_starts_again(talk):
    turn = talk.choose("mind", "vanish", "restart")
    assert turn.crisis.folded
    assert turn.suggestions
    assert not turn.answers


@pytest.mark.parametrize("choice_id", ["nowhere", "meet", "more", "start/nothing", "gone/meet", "/", "子育て"])
def test_a_choice_that_is_not_offered_is_named(talk, choice_id):
    with pytest.raises(InvalidArgument) as error:
        talk.choose(choice_id)
    assert violations(error) == [("choice_id", "choice.unknown")]


@pytest.mark.parametrize(
    "token", ["x", "あ", "AAAA" * 100, "=", "\n", pytest.param(SEALER.seal(b"[]", purpose=PURPOSE), id="other")]
)
def test_a_broken_seal_still_brings_the_help_contacts(service, token):
    with pytest.raises(InvalidArgument) as error:
        service.reply(pb.ReplyConversationRequest(conversation=token, back=True), language="en")
    assert violations(error) == [("conversation", "conversation.broken")]
    assert error.value.details[0].contacts


def test_a_conversation_lasts_two_days_after_its_last_turn(understanding):
    clock = FixedClock(NOW)
    talk = Talk(conversations(sealer=SEALER, clock=clock, understanding=understanding))
    clock.advance(timedelta(hours=47))
    talk.choose("childcare")
    clock.advance(timedelta(hours=47))
    talk.choose("talk")
    clock.advance(timedelta(hours=49))
    with pytest.raises(InvalidArgument) as error:
        talk.back()
    assert violations(error) == [("conversation", "conversation.expired")]
    assert error.value.details[0].contacts


@pytest.mark.parametrize("code", ["99999", "012302", "00000"])
def test_an_impossible_municipality_is_named(service, code):
    with pytest.raises(InvalidArgument) as error:
        service.start(language="ja", audience=Audience.GENERAL, municipality_code=code)
    assert violations(error) == [("municipality_code", "municipality.unknown")]


def test_nothing_a_person_typed_is_in_the_sealed_state(talk):
    chance = random.Random(7)
    for _ in range(20):
        marker = "".join(chance.choice("qxzjkvw7391") for _ in range(12))
        talk.say(f"死にたい {marker} 家賃が払えない {marker}ゾゾヱヱ")
        inside = SEALER.open(talk.turn.conversation, purpose=PURPOSE).decode()
        assert not any(marker[at : at + 4] in inside for at in range(9))
        assert "ゾゾ" not in inside
        assert marker not in str(talk.turn).replace(talk.turn.conversation, "")


def test_the_conversation_stays_small_however_long_it_gets():
    talk = Talk(conversations(sealer=SEALER, clock=FixedClock(NOW), understanding=HearsMuch()))
    longest = 0
    for number in range(150):
        talk.say("いろいろある")
        talk.choose(talk.turn.choices[number % len(talk.turn.choices)].id)
        longest = max(longest, len(talk.turn.conversation))
    # Near the limit, so that the test shows that steps had to give way.
    assert 3500 < longest <= 4096


class HearsLittle(HearsMuch):
    """Is not sure."""

    def understand(self, text, *, audience, language):
        return [Heard("money.debt", 0.3), Heard("no.such.need", 0.9)]


def test_what_is_understood_weakly_is_asked_about_and_still_answered():
    talk = Talk(conversations(sealer=SEALER, clock=FixedClock(NOW), understanding=HearsLittle()))
    turn = talk.say("あれがちょっと")
    assert "こういうことですか" in talk.texts
    assert [choice.id for choice in turn.choices[:2]] == ["money/debt", "childcare"]
    assert len(turn.suggestions) >= 3


def test_adults_meet_desks_for_the_young_or_for_other_places_last(service):
    talk = Talk(service)
    talk.choose("lonely", "talk")
    assert not {"チャイルドライン", "よりそいホットライン（岩手県・宮城県・福島県から）"} & set(talk.names[:3])


def test_a_desk_of_the_persons_own_prefecture_is_found(service):
    talk = Talk(service, place="03201")
    talk.choose("lonely", "talk")
    assert "よりそいホットライン（岩手県・宮城県・福島県から）" in talk.names[:3]


class Fails:
    """Fails with the person's words in its message."""

    def understand(self, text, *, audience, language):
        raise RuntimeError(text)

    def rank(self, needs, entries, **person):
        raise RuntimeError


def test_a_fault_in_understanding_and_ranking_keeps_neither_the_crisis_answer_nor_people_to_talk_to_back(capsys):
    talk = Talk(conversations(sealer=SEALER, clock=FixedClock(NOW), understanding=Fails()))
    turn = talk.say("死にたい、どうしよう")
    assert turn.crisis.contacts
    assert len(turn.suggestions) >= 3
    assert set(turn.degraded) == {"understanding", "ranking"}
    logged = capsys.readouterr()
    assert "死にたい" not in logged.out + logged.err
    assert talk.choose("money").suggestions


def test_children_read_furigana_in_what_is_understood_and_plain_kana_in_reasons(service):
    talk = Talk(service, audience=Audience.CHILD)
    assert talk.turn.choices[0].label == "学校のこと"
    assert [(ruby.start, ruby.end, ruby.reading) for ruby in talk.turn.choices[0].ruby] == [(0, 2, "がっこう")]
    turn = talk.choose("school", "absence")
    assert turn.suggestions[0].reasons == ["『がっこうにいきたくない』をえらんだから"]
    turn = talk.say("学校でいじめられている")
    assert any(message.ruby for message in turn.messages)


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_language_is_spoken_throughout(service, language):
    talk = Talk(service, language=language)
    talk.choose(*SEED_PATH)
    reasons = talk.turn.suggestions[0].reasons
    assert reasons
    assert ("選んだ" in reasons[0]) == (language == "ja")


def test_the_flow_is_a_graph_that_names_its_topics(service):
    flow = service.flow(audience=Audience.GENERAL, language="en")
    nodes = {node.id: node for node in flow.nodes}
    assert nodes["childcare_talk.meet"].topics == ["childcare.meet"]
    assert nodes["childcare_talk.meet"].leaf
    assert all(edge.from_node_id in nodes and edge.to_node_id in nodes for edge in flow.edges)
    assert flow.start_node_id in nodes
