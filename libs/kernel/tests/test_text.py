import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from notalone_kernel.text import bigrams, fold_accents, fold_kana, normalise

anything = st.text(alphabet=st.characters())
people_type = st.text(
    alphabet="死にたいィｲﾞﾟ゛゜ーｰ〜～-‐－ サビｻaAＡéﬁ\u200b\ufe0f\u0301\u0e33กनि가\n\t　123！\ud83d\U0001f44d\u3099"
)


@pytest.mark.parametrize(
    ("typed", "compared"),
    [
        ("ＤＶ", "dv"),
        ("ﾃﾞｻﾞｲﾝ", "デザイン"),
        ("か゛くえん", "がくえん"),
        ("死\u200bに\u00adた\ufe0fい", "死にたい"),
        ("  家\u3000賃 \n\t", "家 賃"),
        ("しにたいいいいい", "しにたいい"),
        ("つらーーーい～～", "つらーいー"),
        ("サ-ビス", "サービス"),
        ("HELPPPPP", "helpp"),
        ("0000", "0000"),
        ("10時~17時", "10時~17時"),
        ("a\ud800b", "a\ufffdb"),
        ("", ""),
    ],
)
def test_texts_that_people_type_in_many_ways_become_one(typed: str, compared: str) -> None:
    assert normalise(typed) == compared


@given(anything | people_type)
@example("\u1161\u3164\u1100")
@example("a\u200b\u0301")
@example("ーーか~ー")
def test_normalising_twice_changes_nothing_more(text: str) -> None:
    once = normalise(text)
    assert normalise(once) == once


@given(anything | people_type)
def test_normal_text_can_always_be_written_down(text: str) -> None:
    assert normalise(text).encode("utf-8").decode("utf-8") == normalise(text)


@given(st.text(alphabet="死家助けたい辛"))
def test_words_survive(text: str) -> None:
    assert set(normalise(text)) == set(text)


def test_katakana_fold_to_hiragana_and_the_long_vowel_stays() -> None:
    assert fold_kana("コーヒーを飲ム") == "こーひーを飲む"
    assert fold_kana("ヴァヵヶヽ") == "ゔぁゕゖゝ"


@pytest.mark.parametrize("word", ["死", "家", "介護", "ひきこもり", "生活保護", "ปวด", "자살"])
def test_a_word_inside_a_sentence_shares_its_terms(word: str) -> None:
    sentence = set(bigrams(f"あの{word}のことで相談したい"))
    assert set(bigrams(word)) <= sentence


def test_words_of_other_scripts_stay_whole_with_their_marks() -> None:
    assert bigrams("Help me, मलाई सहयोग चाहियो!") == ["help", "me", "मलाई", "सहयोग", "चाहियो"]
    assert bigrams("gia đình") == ["gia", "dinh"]


def test_accents_make_no_difference_to_the_terms_and_other_marks_stay() -> None:
    assert bigrams("depressão, psicológica, niño") == bigrams("DEPRESSAO psicologica nino")
    assert bigrams("muốn chết") == bigrams("muon chet")
    assert fold_accents("がぱ 가 ที่ नी é") == "がぱ 가 ที่ नी e"


def test_kana_and_width_make_no_difference_to_the_terms() -> None:
    assert bigrams("ﾃﾞｨｻﾋﾞﾘﾃｨ") == bigrams("ディサビリティ") == bigrams("でぃさびりてぃ")


@given(anything | people_type)
def test_folding_accents_twice_changes_nothing_more(text: str) -> None:
    folded = fold_accents(normalise(text))
    assert fold_accents(folded) == folded


@given(anything | people_type)
def test_terms_are_never_empty_and_hold_no_space(text: str) -> None:
    assert all(term and not any(character.isspace() for character in term) for term in bigrams(text))
