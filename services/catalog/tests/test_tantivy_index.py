"""The embedded search index finds what people type."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from notalone.catalog.v1.entry_pb2 import Entry
from notalone_catalog.adapters.tantivy_index import TantivyProgrammeIndex

LABELS = {"housing.rent": {"ja": "家賃が払えない", "en": "I cannot pay my rent"}}


def entry(id_: str, name: str, *, summary: str = "…", english: str = "", **fields) -> Entry:
    return Entry(id=id_, name={"ja": name, "en": english}, furigana="", summary={"ja": summary}, **fields)


ENTRIES = [
    entry(
        "rent", "住居確保給付金", english="Housing security benefit", needs={"housing.rent": 1}, aliases=["家賃補助"]
    ),
    entry("care", "地域包括支援センター", summary="介護や物忘れの相談ができます。"),
    entry("bereaved", "死亡一時金", summary="亡くなった方のご家族が受け取れます。"),
    entry("hikikomori", "ひきこもり地域支援センター"),
    entry("dv", "DV相談プラス"),
    entry("family", "ファミリー・サポート・センター事業"),
]


@pytest.fixture(scope="module")
def index() -> TantivyProgrammeIndex:
    built = TantivyProgrammeIndex(LABELS)
    built.replace(ENTRIES)
    return built


def found(index: TantivyProgrammeIndex, words: str) -> list[str]:
    return [hit.entry_id for hit in index.search(words)]


@pytest.mark.parametrize(
    ("words", "first"),
    [
        ("住居確保給付金", "rent"),
        ("家賃", "rent"),
        ("家賃が払えません", "rent"),
        ("rent", "rent"),
        ("HOUSING benefit", "rent"),
        ("介護", "care"),
        ("死", "bereaved"),
        ("死亡", "bereaved"),
        ("ひきこもり", "hikikomori"),
        ("ヒキコモリ", "hikikomori"),
        ("ﾋｷｺﾓﾘ", "hikikomori"),
        ("ｄｖ", "dv"),
        ("dv 相談", "dv"),
        ("ファミリーサポート", "family"),
        ("ふぁみりー", "family"),
    ],
)
def test_a_word_finds_its_entry_first_whatever_its_writing(index, words, first):
    assert found(index, words)[0] == first


@pytest.mark.parametrize("words", ["", "   ", "。。。", "🙂", "\u200b"])
def test_words_without_letters_find_nothing(index, words):
    assert found(index, words) == []


def test_an_exact_run_of_characters_ranks_before_the_same_characters_scattered():
    index = TantivyProgrammeIndex({})
    index.replace([entry("scattered", "支給する年金と養育の援"), entry("exact", "養育支援の事業")])
    assert found(index, "養育支援")[0] == "exact"


def test_a_word_in_kana_finds_its_kanji_where_the_reading_is_known():
    index = TantivyProgrammeIndex(LABELS, readings={"家賃": "やちん", "払え": "はらえ"})
    index.replace(ENTRIES)
    assert found(index, "やちん")[0] == "rent"
    assert found(index, "ヤチンがはらえない")[0] == "rent"


def test_replacing_forgets_what_was_there(index):
    other = TantivyProgrammeIndex({})
    other.replace(ENTRIES)
    other.replace([entry("new", "新しい制度")])
    assert found(other, "住居確保給付金") == []
    assert found(other, "制度") == ["new"]


def test_better_hits_come_first(index):
    scores = [hit.score for hit in index.search("支援センター")]
    assert scores == sorted(scores, reverse=True)
    assert len(scores) >= 2


@given(st.text(max_size=200))
def test_nothing_a_person_can_type_breaks_the_search(text):
    index = TantivyProgrammeIndex({})
    index.replace(ENTRIES)
    assert len(found(index, text)) <= len(ENTRIES)
