"""The embedded search index finds what people type."""

from datetime import UTC, datetime

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from notalone.catalog.v1.entry_pb2 import Entry
from notalone_catalog.adapters.tantivy_index import TantivyProgrammeIndex
from notalone_catalog.ports import Change, Question

NOW = datetime(2026, 4, 1, 3, tzinfo=UTC)
LABELS = {"housing.rent": {"ja": "家賃が払えない", "en": "I cannot pay my rent"}}


def entry(id_: str, name: str, *, summary: str = "…", english: str = "", **fields) -> Entry:
    names = {"ja": name, "en": english}
    return Entry(id=id_, name=names, furigana="", summary={"ja": summary}, status=Entry.ACTIVE, **fields)


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


async def built(entries: list[Entry], labels=LABELS, **options) -> TantivyProgrammeIndex:
    index = TantivyProgrammeIndex(labels, **options)
    await index.replace(entries)
    return index


@pytest.fixture
async def index() -> TantivyProgrammeIndex:
    return await built(ENTRIES)


async def found(index: TantivyProgrammeIndex, words: str) -> list[str]:
    return [hit.entry.id for hit in (await index.search(Question(now=NOW, words=words, limit=100))).hits]


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
async def test_a_word_finds_its_entry_first_whatever_its_writing(index, words, first):
    assert (await found(index, words))[0] == first


@pytest.mark.parametrize("words", ["", "   ", "。。。", "🙂", "\u200b"])
async def test_words_without_letters_find_nothing(index, words):
    assert await found(index, words) == []


async def test_an_exact_run_of_characters_ranks_before_the_same_characters_scattered():
    index = await built([entry("scattered", "支給する年金と養育の援"), entry("exact", "養育支援の事業")], {})
    assert (await found(index, "養育支援"))[0] == "exact"


async def test_a_word_in_kana_finds_its_kanji_where_the_reading_is_known():
    index = await built(ENTRIES, readings={"家賃": "やちん", "払え": "はらえ"})
    assert (await found(index, "やちん"))[0] == "rent"
    assert (await found(index, "ヤチンがはらえない"))[0] == "rent"


async def test_replacing_forgets_what_was_there(index):
    await index.replace([entry("new", "新しい制度")])
    assert await found(index, "住居確保給付金") == []
    assert await found(index, "制度") == ["new"]


async def test_better_hits_come_first(index):
    scores = [hit.score for hit in (await index.search(Question(now=NOW, words="支援センター"))).hits]
    assert scores == sorted(scores, reverse=True)
    assert len(scores) >= 2


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(text=st.text(max_size=200))
async def test_nothing_a_person_can_type_breaks_the_search(index, text):
    assert len(await found(index, text)) <= len(ENTRIES)


def renamed(name: str, revision: int, **fields) -> Change:
    return Change("rent", revision, entry("rent", name, revision=revision, **fields))


async def test_a_change_is_found_by_its_new_words_and_no_more_by_its_old_ones(index):
    await index.apply([renamed("灯油の補助", 1)])
    assert await found(index, "灯油") == ["rent"]
    assert "rent" not in await found(index, "住居確保給付金")


async def test_what_is_withdrawn_is_not_found_and_an_older_change_brings_it_not_back(index):
    await index.apply([renamed("灯油の補助", 1), Change("rent", 2, None), renamed("灯油の補助", 1)])
    await index.apply([renamed("灯油の補助", 1)])
    assert await found(index, "灯油") == []
    await index.apply([renamed("灯油の補助", 3)])
    assert await found(index, "灯油") == ["rent"]


async def test_what_has_ended_is_not_found(index):
    await index.apply([Change("care", 1, Entry(id="care", name={"ja": "介護"}, status=Entry.DEFUNCT, revision=1))])
    assert "care" not in await found(index, "介護")
