"""Understanding takes any text, does not care how it is typed, and says nothing where nothing is said."""

from functools import cache

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from notalone.common.v1.common_pb2 import Audience
from notalone_dialogue.understanding import NeedScore, Understanding, load_understanding, recogniser
from notalone_kernel.languages import LANGUAGES


@cache
def understanding() -> Understanding:
    return load_understanding()


def understand(text: str, audience: Audience.ValueType = Audience.GENERAL) -> list[NeedScore]:
    return understanding().understand(text, audience=audience)


SENTENCES = [
    "家賃が払えない",
    "上司にどなられる",
    "DVを受けている",
    "I can't pay my rent",
    "월세를 못 내요",
    "付不起房租",
]


@settings(deadline=None, max_examples=60)
@given(st.text(max_size=300))
def test_any_text_gives_at_most_six_needs_in_order_with_weights_up_to_one(text: str) -> None:
    found = understand(text)
    weights = [score.weight for score in found]
    assert len(found) <= 6
    assert weights == sorted(weights, reverse=True)
    assert all(0 < weight <= 1 for weight in weights)
    assert len({score.need for score in found}) == len(found)


@pytest.mark.parametrize("text", ["", " ", "\ud800", "。。。", "😭", "\u200b", "12345", "あ" * 20_000, "家賃" * 5_000])
def test_odd_texts_are_taken(text: str) -> None:
    assert len(understand(text)) <= 6


@settings(deadline=None, max_examples=30)
@given(st.sampled_from(SENTENCES), st.text(alphabet="。!?!?…、. ~😭🙏♡", max_size=6))
def test_punctuation_and_emoji_at_the_end_change_nothing(sentence: str, tail: str) -> None:
    assert understand(sentence + tail) == understand(sentence)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("DVを受けている", "ＤＶを受けている"),
        ("I CAN'T PAY MY RENT", "i cant pay my rent"),
        ("パワハラを受けた", "ﾊﾟﾜﾊﾗを受けた"),
        ("友達がいない", "ともだちがいない"),
        ("不能支付房租", "不能支付 房租"),
        ("não quero mais viver", "nao quero mais viver"),
        ("không trả được tiền nhà", "khong tra duoc tien nha"),
    ],
)
def test_spelling_width_case_and_accents_do_not_matter(one: str, other: str) -> None:
    assert [score.need for score in understand(one)] == [score.need for score in understand(other)]


@pytest.mark.parametrize("text", ["こんにちは", "ありがとう", "はい", "特にないです", "hello", "asdfgh", "테스트"])
def test_texts_without_a_need_give_none(text: str) -> None:
    assert understand(text) == []


@pytest.mark.parametrize("text", ["話を聞いてほしい", "さみしい", "なんだかしんどい", "つらい", "I feel lonely"])
def test_vague_distress_leads_to_someone_who_listens(text: str) -> None:
    assert {score.need for score in understand(text)} & {"lonely.talk", "mind.distress"}


def test_bullying_is_at_school_for_the_young_and_at_work_where_work_is_named() -> None:
    assert understand("いじめられてる", Audience.CHILD)[0].need == "school.bullying"
    assert understand("職場でいじめられてる")[0].need == "work.harassment"


def test_two_needs_of_one_text_are_both_understood() -> None:
    needs = {score.need for score in understand("仕事をクビになって家賃が払えない")}
    assert {"work.unemployed", "housing.rent"} <= needs


def test_all_right_is_no_husband() -> None:
    assert "violence.partner" not in {score.need for score in understand("怖いけど大丈夫")}


def test_a_text_in_two_languages_is_understood() -> None:
    assert "housing.rent" in {score.need for score in understand("rentが払えない help")}


@pytest.mark.parametrize("text", ["my child would also like to play", "online advice", "asdfgh", "admit", "old world"])
def test_latin_letters_within_a_longer_word_are_no_word_of_a_japanese_conversation(text: str) -> None:
    found = {score.need for score in understanding().understand(text, audience=Audience.GENERAL, language="ja")}
    assert not found & {"disability.developmental", "health.intractable", "violence.partner"}


@pytest.mark.parametrize("text", ["LDです", "息子はASD", "ＡＤＨＤ と言われた", "ADHDとASD"])
def test_latin_letters_beside_japanese_ones_are_a_word_of_their_own(text: str) -> None:
    found = understanding().understand(text, audience=Audience.GENERAL, language="ja")
    assert "disability.developmental" in {score.need for score in found}


@pytest.mark.parametrize(
    "text",
    [
        "仕事がなくなった",
        "仕事もなくなりました",
        "家賃が払えない。仕事もなくなった",
        "お金もなくなって困る",
        "住むところもなくなった",
    ],
)
def test_things_that_are_gone_are_nobody_who_died(text):
    assert "lonely.bereaved" not in {score.need for score in understand(text)}


@pytest.mark.parametrize("text", ["母がなくなった", "夫もなくなりました", "祖母を亡くした"])
def test_whoever_died_is_heard_also_without_kanji(text):
    assert "lonely.bereaved" in {score.need for score in understand(text)}


def test_what_is_prepared_is_not_built_once_more_for_the_first_words(monkeypatch) -> None:
    prepared = load_understanding()
    for name in prepared.languages:
        prepared.prepare(name)
    for builder in ("read_concepts", "ExampleIndex"):
        monkeypatch.setattr(recogniser, builder, None)
    for language in LANGUAGES:
        prepared.understand("やちんがはらえない", audience=Audience.GENERAL, language=language)
    with pytest.raises(TypeError):
        load_understanding().understand("家賃", audience=Audience.GENERAL, language="ja")
