import pytest
from notalone.common.v1.common_pb2 import Audience
from notalone_dialogue.domain.flow import Flow, FlowChoice, FlowNode
from notalone_dialogue.domain.replay import replay
from notalone_dialogue.domain.state import Chosen, Said, State

KNOWN = frozenset({"childcare.talk", "childcare.meet", "money.debt", "housing.rent"})


def choice(name, to, **more):
    return FlowChoice(id=name, label={"ja": name}, to=to, **more)


def node(name, *choices, needs=None, leaf=False):
    return FlowNode(id=name, text={"ja": name}, needs=needs or {}, choices=choices, leaf=leaf)


MORE = choice("more", "start", common=True)
FLOW = Flow(
    audience=Audience.GENERAL,
    version="1",
    greeting={"ja": "!"},
    start="start",
    nodes={
        each.id: each
        for each in (
            node("start", choice("childcare", "childcare"), choice("debt", "debt")),
            node("childcare", choice("meet", "meet"), needs={"childcare.talk": 0.5}),
            node("meet", MORE, needs={"childcare.meet": 1.0}, leaf=True),
            node("debt", MORE, needs={"money.debt": 1.0}, leaf=True),
        )
    },
)


def walk(*steps):
    state = State("ja", Audience.GENERAL, "", "0", 0, steps=steps)
    return replay(FLOW, state, known_needs=KNOWN)


def test_the_nearer_answer_takes_the_place_of_the_broader_one():
    path = walk(Chosen("start", "childcare"), Chosen("childcare", "meet"))
    assert path.current.id == "meet"
    assert dict(path.needs) == {"childcare.meet": 1.0}
    assert path.evidence["childcare.meet"].answer.choice.id == "meet"


def test_a_second_worry_is_added_to_the_first_and_weighs_more():
    path = walk(
        Chosen("start", "childcare"), Chosen("childcare", "meet"), Chosen("meet", "more"), Chosen("start", "debt")
    )
    assert dict(path.needs) == {"money.debt": 1.0, "childcare.meet": pytest.approx(0.8)}


def test_words_stay_at_the_node_and_add_their_needs():
    path = walk(Chosen("start", "childcare"), Said.of({"housing.rent": 0.9}), Chosen("childcare", "meet"))
    assert path.current.id == "meet"
    assert set(path.needs) == {"childcare.meet", "housing.rent", "childcare.talk"}
    assert path.evidence["housing.rent"].answer is None
    assert path.from_words == ("housing.rent",)


def test_unknown_nodes_choices_and_needs_of_an_older_flow_are_dropped_and_the_rest_counts():
    path = walk(
        Chosen("gone", "childcare"),
        Chosen("start", "gone"),
        Chosen("childcare", "meet"),
        Said.of({"gone.need": 1.0}),
    )
    assert [answer.choice.id for answer in path.answers] == ["meet"]
    assert dict(path.needs) == {"childcare.meet": 1.0}


def test_no_steps_stand_at_the_start_without_needs():
    path = walk()
    assert path.current.id == "start"
    assert not path.needs
    assert path.last is None
