"""Every step of every flow in every language, taken as a person takes it: turn by turn, by what the turn offers."""

from collections import deque

import pytest
from notalone.common.v1.common_pb2 import Audience
from notalone.dialogue.v1 import dialogue_service_pb2 as pb
from notalone_dialogue.main import FLOWS
from notalone_kernel.languages import LANGUAGES

AUDIENCES = sorted(FLOWS)


class Graph:
    """What `GetFlow` serves."""

    def __init__(self, service, audience, language):
        self.served = service.flow(audience=audience, language=language)
        self.nodes = {node.id: node for node in self.served.nodes}
        self.edges = {(edge.from_node_id, edge.choice_id): edge for edge in self.served.edges}

    def leaving(self, node_id):
        return [edge for edge in self.served.edges if edge.from_node_id == node_id]

    def holds(self, turn, node_id):
        """The turn stands at that node, and offers what the graph says, in its words."""
        assert turn.messages[-1].text == self.nodes[node_id].text
        offered = [(choice.id, choice.label) for choice in turn.choices]
        assert offered == [(edge.choice_id, edge.label) for edge in self.leaving(node_id)]


def choose(service, turn, choice_id, language):
    request = pb.ReplyConversationRequest(conversation=turn.conversation, choice_id=choice_id)
    return service.reply(request, language=language)


def helps(turn):
    """People to reach, each once, each with a reason."""
    ids = [each.programme.id for each in turn.suggestions]
    assert 3 <= len(ids) == len(set(ids)) <= 10
    assert all(each.reasons and all(each.reasons) for each in turn.suggestions)


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("audience", AUDIENCES, ids=[FLOWS[audience] for audience in AUDIENCES])
def test_every_node_is_reached_says_what_the_graph_says_and_helps(service, audience, language):
    graph = Graph(service, audience, language)
    begun = service.start(language=language, audience=audience, municipality_code="")
    graph.holds(begun, graph.served.start_node_id)
    reached, waiting = {graph.served.start_node_id}, deque([(graph.served.start_node_id, begun)])
    while waiting:
        node_id, turn = waiting.popleft()
        for edge in graph.leaving(node_id):
            if edge.to_node_id in reached:
                continue
            after = choose(service, turn, edge.choice_id, language)
            graph.holds(after, edge.to_node_id)
            helps(after)
            reached.add(edge.to_node_id)
            waiting.append((edge.to_node_id, after))
    assert reached == set(graph.nodes)


@pytest.mark.parametrize("audience", AUDIENCES, ids=[FLOWS[audience] for audience in AUDIENCES])
def test_every_answer_can_be_given_and_leads_where_the_graph_says(service, audience):
    graph = Graph(service, audience, "ja")
    start = graph.served.start_node_id
    begun = service.start(language="ja", audience=audience, municipality_code="")
    turns, waiting, taken = {start: begun}, deque([start]), set()
    while waiting:
        node_id = waiting.popleft()
        for edge in graph.leaving(node_id):
            after = choose(service, turns[node_id], edge.choice_id, "ja")
            graph.holds(after, edge.to_node_id)
            taken.add((node_id, edge.choice_id))
            if edge.to_node_id not in turns:
                turns[edge.to_node_id] = after
                waiting.append(edge.to_node_id)
    assert taken == set(graph.edges)


@pytest.mark.parametrize("audience", AUDIENCES, ids=[FLOWS[audience] for audience in AUDIENCES])
def test_a_flow_holds_at_least_twelve_worries_in_two_levels(service, audience):
    graph = Graph(service, audience, "ja")
    doors = [edge.to_node_id for edge in graph.leaving(graph.served.start_node_id) if edge.choice_id != "other"]
    behind = {edge.to_node_id for door in doors for edge in graph.leaving(door) if graph.nodes[edge.to_node_id].leaf}
    assert len(behind) >= 12
    # Behind each door, emergencies aside, there is a choice.
    assert all(len(graph.leaving(door)) >= 4 for door in doors if not graph.nodes[door].leaf)
    if audience == Audience.GENERAL:
        assert len(doors) >= 12
