"""The questions and answers as a graph."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from notalone.common.v1.common_pb2 import Audience
from notalone.crisis.v1.crisis_pb2 import Crisis

Texts = Mapping[str, str]
"""BCP 47 tag to text; furigana are marked as `{漢字|かんじ}`."""


class FlowError(Exception):
    """A flow file does not make a flow; the message says where."""


@dataclass(frozen=True, slots=True)
class FlowChoice:
    """One answer a person can choose."""

    id: str
    label: Texts
    # The node it leads to.
    to: str
    # What the choice itself tells of danger.
    crisis: frozenset[Crisis.Kind.ValueType] = frozenset()
    # Forgets the answers so far.
    restart: bool = False
    # Offered on every step: "something else", "tell another worry".
    common: bool = False


@dataclass(frozen=True, slots=True)
class FlowNode:
    """A place in the conversation: what is said there, what arriving there stands for, and the next choices."""

    id: str
    text: Texts
    needs: Mapping[str, float]
    choices: tuple[FlowChoice, ...]
    # No question follows: the person is shown what may help.
    leaf: bool

    def choice(self, choice_id: str) -> FlowChoice | None:
        """The choice of that id, None where the node does not offer it."""
        return next((choice for choice in self.choices if choice.id == choice_id), None)


@dataclass(frozen=True, slots=True)
class Flow:
    """One audience's questions."""

    audience: Audience.ValueType
    version: str
    greeting: Texts
    start: str
    nodes: Mapping[str, FlowNode]

    def choice(self, node_id: str, choice_id: str) -> FlowChoice | None:
        """The choice a node offers, None where either is unknown."""
        node = self.nodes.get(node_id)
        return node.choice(choice_id) if node else None

    def edges(self) -> Iterator[tuple[FlowNode, FlowChoice]]:
        """Every choice with the node that offers it, in the order of the file."""
        for node in self.nodes.values():
            for choice in node.choices:
                yield node, choice

    def answers_to(self, need: str) -> list[tuple[FlowNode, FlowChoice]]:
        """The choices whose leaf stands for a need first of all, with the nodes that offer them; plainest first."""
        found = [
            (node, choice)
            for node, choice in self.edges()
            if not choice.common and self.nodes[choice.to].leaf and next(iter(self.nodes[choice.to].needs), "") == need
        ]
        return sorted(found, key=lambda pair: len(self.nodes[pair[1].to].needs))
