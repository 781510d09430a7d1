"""Walks through the steps of a conversation again: where the person stands, and what they are in need of."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from notalone_dialogue.domain.flow import Flow, FlowChoice, FlowNode
from notalone_dialogue.domain.state import Chosen, Said, State

# What was told later weighs more.
_EARLIER = 0.8
_LEAST = 0.4


@dataclass(frozen=True, slots=True)
class Answer:
    """A chosen answer that the present flow knows."""

    node: FlowNode
    choice: FlowChoice


@dataclass(frozen=True, slots=True)
class Evidence:
    """Where a need was heard: from a chosen answer, else from the person's words."""

    answer: Answer | None


@dataclass(frozen=True, slots=True)
class Path:
    """What the steps come to in the present flow."""

    current: FlowNode
    answers: tuple[Answer, ...]
    # Need id to weight, strongest first.
    needs: Mapping[str, float]
    evidence: Mapping[str, Evidence]
    # What was understood of the person's own words, first heard first.
    from_words: tuple[str, ...]
    last: Answer | Said | None


@dataclass(slots=True)
class _Told:
    """One worry, or one text."""

    needs: Mapping[str, float]
    answer: Answer | None


def replay(flow: Flow, state: State, *, known_needs: frozenset[str]) -> Path:
    """Walks from the first node through all steps.

    Steps that the flow no longer knows are dropped without a word. A step at another node than the present one begins
    a new worry there, so that what remains of an older conversation still counts.
    """
    current = flow.nodes[flow.start]
    answers: list[Answer] = []
    told: list[_Told] = []
    last: Answer | Said | None = None
    for step in state.steps:
        if isinstance(step, Said):
            told.append(_Told(step.weights(), None))
            last = step
            continue
        answer = _answer(flow, step)
        if answer is None:
            continue
        begins = step.node == flow.start or step.node != current.id or answer.choice.common or not _is_worry(told)
        current = flow.nodes[answer.choice.to]
        if begins:
            told.append(_Told(current.needs, answer))
        elif current.needs:
            # The nearer answer tells more exactly what the broader one meant.
            told[-1] = _Told(current.needs, answer)
        answers.append(answer)
        last = answer
    told.insert(0, _Told(state.carried_weights(), None))
    needs, evidence = _merge(told, known_needs)
    return Path(current, tuple(answers), needs, evidence, _from_words(told, known_needs), last)


def told_last(path: Path) -> tuple[str, ...]:
    """The needs that the last step told anew: what was heard in a text, or where a row of questions ends."""
    if isinstance(path.last, Said):
        return tuple(path.last.weights())
    return tuple(path.current.needs) if path.last and path.current.leaf else ()


def _answer(flow: Flow, step: Chosen) -> Answer | None:
    node = flow.nodes.get(step.node)
    choice = node.choice(step.choice) if node else None
    return Answer(node, choice) if node and choice else None


def _is_worry(told: list[_Told]) -> bool:
    return bool(told) and told[-1].answer is not None


def _merge(told: list[_Told], known: frozenset[str]) -> tuple[dict[str, float], dict[str, Evidence]]:
    needs: dict[str, float] = {}
    evidence: dict[str, Evidence] = {}
    factor = 1.0
    for part in reversed([part for part in told if known & part.needs.keys()]):
        for need, weight in part.needs.items():
            if need in known and weight * factor > needs.get(need, 0.0):
                needs[need] = weight * factor
                evidence[need] = Evidence(part.answer)
        factor = max(_LEAST, factor * _EARLIER)
    ordered = dict(sorted(needs.items(), key=lambda item: (-item[1], item[0])))
    return ordered, evidence


def _from_words(told: list[_Told], known: frozenset[str]) -> tuple[str, ...]:
    heard = (need for part in told if part.answer is None for need in part.needs if need in known)
    return tuple(dict.fromkeys(heard))
