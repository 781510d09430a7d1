"""What every conversation keeps to, whatever the language, the audience and the way."""

import itertools
import unicodedata
from concurrent.futures import ThreadPoolExecutor

import pytest
from notalone.dialogue.v1.dialogue_service_pb2 import Turn
from talk import AUDIENCES, LANGUAGES, SEED_PROGRAMME, Json, departures, names

MOST_SUGGESTIONS = 10
LONGEST_STATE = 4096
EVERYBODY = list(itertools.product(LANGUAGES, AUDIENCES))
# One worry in every language, in the words of somebody who writes it: the rent cannot be paid.
RENT = {
    "ja": "家賃が払えません",
    "en": "I can't pay my rent",
    "zh-Hans": "我付不起房租",
    "zh-Hant": "我付不起房租",
    "ko": "월세를 낼 수 없어요",
    "pt": "Não consigo pagar o aluguel",
    "es": "No puedo pagar el alquiler",
    "tl": "Hindi ko mabayaran ang upa",
    "th": "จ่ายค่าเช่าไม่ไหว",
    "vi": "Tôi không trả nổi tiền thuê nhà",
    "ne": "मैले घरभाडा तिर्न सकिनँ",
    "id": "Saya tidak bisa membayar sewa rumah",
}
# One worry a child or a teenager may have, so that every audience has something to tell.
TELL = {"GENERAL": "誰とも話していません", "CHILD": "学校でなかまはずれにされる", "TEEN": "学校に行きたくない"}


def hold(turn: Json, *, said: bool) -> None:
    """What holds of every turn; `said` when the person said or chose something before."""
    assert departures(turn, Turn) == []
    assert 0 < len(turn["conversation"]) <= LONGEST_STATE
    assert turn["messages"]
    assert all(message["text"].strip() for message in turn["messages"])
    assert len({choice["id"] for choice in turn["choices"]}) == len(turn["choices"])
    ids = [suggestion["programme"]["id"] for suggestion in turn["suggestions"]]
    assert len(ids) == len(set(ids)) <= MOST_SUGGESTIONS
    assert turn["degraded"] == []
    if said:
        assert ids
        assert all(suggestion["reasons"] for suggestion in turn["suggestions"])
    hold_readings(turn)


def hold_readings(turn: Json) -> None:
    lines = [*turn["messages"], *({"text": choice["label"], "ruby": choice["ruby"]} for choice in turn["choices"])]
    for line in lines:
        end_before = 0
        for ruby in line["ruby"]:
            assert end_before <= ruby["start"] < ruby["end"] <= len(line["text"])
            end_before = ruby["end"]
            below = line["text"][ruby["start"] : ruby["end"]]
            assert any("CJK UNIFIED" in unicodedata.name(letter, "") or letter == "々" for letter in below), below
            assert all("HIRAGANA" in unicodedata.name(letter) or letter == "ー" for letter in ruby["reading"])


@pytest.mark.parametrize(("language", "audience"), EVERYBODY)
def test_a_conversation_answers_a_choice_and_a_text(talk, language, audience):
    turn = talk.start(language=language, audience=audience)
    hold(turn, said=False)
    turn = talk.choose_id(turn, turn["choices"][0]["id"])
    hold(turn, said=True)
    turn = talk.say(turn, RENT[language])
    hold(turn, said=True)


@pytest.mark.parametrize(("language", "audience"), EVERYBODY)
def test_every_first_choice_leads_on_in_every_language(talk, language, audience):
    first = talk.start(language=language, audience=audience)
    for choice in first["choices"]:
        hold(talk.choose_id(first, choice["id"]), said=True)


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_same_worry_is_understood_in_every_language(talk, language):
    turn = talk.say(talk.start(language=language, audience="GENERAL"), RENT[language])
    assert "住居確保給付金" in names(turn)[:3]


@pytest.mark.parametrize("audience", AUDIENCES)
def test_labels_are_in_the_asked_language(talk, audience):
    labels = {
        language: tuple(choice["label"] for choice in talk.start(language=language, audience=audience)["choices"])
        for language in LANGUAGES
    }
    assert len(set(labels.values())) == len(LANGUAGES)


@pytest.mark.parametrize("audience", AUDIENCES)
def test_every_way_down_the_first_choices_ends_in_help(talk, audience):
    for choice in talk.start(language="ja", audience=audience)["choices"]:
        turn = talk.choose_id(talk.start(language="ja", audience=audience), choice["id"])
        for _ in range(3):
            if not turn["choices"]:
                break
            turn = talk.choose_id(turn, turn["choices"][0]["id"])
            hold(turn, said=bool(turn["answers"]))


def test_a_child_reads_every_kanji_of_a_turn_with_its_reading(talk):
    turn = talk.start(language="ja", audience="CHILD")
    for line in turn["messages"]:
        covered = {place for ruby in line["ruby"] for place in range(ruby["start"], ruby["end"])}
        bare = [letter for place, letter in enumerate(line["text"]) if place not in covered and "一" <= letter <= "龥"]
        assert not bare, (line["text"], bare)
    assert any(line["ruby"] for line in turn["messages"])


@pytest.mark.parametrize("audience", AUDIENCES)
def test_free_text_is_never_answered_by_a_question_alone(talk, audience):
    turn = talk.say(talk.start(language="ja", audience=audience), TELL[audience])
    hold(turn, said=True)
    assert turn["choices"]


@pytest.mark.parametrize(
    "text", ["ああああ", "🙂🙂", "   ", "?", "asdfgh", "\u202eabc", "👨‍👩‍👧‍👦", "a" * 2000, "死" * 2000]
)
def test_what_cannot_be_understood_still_gets_somebody_to_talk_to(talk, text):
    turn = talk.say(talk.start(language="ja"), text)
    hold(turn, said=True)
    assert any(suggestion["programme"]["contacts"] for suggestion in turn["suggestions"])


def test_the_state_stays_small_after_sixty_turns(talk):
    turn = talk.start(language="ja", audience="GENERAL")
    words = itertools.cycle(
        ["家賃が払えない", "子どもが学校に行かない", "親の介護で疲れた", "仕事をやめさせられた", "眠れない"]
    )
    for number in range(60):
        if number % 3 == 2 and turn["choices"]:
            turn = talk.choose_id(turn, turn["choices"][number % len(turn["choices"])]["id"])
        else:
            turn = talk.say(turn, next(words))
        hold(turn, said=bool(turn["answers"]) or number % 3 != 2)


def test_a_step_back_shows_the_question_and_the_suggestions_from_before(talk):
    first = talk.choose(talk.start(language="ja"), "子育て")
    further = talk.choose(first, "保育園に入れたい・入れない")
    assert names(further) != names(first)
    back = talk.back(further)
    assert back["choices"] == first["choices"]
    assert names(back) == names(first)
    assert back["answers"] == first["answers"]
    assert further["canGoBack"]


def test_back_from_the_start_stays_at_the_start(talk):
    start = talk.start(language="ja")
    assert not start["canGoBack"]
    back = talk.back(talk.back(start))
    assert back["choices"] == start["choices"]
    assert not back["canGoBack"]


def test_a_second_worry_adds_to_the_first(talk):
    one = talk.say(talk.start(language="ja"), "家賃が払えません")
    two = talk.say(one, "小さい子どもと遊べる場所や親同士が集まる場を知りたい")
    assert "住居確保給付金" in names(two)
    assert SEED_PROGRAMME in names(two)


def test_an_answer_can_be_given_from_any_earlier_turn(talk):
    first = talk.choose(talk.start(language="ja"), "子育て")
    talk.choose(first, "保育園に入れたい・入れない")
    other = talk.choose(first, "子ども・子育てについて相談したい")
    assert [answer["labelJa"] for answer in other["answers"]][-1] == "子ども・子育てについて相談したい"


def test_two_conversations_never_share_a_state(talk):
    states = {talk.start(language="ja")["conversation"] for _ in range(5)}
    assert len(states) == 5


@pytest.mark.parametrize("municipality", ["012301", "01230"])
def test_a_municipality_can_be_told_at_the_start(talk, municipality):
    hold(talk.say(talk.start(language="ja", municipalityCode=municipality), "家賃が払えません"), said=True)


CRIES = [
    ("ja", "GENERAL", "死にたい", "SUICIDE"),
    ("ja", "TEEN", "もう消えたい。死にたい", "SUICIDE"),
    ("ja", "CHILD", "お父さんになぐられている", "CHILD_ABUSE"),
    ("ja", "GENERAL", "夫に殴られています", "VIOLENCE"),
    ("ja", "GENERAL", "レイプされました", "SEXUAL_VIOLENCE"),
    ("ja", "GENERAL", "人が倒れて息をしていない", "EMERGENCY"),
    ("en", "GENERAL", "I want to kill myself", "SUICIDE"),
    ("en", "GENERAL", "My husband hits me", "VIOLENCE"),
    ("zh-Hans", "GENERAL", "我想自杀", "SUICIDE"),
    ("zh-Hant", "GENERAL", "我想自殺", "SUICIDE"),
    ("ko", "GENERAL", "자살하고 싶어요", "SUICIDE"),
    ("pt", "GENERAL", "Quero me matar", "SUICIDE"),
    ("es", "GENERAL", "Quiero suicidarme", "SUICIDE"),
    ("tl", "GENERAL", "Gusto ko nang magpakamatay", "SUICIDE"),
    ("th", "GENERAL", "อยากฆ่าตัวตาย", "SUICIDE"),
    ("vi", "GENERAL", "Tôi muốn tự tử", "SUICIDE"),
    ("ne", "GENERAL", "म आत्महत्या गर्न चाहन्छु", "SUICIDE"),
    ("id", "GENERAL", "Saya ingin bunuh diri", "SUICIDE"),
]


@pytest.mark.parametrize(("language", "audience", "text", "kind"), CRIES)
def test_a_cry_for_help_is_answered_first_and_stays_on_later_turns(talk, language, audience, text, kind):
    turn = talk.say(talk.start(language=language, audience=audience), text)
    hold(turn, said=True)
    assert turn["crisis"]["kinds"][0] == kind
    assert turn["crisis"]["messages"]
    assert len(turn["crisis"]["contacts"]) >= 3
    assert {contact["kind"] for contact in turn["crisis"]["contacts"]} & {"CHAT", "SNS", "SMS", "EMAIL"}
    assert turn["choices"], "it never ends the conversation"
    later = talk.say(turn, RENT[language])
    assert later["crisis"]["folded"] is True
    assert later["crisis"]["kinds"] == turn["crisis"]["kinds"]
    assert talk.back(later)["crisis"]["kinds"] == turn["crisis"]["kinds"]


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_cry_in_another_language_than_the_conversations_is_heard_too(talk, language):
    turn = talk.start(language=language, audience="GENERAL")
    for text in ("死にたい", "I want to kill myself", "Tôi muốn tự tử"):
        assert "SUICIDE" in talk.say(turn, text)["crisis"]["kinds"]


@pytest.mark.parametrize(
    "text", ["仕事が死ぬほど忙しい", "犬の散歩が好きです", "引っ越したい", "子どもの保育園を探している"]
)
def test_an_everyday_sentence_raises_no_alarm(talk, text):
    assert "crisis" not in talk.say(talk.start(language="ja"), text)


@pytest.mark.parametrize(
    ("text", "kinds"),
    [("夫に殴られていて、もう死にたい", {"SUICIDE", "VIOLENCE"}), ("死にたい。父に殴られる", {"SUICIDE"})],
)
def test_the_most_urgent_of_several_kinds_comes_first(talk, text, kinds):
    crisis = talk.say(talk.start(language="ja"), text)["crisis"]
    order = ["EMERGENCY", "SUICIDE", "CHILD_ABUSE", "SEXUAL_VIOLENCE", "VIOLENCE"]
    assert kinds <= set(crisis["kinds"])
    assert crisis["kinds"] == sorted(crisis["kinds"], key=order.index)


@pytest.mark.parametrize(("wish", "text"), [("open ones first", "死にたい"), ("open ones first", "夫に殴られています")])
def test_contacts_known_to_be_closed_never_stand_before_open_ones(talk, wish, text):
    contacts = talk.say(talk.start(language="ja"), text)["crisis"]["contacts"]
    closed = [place for place, contact in enumerate(contacts) if contact.get("openNow") is False]
    open_now = [place for place, contact in enumerate(contacts) if contact.get("openNow") is True]
    assert not closed or max(open_now) < min(closed), wish


def test_many_people_at_once_each_get_their_own_answer(talk):
    alone = {language: talk.say(talk.start(language=language), RENT[language]) for language in LANGUAGES}

    def one(language: str) -> tuple[str, Json]:
        return language, talk.say(talk.start(language=language), RENT[language])

    with ThreadPoolExecutor(max_workers=24) as people:
        together = list(people.map(one, LANGUAGES * 4))
    for language, turn in together:
        assert turn["messages"] == alone[language]["messages"]
        assert names(turn) == names(alone[language])
    assert len({turn["conversation"] for _, turn in together}) == len(together)
