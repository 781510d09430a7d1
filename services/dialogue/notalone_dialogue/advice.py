"""Which programmes and desks are suggested, and why."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime

import notalone_crisis
from notalone.catalog.v1.entry_pb2 import Entry
from notalone.common.v1.common_pb2 import Audience
from notalone.crisis.v1.crisis_pb2 import Crisis
from notalone_chassis import logs
from notalone_kernel.programmes import serves, visible

from notalone_dialogue.domain.conversation import NEED_OF, SURE
from notalone_dialogue.domain.flow import Texts
from notalone_dialogue.domain.replay import Path
from notalone_dialogue.domain.state import Said, State
from notalone_dialogue.ports import Programmes, RankedEntry, Understanding
from notalone_dialogue.wording import Reader, Wording

MAX_SUGGESTIONS = 10
MIN_SUGGESTIONS = 3
MAX_REASONS = 2
# Desks that stand first after a cry for help, and how many follow while it is fresh.
_CRISIS_FIRST, _CRISIS_SHOWN = 2, 5
# What fits far worse than the best is noise.
_WORTH_SHOWING = 0.3
_YOUNG = 19
_CHILDRENS_NEEDS = ("school.", "childcare.", "violence.child_abuse", "family.young_carer", "family.delinquency")
# Where nothing was understood there is still somebody to talk to.
_LISTENING = "lonely.talk"
_ANY_DISTRESS = frozenset({_LISTENING, "mind.distress", "mind.suicide"})
_ANYONE = {_LISTENING: 1.0}
_ANY_TROUBLE = "jiritsu-sodan-shien-kikan"


@dataclass(frozen=True, slots=True)
class Advice:
    """One suggestion before it is put into words."""

    entry: Entry
    # Needs it answers, strongest first.
    because: tuple[str, ...] = ()
    # A desk for a cry for help.
    crisis: bool = False


class Adviser:
    """Chooses from the read model."""

    def __init__(
        self,
        *,
        programmes: Programmes,
        understanding: Understanding,
        wording: Wording,
        need_labels: Mapping[str, Texts],
    ) -> None:
        self._programmes = programmes
        self._understanding = understanding
        self._wording = wording
        self._labels = need_labels
        self._log = logs.get("dialogue")

    @property
    def withdrawn(self) -> frozenset[str]:
        """The contacts that must not be shown."""
        return self._programmes.withdrawn

    def advise(
        self, state: State, path: Path, *, prefecture: str, fresh: frozenset[Crisis.Kind.ValueType], now: datetime
    ) -> list[Advice]:
        """The best suggestions, at most ten, never none.

        Args:
            state: Of the conversation.
            path: The replayed steps.
            prefecture: JIS X 0401 code, empty where unknown.
            fresh: Kinds of crisis that this very reply tells of.
            now: Aware.
        """
        found: dict[str, Advice] = {}
        ranked = self._rank(path.needs, state, prefecture, now)
        because = {advice.entry.id: advice.because for advice in ranked}
        desks = [
            Advice(entry, because.get(entry.id, ()), crisis=True)
            for entry in self._crisis_desks(state, prefecture, now)
        ]
        _add(found, desks[:_CRISIS_FIRST])
        # The third place is for what fits this very trouble best: the police line for a stalker, the rent for a debt.
        _add(found, _beside_the_cry([advice for advice in ranked if advice.entry.id not in found], state, path))
        _add(found, desks[: _CRISIS_SHOWN if fresh else _CRISIS_FIRST])
        _add(found, ranked[:MIN_SUGGESTIONS])
        if len(found) < MIN_SUGGESTIONS or not ranked or _not_understood(path):
            _add(found, self._anyone(state, prefecture, now))
        _add(found, ranked)
        return list(found.values())[:MAX_SUGGESTIONS]

    def advise_anyway(
        self, state: State, path: Path, *, prefecture: str, fresh: frozenset[Crisis.Kind.ValueType], now: datetime
    ) -> tuple[list[Advice], tuple[str, ...]]:
        """As `advise`; where ranking fails, what can be said without it, and the name of the part that is down."""
        try:
            return self.advise(state, path, prefecture=prefecture, fresh=fresh, now=now), ()
        except Exception as error:  # noqa: BLE001 a fault in ranking must not keep the crisis answer or a memo back
            # Only its kind: the message of an error may hold the person's words.
            self._log.error("ranking failed", reason=type(error).__name__)
            return self.without_ranking(state, prefecture=prefecture, now=now), ("ranking",)

    def without_ranking(self, state: State, *, prefecture: str, now: datetime) -> list[Advice]:
        """What can be said where ranking fails: the crisis desks, then the floor and whoever listens to anything."""
        found: dict[str, Advice] = {}
        _add(found, (Advice(entry, crisis=True) for entry in self._crisis_desks(state, prefecture, now)))
        open_to = (entry for entry in self._programmes.all() if entry.floor or entry.id == _ANY_TROUBLE)
        fitting = (entry for entry in open_to if _fits(entry, state, prefecture, now))
        _add(found, (Advice(entry) for entry in sorted(fitting, key=lambda each: -each.needs.get(_LISTENING, 0.0))))
        return list(found.values())[:MAX_SUGGESTIONS]

    def about(self, programme_id: str, path: Path, now: datetime) -> Advice | None:
        """A programme that the person picked themselves; None where it cannot be shown."""
        entry = self._programmes.get(programme_id)
        if entry is None or not visible(entry, now):
            return None
        return Advice(entry, tuple(need for need in path.needs if need in entry.needs))

    def reasons(self, advice: Advice, path: Path, reader: Reader) -> list[str]:
        """Why it is suggested: what the person chose, what was understood; never what they typed."""
        lines = [self._wording.line("reason_crisis", reader)] if advice.crisis else []
        for need in advice.because:
            evidence = path.evidence.get(need)
            if evidence and evidence.answer:
                label = reader.marked(evidence.answer.choice.label)
                lines.append(self._wording.line("reason_choice", reader, label=label))
            elif evidence:
                label = reader.marked(self._labels[need])
                lines.append(self._wording.line("reason_words", reader, label=label))
        return list(dict.fromkeys(lines))[:MAX_REASONS] or [self._wording.line("reason_anyone", reader)]

    def _rank(self, needs: Mapping[str, float], state: State, prefecture: str, now: datetime) -> list[Advice]:
        if not needs:
            return []
        ranked = self._understanding.rank(
            needs,
            self._programmes.all(),
            audience=state.audience,
            language=state.language,
            prefecture=prefecture,
            now=now,
        )
        # What serves only some places or ages comes after what serves anybody; the order is kept otherwise.
        ranked = sorted(ranked, key=lambda item: _may_not_serve(item, state, prefecture))
        least = ranked[0].score * _WORTH_SHOWING if ranked else 0.0
        return [
            Advice(item.entry, item.because)
            for place, item in enumerate(ranked)
            if place < MIN_SUGGESTIONS or item.score >= least
        ]

    def _crisis_desks(self, state: State, prefecture: str, now: datetime) -> list[Entry]:
        if not state.seen:
            return []
        ids = notalone_crisis.entry_ids(state.seen, audience=state.audience, withdrawn=self.withdrawn)
        entries = (self._programmes.get(entry_id) for entry_id in ids)
        return [entry for entry in entries if entry and _fits(entry, state, prefecture, now)]

    def _anyone(self, state: State, prefecture: str, now: datetime) -> list[Advice]:
        advice = [Advice(item.entry) for item in self._rank(_ANYONE, state, prefecture, now)[:MIN_SUGGESTIONS]]
        entry = self._programmes.get(_ANY_TROUBLE)
        if entry and _fits(entry, state, prefecture, now):
            advice.append(Advice(entry))
        return advice


def _beside_the_cry(ranked: list[Advice], state: State, path: Path) -> list[Advice]:
    # The first desks answer the cry itself; another worry that was told with it comes next, where there is one.
    cries = {NEED_OF[kind] for kind in state.seen if kind in NEED_OF}
    others = {need for need, weight in path.needs.items() if weight >= SURE and need not in cries | _ANY_DISTRESS}
    if Crisis.EMERGENCY in state.seen:
        # The first desks are the police and the ambulance: what else was cried for comes before any other worry.
        others = cries - {NEED_OF[Crisis.EMERGENCY]} or others
    beside = [advice for advice in ranked if state.seen and advice.because and advice.because[0] in others]
    return (beside or ranked)[:1]


def _fits(entry: Entry, state: State, prefecture: str, now: datetime) -> bool:
    return visible(entry, now) and serves(entry, audience=state.audience, prefecture=prefecture)


def _may_not_serve(item: RankedEntry, state: State, prefecture: str) -> bool:
    elsewhere = not prefecture and bool(item.entry.prefectures)
    for_the_young = item.entry.HasField("maximum_age") and item.entry.maximum_age <= _YOUNG
    about_a_child = any(need.startswith(_CHILDRENS_NEEDS) for need in item.because)
    return elsewhere or (for_the_young and state.audience == Audience.GENERAL and not about_a_child)


def _not_understood(path: Path) -> bool:
    return isinstance(path.last, Said) and not path.last.needs


def _add(found: dict[str, Advice], more: Iterable[Advice]) -> None:
    for advice in more:
        found.setdefault(advice.entry.id, advice)
