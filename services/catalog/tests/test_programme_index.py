"""The search index, embedded and on Elasticsearch, finds what people type."""

from __future__ import annotations

import secrets
from datetime import UTC, datetime

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from notalone.catalog.v1.entry_pb2 import Channel, Entry
from notalone.catalog.v1.programme_pb2 import Programme
from notalone.common.v1.common_pb2 import CHILD, GENERAL
from notalone_catalog.adapters.elasticsearch import blueprint
from notalone_catalog.adapters.elasticsearch.index import ElasticsearchProgrammeIndex, connect
from notalone_catalog.adapters.tantivy_index import TantivyProgrammeIndex
from notalone_catalog.domain.wording import Wording
from notalone_catalog.ports import ProgrammeIndex, Question
from notalone_kernel.entry_shelf import Change

NOW = datetime(2026, 4, 1, 3, tzinfo=UTC)
LABELS = {"housing.rent": {"ja": "家賃が払えない", "en": "I cannot pay my rent"}}
SYNONYMS = [["部屋代", "家賃"], ["DV", "配偶者暴力"], ["スマホ", "スマートフォン"]]
READINGS = {"家賃": "やちん", "払え": "はらえ"}
WORDING = Wording(LABELS, readings=READINGS, synonyms=SYNONYMS)


def entry(id_: str, name: str, *, summary: str = "…", english: str = "", **fields) -> Entry:
    names = {"ja": name, "en": english} if english else {"ja": name}
    usual = {"status": Entry.ACTIVE, "kind": Programme.SCHEME, "audiences": [GENERAL], "furigana": id_}
    return Entry(id=id_, name=names, summary={"ja": summary}, **(usual | fields))


ENTRIES = [
    entry(
        "rent",
        "住居確保給付金",
        english="Housing security benefit",
        needs={"housing.rent": 1},
        aliases=["家賃補助"],
        furigana="じゅうきょかくほきゅうふきん",
    ),
    entry("care", "地域包括支援センター", summary="介護や物忘れの相談ができます。", furigana="ちいきほうかつ"),
    entry("bereaved", "死亡一時金", summary="亡くなった方のご家族が受け取れます。"),
    entry("hikikomori", "ひきこもり地域支援センター", kind=Programme.DESK, audiences=[GENERAL, CHILD]),
    entry("dv", "DV相談プラス", kind=Programme.DESK, prefectures=["13"], needs={"violence.partner": 0.5}),
    entry("family", "ファミリー・サポート・センター事業", english="Family support centre"),
    entry("ended", "終わった制度", status=Entry.DEFUNCT),
    entry("past", "期限のある窓口", channels=[Channel(value="03", valid_until="2026-03-31")]),
    entry("today", "今日までの窓口", channels=[Channel(value="03", valid_until="2026-04-01")]),
    entry("future", "これからの窓口", channels=[Channel(value="03", valid_from="2026-04-02")]),
    entry("app", "スマートフォンの使い方教室", english="ความช่วยเหลือ"),
]


def asked(words: str | None = None, **fields) -> Question:
    return Question(now=NOW, words=words, **({"limit": 100} | fields))


async def found(index: ProgrammeIndex, words: str | None = None, **fields) -> list[str]:
    return [hit.entry.id for hit in (await index.search(asked(words, **fields))).hits]


def renamed(name: str, revision: int, **fields) -> Change:
    return Change("rent", revision, entry("rent", name, revision=revision, **fields))


class ProgrammeIndexContract:
    """What holds for every index; a subclass gives an empty one as the fixture `empty`."""

    @pytest.fixture
    async def index(self, empty: ProgrammeIndex) -> ProgrammeIndex:
        await empty.replace(ENTRIES)
        return empty

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
            ("やちん", "rent"),
            ("ヤチンがはらえない", "rent"),
            ("部屋代", "rent"),
            ("部屋代が高い", "rent"),
            ("配偶者暴力", "dv"),
            ("スマホ", "app"),
            ("スマホが分からない", "app"),
            ("ช่วยเหลือ", "app"),
        ],
    )
    async def test_a_word_finds_its_entry_first_whatever_its_writing(self, index, words, first):
        assert (await found(index, words))[0] == first

    @pytest.mark.parametrize("words", ["", "。。。", "🙂", "\u200b"])
    async def test_words_without_letters_find_nothing(self, index, words):
        assert await found(index, words) == []
        assert not (await index.suggest(asked(words))).hits

    async def test_an_exact_run_of_characters_ranks_before_the_same_characters_scattered(self, empty):
        await empty.replace([entry("scattered", "支給する年金と養育の援"), entry("exact", "養育支援の事業")])
        assert (await found(empty, "養育支援"))[0] == "exact"

    async def test_better_hits_come_first(self, index):
        scores = [hit.score for hit in (await index.search(asked("支援センター"))).hits]
        assert scores == sorted(scores, reverse=True)
        assert len(scores) >= 2

    async def test_what_is_found_is_the_whole_entry(self, index):
        hits = (await index.search(asked("住居確保給付金"))).hits
        assert hits[0].entry == ENTRIES[0]

    async def test_replacing_forgets_what_was_there(self, index):
        await index.replace([entry("new", "新しい制度")])
        assert await found(index, "住居確保給付金") == []
        assert await found(index, "制度") == ["new"]

    async def test_what_has_ended_or_is_out_of_its_dates_is_not_found(self, index):
        assert await found(index, "終わった制度", limit=1) != ["ended"]
        assert await found(index, "窓口") == ["today"]
        assert set(await found(index)) == {"rent", "care", "bereaved", "hikikomori", "dv", "family", "today", "app"}

    async def test_browsing_goes_by_the_reading_of_the_name(self, empty):
        await empty.replace([entry("b", "二", furigana="に"), entry("a", "一", furigana="いち")])
        assert await found(empty) == ["a", "b"]

    async def test_browsing_for_a_need_gives_its_best_answer_first_and_the_floor_among_equals(self, empty):
        half, whole = {"housing.rent": 0.5}, {"housing.rent": 1.0}
        await empty.replace(
            [
                entry("half", "一", needs=half, furigana="あ"),
                entry("whole", "二", needs=whole, furigana="い"),
                entry("floor", "三", needs=whole, furigana="う", floor=True),
                entry("other", "四", needs={"work.harassment": 1.0}, furigana="え"),
            ]
        )
        assert await found(empty, best_for="housing.rent") == ["floor", "whole", "half", "other"]
        assert await found(empty, best_for="nobody.knows") == ["floor", "half", "whole", "other"]

    @pytest.mark.parametrize(
        ("filters", "left"),
        [
            ({"topics": frozenset({"housing.rent"})}, {"rent"}),
            ({"topics": frozenset({"housing.rent", "violence.partner"})}, {"rent", "dv"}),
            ({"topics": frozenset({"housing.rent", "violence.partner"}), "prefecture": "01"}, {"rent"}),
            ({"topics": frozenset({"housing.rent", "no.such"}), "prefecture": "13"}, {"rent"}),
            ({"audience": CHILD}, {"hikikomori"}),
            ({"kind": Programme.DESK}, {"hikikomori", "dv"}),
            ({"kind": Programme.DESK, "prefecture": "47"}, {"hikikomori"}),
        ],
    )
    async def test_filters_leave_out_what_does_not_fit(self, index, filters, left):
        assert set(await found(index, **filters)) == left

    async def test_pages_follow_each_other_and_counts_are_of_all_of_them(self, index):
        whole = await index.search(asked())
        seen = []
        for offset in range(0, whole.total, 3):
            page = await index.search(asked(offset=offset, limit=3))
            assert (page.total, page.topics, page.kinds) == (whole.total, whole.topics, whole.kinds)
            seen += [hit.entry.id for hit in page.hits]
        assert seen == [hit.entry.id for hit in whole.hits]
        assert dict(whole.topics) == {"housing.rent": 1, "violence.partner": 1}
        assert dict(whole.kinds) == {"SCHEME": 6, "DESK": 2}

    async def test_a_change_is_found_by_its_new_words_and_no_more_by_its_old_ones(self, index):
        await index.apply([renamed("灯油の補助", 1)])
        assert await found(index, "灯油") == ["rent"]
        assert "rent" not in await found(index, "住居確保給付金")

    async def test_what_is_withdrawn_is_not_found_and_an_older_change_brings_it_not_back(self, index):
        await index.apply([renamed("灯油の補助", 1), Change("rent", 2, None)])
        await index.apply([renamed("灯油の補助", 1)])
        assert await found(index, "灯油") == []
        await index.apply([renamed("灯油の補助", 3)])
        assert await found(index, "灯油") == ["rent"]

    async def test_a_replay_from_the_first_change_changes_nothing(self, empty):
        await empty.replace([])
        history = [renamed("一つ目", 1), Change("rent", 2, None), renamed("二つ目", 3), renamed("三つ目", 4)]
        history += [Change("gone", 1, entry("gone", "消えた", revision=1)), Change("gone", 2, None)]
        await empty.apply(history)
        for start in range(len(history)):
            await empty.apply(history[: start + 1])
            assert [hit.entry for hit in (await empty.search(asked())).hits] == [history[3].entry]

    async def test_an_entry_that_has_ended_since_is_not_found(self, index):
        await index.apply([Change("care", 1, entry("care", "介護", status=Entry.DEFUNCT, revision=1))])
        assert "care" not in await found(index, "介護")

    async def test_no_changes_are_no_change(self, index):
        await index.apply([])
        assert await found(index, "介護") == ["care"]

    @pytest.mark.parametrize(
        ("begun", "first"),
        [
            ("住居", "rent"),
            ("じゅう", "rent"),
            ("ジュウキョ", "rent"),
            ("じゅうk", "rent"),
            ("housing", "rent"),
            ("sec", "rent"),
            ("家賃", "rent"),
            ("やち", "rent"),
            ("確保", "rent"),
            ("ち", "care"),
            ("ひ", "hikikomori"),
            ("サポ", "family"),
            ("ｄｖ", "dv"),
        ],
    )
    async def test_what_is_being_typed_leads_to_its_entry(self, index, begun, first):
        hits = (await index.suggest(asked(begun, limit=5))).hits
        assert hits[0].entry.id == first

    async def test_suggestions_keep_to_the_filters_and_to_what_is_shown(self, index):
        assert not (await index.suggest(asked("終わった"))).hits
        assert not (await index.suggest(asked("DV", prefecture="01"))).hits
        assert len((await index.suggest(asked("ひ", limit=1))).hits) == 1

    async def test_suggestions_that_begin_so_come_before_those_that_hold_it(self, empty):
        await empty.replace(
            [
                entry("within", "緊急の給付金", furigana="あ"),
                entry("deep", "住居給付金", furigana="い"),
                entry("begins", "給付金", furigana="ん"),
            ]
        )
        assert [hit.entry.id for hit in (await empty.suggest(asked("給付金"))).hits] == ["begins", "within", "deep"]


async def check_that_it_breaks_nothing(index: ProgrammeIndex, text: str) -> None:
    assert len(await found(index, text)) <= len(ENTRIES)
    assert len((await index.suggest(asked(text))).hits) <= len(ENTRIES)


anything_typed = given(text=st.text(max_size=500))
few = settings(max_examples=30, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])


class TestTantivy(ProgrammeIndexContract):
    @pytest.fixture
    async def empty(self) -> ProgrammeIndex:
        return TantivyProgrammeIndex(WORDING)

    @few
    @anything_typed
    async def test_nothing_a_person_can_type_breaks_the_search(self, index, text):
        await check_that_it_breaks_nothing(index, text)


class TestElasticsearch(ProgrammeIndexContract):
    @pytest.fixture
    async def empty(self, elasticsearch_server):
        client = connect(f"http://{elasticsearch_server.address}")
        name = f"test-{secrets.token_hex(6)}"
        plan = blueprint.read(SYNONYMS)
        yield ElasticsearchProgrammeIndex(client, name=name, wording=WORDING, blueprint=plan, refresh=True)
        for index in await client.indices.get(index=f"{name}-*"):
            await client.indices.delete(index=index)
        await client.close()

    @few
    @anything_typed
    async def test_nothing_a_person_can_type_breaks_the_search(self, index, text):
        await check_that_it_breaks_nothing(index, text)
