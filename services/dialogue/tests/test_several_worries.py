"""Somebody names more than one worry, by words, by choices or by both: what is suggested answers each of them."""

import pytest
from conversing import Talk
from notalone.common.v1.common_pb2 import CHILD, GENERAL, TEEN
from notalone_kernel.languages import LANGUAGES

# The rent cannot be paid, and the child is bullied at school.
RENT_AND_BULLYING = {
    "ja": "家賃が払えません。子どもも学校でいじめられています",
    "en": "I cannot pay my rent and my child is being bullied at school",
    "zh-Hans": "交不起房租，孩子在学校被欺负",
    "zh-Hant": "付不起房租，孩子在學校被欺負",
    "ko": "월세를 못 내고 있고 아이가 학교에서 괴롭힘을 당해요",
    "pt": "Não consigo pagar o aluguel e meu filho sofre bullying na escola",
    "es": "No puedo pagar el alquiler y a mi hijo lo acosan en la escuela",
    "tl": "Hindi ko mabayaran ang upa at binu-bully ang anak ko sa eskuwela",
    "th": "จ่ายค่าเช่าไม่ไหว และลูกถูกแกล้งที่โรงเรียน",
    "vi": "Tôi không trả được tiền thuê nhà và con tôi bị bắt nạt ở trường",
    "ne": "भाडा तिर्न सकिनँ र मेरो बच्चालाई स्कुलमा हेपिन्छ",
    "id": "Saya tidak bisa bayar sewa dan anak saya dirundung di sekolah",
}


def answered(talk, first=5):
    """The needs that the first suggestions answer."""
    return {topic for each in list(talk.turn.suggestions)[:first] for topic in each.programme.topics}


def on_the_memo(talk):
    told = talk.describe(language=talk.language)
    return {answer.choice_id for answer in told.answers}, {need.id for need in told.needs}


def test_the_sentences_speak_all_twelve_languages():
    assert set(RENT_AND_BULLYING) == set(LANGUAGES)


@pytest.mark.parametrize("language", LANGUAGES)
def test_two_worries_in_one_sentence_are_both_answered(service, language):
    talk = Talk(service, language=language)
    talk.say(RENT_AND_BULLYING[language])
    assert {"housing.rent", "school.bullying"} <= answered(talk, first=3)
    assert {"housing.rent", "school.bullying"} <= on_the_memo(talk)[1]
    offered = {choice.id for choice in talk.turn.choices}
    assert {"housing/rent", "school/bullying"} <= offered


@pytest.mark.parametrize(
    ("audience", "text", "needs"),
    [
        (GENERAL, "離婚したい。借金もある。眠れない", {"family.divorce", "money.debt", "mind.distress"}),
        (GENERAL, "家賃が払えないし、父の介護で疲れました", {"housing.rent", "care.parent"}),
        (TEEN, "学校でいじめられてる。あと家にお金がなくて進学できるか不安", {"school.bullying", "school.cost"}),
        (CHILD, "がっこうでいじめられる。ごはんがない", {"school.bullying", "money.food"}),
    ],
)
def test_the_young_and_those_with_three_worries_too(service, audience, text, needs):
    talk = Talk(service, audience=audience)
    talk.say(text)
    assert needs <= answered(talk)
    assert needs <= on_the_memo(talk)[1]


@pytest.mark.parametrize(
    ("audience", "first", "second", "needs"),
    [
        (GENERAL, ("housing", "rent"), ("money", "debt"), {"housing.rent", "money.debt"}),
        (TEEN, ("school", "bullying"), ("family", "carer"), {"school.bullying", "family.young_carer"}),
        (CHILD, ("school", "bullying"), ("family", "carer"), {"school.bullying", "family.young_carer"}),
    ],
)
def test_two_worries_by_choices_are_both_answered(service, audience, first, second, needs):
    talk = Talk(service, audience=audience)
    talk.choose(*first, "more", *second)
    assert needs <= answered(talk)
    assert {first[1], second[1]} <= on_the_memo(talk)[0]


def test_one_by_choice_and_one_by_words_in_either_order(service):
    wanted = {"housing.rent", "care.parent"}
    words_last, words_first = Talk(service), Talk(service)
    words_last.choose("housing", "rent")
    words_last.say("父の介護で疲れました")
    words_first.say("父の介護で疲れました")
    words_first.choose("housing", "rent")
    for talk in (words_last, words_first):
        assert wanted <= answered(talk)
        chosen, understood = on_the_memo(talk)
        assert "rent" in chosen
        assert "care.parent" in understood


def test_a_worry_that_was_taken_back_is_not_answered_any_more(service):
    talk = Talk(service)
    talk.choose("housing", "rent")
    talk.say("父の介護で疲れました")
    talk.back()
    assert "care.parent" not in answered(talk, first=3)
    assert "housing.rent" in answered(talk, first=3)
