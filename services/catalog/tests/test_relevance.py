"""The indexes find what people look for: a graded set of questions over the catalogue's own entries."""

from __future__ import annotations

import math
import secrets
from datetime import UTC, datetime
from pathlib import Path

import notalone_crisis
import notalone_data
import pytest
import yaml
from notalone.catalog.v1.entry_pb2 import Entry
from notalone_catalog.adapters.elasticsearch import blueprint
from notalone_catalog.adapters.elasticsearch.index import ElasticsearchProgrammeIndex, connect
from notalone_catalog.adapters.tantivy_index import TantivyProgrammeIndex
from notalone_catalog.domain.wording import Wording
from notalone_catalog.ports import ProgrammeIndex, Question

NOW = datetime(2026, 4, 1, 3, tzinfo=UTC)
GROUPS: dict[str, dict[str, dict[str, int]]] = yaml.safe_load(
    Path(__file__).with_name("relevance.yaml").read_text("utf-8")
)
DEPTH = 10
FLOOR, GROUP_FLOOR = 0.87, 0.70
# How far the search server may fall behind the embedded index.
BEHIND = 0.02


def packaged() -> list[Entry]:
    return [*notalone_crisis.floor_entries(), *notalone_data.entries()]


def wording() -> Wording:
    readings = notalone_data.lexicon("ja")["readings"]
    return Wording(notalone_data.needs()["needs"], readings=readings, synonyms=notalone_data.synonyms())


def ndcg(found: list[str], grades: dict[str, int]) -> float:
    def gain(graded: list[int]) -> float:
        return sum((2**grade - 1) / math.log2(place + 2) for place, grade in enumerate(graded[:DEPTH]))

    return gain([grades.get(id_, 0) for id_ in found]) / gain(sorted(grades.values(), reverse=True))


async def measured(index: ProgrammeIndex) -> dict[str, dict[str, float]]:
    marks: dict[str, dict[str, float]] = {}
    for group, questions in GROUPS.items():
        marks[group] = {}
        for words, grades in questions.items():
            hits = (await index.search(Question(now=NOW, words=words, limit=DEPTH))).hits
            marks[group][words] = ndcg([hit.entry.id for hit in hits], grades)
    return marks


def mean(marks: dict[str, dict[str, float]]) -> float:
    every = [mark for group in marks.values() for mark in group.values()]
    return sum(every) / len(every)


def check(marks: dict[str, dict[str, float]]) -> None:
    assert mean(marks) >= FLOOR
    for group, found in marks.items():
        assert mean({group: found}) >= GROUP_FLOOR, group


async def embedded() -> ProgrammeIndex:
    index = TantivyProgrammeIndex(wording())
    await index.replace(packaged())
    return index


@pytest.fixture
async def served(elasticsearch_server):
    client = connect(f"http://{elasticsearch_server.address}")
    name = f"test-{secrets.token_hex(6)}"
    plan = blueprint.read(notalone_data.synonyms())
    index = ElasticsearchProgrammeIndex(client, name=name, wording=wording(), blueprint=plan)
    await index.replace(packaged())
    yield index
    for built in await client.indices.get(index=f"{name}-*"):
        await client.indices.delete(index=built)
    await client.close()


def test_every_graded_entry_exists_and_there_are_enough_questions():
    known = {entry.id for entry in packaged()}
    graded = {id_ for questions in GROUPS.values() for grades in questions.values() for id_ in grades}
    assert graded <= known
    assert sum(map(len, GROUPS.values())) >= 120


def test_the_measure_knows_best_from_worst():
    assert ndcg(["a", "b"], {"a": 3, "b": 1}) == 1
    assert 0 < ndcg(["b", "a"], {"a": 3, "b": 1}) < 1
    assert ndcg(["c"], {"a": 3}) == 0


async def test_the_embedded_index_finds_what_people_look_for():
    check(await measured(await embedded()))


async def test_the_search_server_finds_it_as_well_as_the_embedded_index(served):
    marks = await measured(served)
    check(marks)
    assert mean(marks) >= mean(await measured(await embedded())) - BEHIND
