"""What a reply does to a conversation."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

from notalone.crisis.v1.crisis_pb2 import Crisis

from notalone_dialogue.domain.flow import Flow, FlowChoice, FlowNode
from notalone_dialogue.domain.replay import Path
from notalone_dialogue.domain.state import Chosen, Said, State

# Between the node and its choice in the id of a choice that another node than the present one offers.
JUMP = "/"
# A crisis tells of a need, too; violence does not say whose, so it names none.
NEED_OF: Mapping[Crisis.Kind.ValueType, str] = {
    Crisis.EMERGENCY: "emergency.now",
    Crisis.SUICIDE: "mind.suicide",
    Crisis.CHILD_ABUSE: "violence.child_abuse",
    Crisis.SEXUAL_VIOLENCE: "violence.sexual",
}
_MAX_MATCHES = 4
# Below this the words may have been misunderstood, and we ask.
SURE = 0.5


class UnknownChoice(Exception):
    """The choice is not offered at this step."""


@dataclass(frozen=True, slots=True)
class Offer:
    """A choice as it is offered: under an id that is unique in the turn."""

    id: str
    choice: FlowChoice


def offers(flow: Flow, state: State, path: Path) -> list[Offer]:
    """What can be chosen now: after the person's words first the answers that mean the same."""
    own = [Offer(choice.id, choice) for choice in path.current.choices]
    if not isinstance(path.last, Said):
        return own
    matches = _matches(flow, path, path.last, state.seen)
    named = {offer.id for offer in matches}
    return [*matches, *(offer for offer in own if offer.id not in named)]


def choose(flow: Flow, state: State, path: Path, choice_id: str) -> tuple[State, frozenset[Crisis.Kind.ValueType]]:
    """The state after a choice, and the kinds of crisis that the choice tells of.

    Raises:
        UnknownChoice: it is not offered at this step.
    """
    node, choice = _find(flow, path, choice_id)
    if choice.restart:
        return replace(state, steps=(), carried=()), frozenset()
    steps = (*state.steps, Chosen(node.id, choice.id))
    return replace(state, steps=steps, seen=state.seen | choice.crisis), choice.crisis


def say(state: State, needs: Mapping[str, float], kinds: frozenset[Crisis.Kind.ValueType]) -> State:
    """The state after the person's words: what was understood, and the kinds of crisis in them."""
    heard = {NEED_OF[kind]: 1.0 for kind in sorted(kinds) if kind in NEED_OF}
    told = {**needs, **heard}
    return replace(state, steps=(*state.steps, Said.of(told)), seen=state.seen | kinds)


def back(state: State) -> State:
    """The state without its last step. A crisis that showed stays reachable."""
    return replace(state, steps=state.steps[:-1])


def _find(flow: Flow, path: Path, choice_id: str) -> tuple[FlowNode, FlowChoice]:
    own = path.current.choice(choice_id)
    if own:
        return path.current, own
    node_id, found, own_id = choice_id.partition(JUMP)
    choice = flow.choice(node_id, own_id) if found else None
    if choice is None or choice.restart:
        raise UnknownChoice
    return flow.nodes[node_id], choice


def _matches(flow: Flow, path: Path, said: Said, seen: frozenset[Crisis.Kind.ValueType]) -> list[Offer]:
    own = {choice.to: Offer(choice.id, choice) for choice in path.current.choices if not choice.common}
    found: dict[str, Offer] = {}
    for need in said.weights():
        answers = flow.answers_to(need)
        # Where the present question offers the same, under its own id.
        at_hand = next((own[choice.to] for _, choice in answers if choice.to in own), None)
        elsewhere = next((Offer(f"{node.id}{JUMP}{choice.id}", choice) for node, choice in answers), None)
        offer = at_hand or elsewhere
        # What was heard as a cry for help is not asked again.
        if offer and not offer.choice.crisis & seen:
            found.setdefault(offer.choice.to, offer)
    return list(found.values())[:_MAX_MATCHES]
