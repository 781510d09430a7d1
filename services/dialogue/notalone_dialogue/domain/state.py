"""What a conversation remembers: answers by node id, needs, whether a crisis showed. Never a word the person typed."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from notalone.common.v1.common_pb2 import Audience
from notalone.crisis.v1.crisis_pb2 import Crisis

# Sealed and in base64 this stays below 4,096 characters.
MAX_BYTES = 2_900
MAX_STEPS = 60
MAX_NEEDS_OF_STEP = 6
MAX_CARRIED = 12
_FORMAT = 1
# Weights travel as tenths.
_TENTHS = 10
# What is told once and long ago counts for less.
_CARRIED_WEIGHT = 0.6


class BadState(Exception):
    """The bytes hold no state that this version can read."""


@dataclass(frozen=True, slots=True)
class Chosen:
    """The person chose an answer."""

    node: str
    choice: str


@dataclass(frozen=True, slots=True)
class Said:
    """The person wrote something; what was understood of it, strongest first, weights in tenths."""

    needs: tuple[tuple[str, int], ...]

    @classmethod
    def of(cls, needs: Mapping[str, float]) -> Said:
        """Keeps the strongest needs."""
        return cls(_strongest(needs, MAX_NEEDS_OF_STEP))

    def weights(self) -> dict[str, float]:
        """Need id to weight, 0 to 1."""
        return _weights(self.needs)


Step = Chosen | Said


@dataclass(frozen=True, slots=True)
class State:
    """The whole conversation."""

    language: str
    audience: Audience.ValueType
    municipality_code: str
    flow_version: str
    # Hours since 1970 when it was sealed.
    issued_hour: int
    steps: tuple[Step, ...] = ()
    # Needs of steps so old that they gave way.
    carried: tuple[tuple[str, int], ...] = ()
    # Kinds of crisis that ever showed: they stay reachable, whatever is taken back.
    seen: frozenset[Crisis.Kind.ValueType] = frozenset()

    def carried_weights(self) -> dict[str, float]:
        """Need id to weight of the steps that gave way."""
        return _weights(self.carried)


def encode(state: State) -> bytes:
    """Compact JSON."""
    steps = [[s.node, s.choice] if isinstance(s, Chosen) else [dict(s.needs)] for s in state.steps]
    fields = [
        _FORMAT,
        state.language,
        int(state.audience),
        state.municipality_code,
        state.flow_version,
        state.issued_hour,
        steps,
        dict(state.carried),
        sorted(state.seen),
    ]
    return json.dumps(fields, separators=(",", ":"), ensure_ascii=False).encode()


def decode(data: bytes) -> State:
    """The state of what `encode` made.

    Raises:
        BadState: it was made by another version, or by nobody.
    """
    try:
        version, language, audience, code, flow_version, hour, steps, carried, seen = json.loads(data)
        if version != _FORMAT:
            raise BadState
        return State(
            language=str(language),
            audience=Audience.ValueType(audience),
            municipality_code=str(code),
            flow_version=str(flow_version),
            issued_hour=int(hour),
            steps=tuple(_step(raw) for raw in steps),
            carried=_pairs(carried),
            seen=frozenset(Crisis.Kind.ValueType(kind) for kind in seen),
        )
    except (ValueError, TypeError, AttributeError) as error:
        raise BadState from error


def fit(state: State, *, needs_of: Mapping[str, Mapping[str, float]]) -> State:
    """Lets the oldest steps give way until the state is small enough; their needs are carried on.

    Args:
        state: Of any length.
        needs_of: For "node/choice", the needs that the answer stands for.
    """
    while state.steps and (len(state.steps) > MAX_STEPS or len(encode(state)) > MAX_BYTES):
        oldest, *rest = state.steps
        told = oldest.weights() if isinstance(oldest, Said) else needs_of.get(f"{oldest.node}/{oldest.choice}", {})
        merged = state.carried_weights()
        for need, weight in told.items():
            merged[need] = max(merged.get(need, 0.0), weight * _CARRIED_WEIGHT)
        state = replace(state, steps=tuple(rest), carried=_strongest(merged, MAX_CARRIED))
    return state


def _step(raw: Any) -> Step:  # noqa: ANN401
    if len(raw) == 1:
        return Said(_pairs(raw[0]))
    node, choice = raw
    return Chosen(str(node), str(choice))


def _pairs(raw: Mapping[str, int]) -> tuple[tuple[str, int], ...]:
    return tuple((str(need), int(weight)) for need, weight in raw.items())


def _strongest(needs: Mapping[str, float], count: int) -> tuple[tuple[str, int], ...]:
    ordered = sorted(needs.items(), key=lambda item: (-item[1], item[0]))[:count]
    return tuple((need, max(1, min(_TENTHS, round(weight * _TENTHS)))) for need, weight in ordered)


def _weights(pairs: tuple[tuple[str, int], ...]) -> dict[str, float]:
    return {need: weight / _TENTHS for need, weight in pairs}
