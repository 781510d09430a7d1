import copy

import pytest
from notalone.crisis.v1.crisis_pb2 import Crisis
from notalone_dialogue.domain.flow import FlowError
from notalone_dialogue.domain.flow_file import read_flow

NEEDS = {
    "money.debt": {"ja": "借金が返せない", "ja-x-child": "お{金|かね}", "en": "I cannot pay back my debts", "ko": "빚"},
    "lonely.talk": {"ja": "さみしい", "en": "I need someone to talk to"},
}
CONTENT = {
    "version": "1",
    "audience": "GENERAL",
    "greeting": {"ja": "こんにちは", "en": "Hello"},
    "ask": {"ja": "「{choice}」ですね", "en": "“{choice}”"},
    "found": {"ja": "「{choice}」には", "en": "For “{choice}”"},
    "always": [{"id": "other", "to": "other", "label": {"ja": "ほか", "en": "Else"}}],
    "after": [{"id": "again", "to": "start", "restart": True, "label": {"ja": "はじめから", "en": "Again"}}],
    "nodes": [
        {
            "id": "start",
            "text": {"ja": "どんなこと", "en": "What"},
            "choices": [{"id": "money", "to": "money", "label": {"ja": "お金", "en": "Money"}}],
        },
        {
            "id": "money",
            "needs": {"money.debt": 0.5},
            "choices": [
                {
                    "id": "debt",
                    "needs": {"lonely.talk": 0.2, "money.debt": 1},
                    "crisis": ["SUICIDE"],
                    "label": {"ja": "返せない"},
                }
            ],
        },
        {
            "id": "other",
            "needs": {"lonely.talk": 1},
            "choices": [{"id": "talk", "needs": {"lonely.talk": 1}, "label": {"ja": "話したい"}}],
        },
    ],
}


def changed(**fields):
    return {**copy.deepcopy(CONTENT), **fields}


def test_a_choice_with_needs_leads_to_a_leaf_of_its_own_that_offers_what_comes_after():
    flow = read_flow(CONTENT, need_labels=NEEDS)
    leaf = flow.nodes["money.debt"]
    assert flow.choice("money", "debt").to == leaf.id
    assert leaf.leaf
    assert list(leaf.needs.items()) == [("money.debt", 1.0), ("lonely.talk", 0.2)]
    assert [choice.id for choice in leaf.choices] == ["again"]
    assert flow.choice("money", "debt").crisis == {Crisis.SUICIDE}


def test_every_question_offers_something_else_except_the_node_that_it_leads_to():
    flow = read_flow(CONTENT, need_labels=NEEDS)
    assert flow.choice("start", "other").to == "other"
    assert flow.choice("money", "other").to == "other"
    assert flow.choice("other", "other") is None


def test_a_label_lacking_a_language_takes_the_first_needs_label_but_japanese_stays_as_written():
    label = read_flow(CONTENT, need_labels=NEEDS).choice("money", "debt").label
    assert label["ja"] == "返せない"
    assert "ja-x-child" not in label
    assert label["ko"] == "빚"


def test_a_node_without_text_says_the_standard_with_the_label_that_led_there():
    flow = read_flow(CONTENT, need_labels=NEEDS)
    assert flow.nodes["money"].text["ja"] == "「お金」ですね"
    assert flow.nodes["money.debt"].text["en"] == "For “I cannot pay back my debts”"


@pytest.mark.parametrize(
    ("choice", "says"),
    [
        ({"id": "x", "label": {"ja": "い"}, "to": "nowhere"}, "nowhere"),
        ({"id": "x", "label": {"ja": "い"}}, "start/x"),
        ({"id": "x", "label": {"ja": "い"}, "to": "other", "needs": {"lonely.talk": 1}}, "start/x"),
        ({"id": "x", "label": {"ja": "い"}, "needs": {"no.such": 1}}, "no.such"),
        ({"id": "x", "label": {"ja": "い"}, "needs": {"lonely.talk": 2}}, "lonely.talk"),
        ({"id": "x", "label": {"ja": "い"}, "needs": {}, "colour": 1}, "start/x"),
        ({"id": False, "label": {"ja": "い"}, "to": "other"}, "no word"),
        ({"id": "other", "label": {"ja": "い"}, "to": "other"}, "two choices"),
    ],
)
def test_a_choice_that_cannot_work_is_refused_by_name(choice, says):
    nodes = copy.deepcopy(CONTENT["nodes"])
    nodes[0]["choices"].append(choice)
    with pytest.raises(FlowError, match=says):
        read_flow(changed(nodes=nodes), need_labels=NEEDS)


def test_a_flow_without_a_start_is_refused():
    with pytest.raises(FlowError, match="no start"):
        read_flow(changed(nodes=CONTENT["nodes"][1:]), need_labels=NEEDS)
