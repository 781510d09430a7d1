"""The real flows: every path leads to help, in every language."""

import re
from collections import deque
from datetime import UTC, datetime

import notalone_data
import pytest
from notalone.common.v1.common_pb2 import Audience
from notalone.crisis.v1.crisis_pb2 import Crisis
from notalone_dialogue.adapters import packaged_programmes
from notalone_dialogue.domain.flow_file import read_flow
from notalone_dialogue.main import FLOWS
from notalone_kernel.languages import LANGUAGES
from notalone_kernel.programmes import serves, visible

NOW = datetime(2026, 11, 24, 3, 0, tzinfo=UTC)
LABELS = notalone_data.needs()["needs"]
KANJI = re.compile(r"[一-鿿々]")
MARK = re.compile(r"\{[^{}|]+\|[ぁ-ゖー]+\}")


@pytest.fixture(scope="module", params=sorted(FLOWS), ids=[FLOWS[audience] for audience in sorted(FLOWS)])
def flow(request):
    found = read_flow(notalone_data.flow(FLOWS[request.param]), need_labels=LABELS)
    assert found.audience == request.param
    return found


@pytest.fixture(scope="module")
def programmes():
    return packaged_programmes()


def test_every_node_is_reached_from_the_start(flow):
    reached, waiting = {flow.start}, deque([flow.start])
    while waiting:
        for choice in flow.nodes[waiting.popleft()].choices:
            if choice.to not in reached:
                reached.add(choice.to)
                waiting.append(choice.to)
    assert reached == set(flow.nodes)


def test_every_question_has_many_choices_and_a_way_for_what_is_hard_to_say(flow):
    for node in flow.nodes.values():
        if not node.leaf:
            assert len(node.choices) >= 4
            assert node.id == "other" or node.choice("other")


def test_every_leaf_goes_on_to_another_worry_or_to_the_start(flow):
    for node in flow.nodes.values():
        if node.leaf:
            assert [choice.id for choice in node.choices] == ["more", "restart"]


def test_every_leaf_stands_for_a_need_that_an_entry_for_this_audience_answers(flow, programmes):
    answered = {
        need
        for entry in programmes.all()
        if visible(entry, NOW) and serves(entry, audience=flow.audience)
        for need in entry.needs
    }
    unanswered = [node.id for node in flow.nodes.values() if node.leaf and not answered & node.needs.keys()]
    assert unanswered == []


def test_labels_and_texts_speak_all_twelve_languages(flow):
    for node in flow.nodes.values():
        for language in LANGUAGES:
            assert node.text.get(language, "").strip(), (node.id, language)
            labels = [choice.label.get(language, "").strip() for choice in node.choices]
            assert all(labels), (node.id, language)
            assert len(set(labels)) == len(labels), (node.id, language)


@pytest.mark.parametrize(("language", "dot"), [("zh-Hans", "、"), ("zh-Hant", "、"), ("ko", "·")])
def test_the_japanese_dot_between_words_stays_japanese(flow, language, dot):
    labels = [choice.label[language] for _, choice in flow.edges()]

    assert [label for label in labels if "・" in label] == []
    assert any(dot in label for label in labels)


def test_choices_of_crisis_lead_to_its_needs(flow):
    kinds = {kind for _, choice in flow.edges() for kind in choice.crisis}
    assert {Crisis.SUICIDE, Crisis.SEXUAL_VIOLENCE, Crisis.CHILD_ABUSE, Crisis.EMERGENCY} <= kinds


def test_ids_are_safe_and_short(flow):
    for node, choice in flow.edges():
        assert re.fullmatch(r"[a-z_]+(\.[a-z_]+)?", node.id)
        assert re.fullmatch(r"[a-z_]{1,20}", choice.id)


def test_adults_meet_at_least_twelve_worries_and_every_need():
    flow = read_flow(notalone_data.flow("general"), need_labels=LABELS)
    assert len(flow.nodes[flow.start].choices) >= 12
    assert flow.choice("start", "childcare").label["ja"] == "子育て"
    assert {need for node in flow.nodes.values() if node.leaf for need in node.needs} == set(LABELS)


def test_children_read_furigana_over_every_kanji():
    flow = read_flow(notalone_data.flow("child"), need_labels=LABELS)
    texts = [flow.greeting["ja"], *(node.text["ja"] for node in flow.nodes.values())]
    texts += [choice.label["ja"] for _, choice in flow.edges()]
    assert [text for text in texts if KANJI.search(MARK.sub("", text))] == []


def test_violence_at_home_is_a_crisis_for_the_young():
    for name in ("child", "teen"):
        flow = read_flow(notalone_data.flow(name), need_labels=LABELS)
        assert flow.choice("family", "hurt").crisis == {Crisis.CHILD_ABUSE}


def test_all_audiences_have_a_flow():
    assert set(FLOWS) == set(Audience.values()) - {Audience.AUDIENCE_UNSPECIFIED}
