"""Puts the entries that answer a person's needs in order."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from notalone.catalog.v1.entry_pb2 import Entry
from notalone.catalog.v1.programme_pb2 import Programme
from notalone.common.v1.common_pb2 import CHILD, GENERAL, TEEN, Audience
from notalone_kernel.programmes import serves

from notalone_dialogue.understanding.candidates import Candidate, Candidates
from notalone_dialogue.understanding.mentions import is_mention

# What further needs add to an entry that answers one already.
_FURTHER = 0.2
# How much of a need is left once a chosen entry answers it: makes room for the person's other needs.
_LEFT = 0.72
_NAMED = 0.8
# What an entry answers by the way still wants an entry of its own.
_BY_THE_WAY = 0.4
_OPEN_NOW = 0.02
_SPEAKS = 0.15
_FOR_FOREIGNERS = 0.12
_FOR_THE_YOUNG = 0.2
_TALKS_TO_THE_YOUNG = 0.35
_ONLY_THE_YOUNG = -0.4
_YOUNG_UNTIL = 20
_NOT_IN_THEIR_LANGUAGE = -0.4
_ELSEWHERE = -0.3
_SPECIFIC = 0.03
# The first of each kind pleases more than the second: one desk to ask and one programme to ask for.
_OTHER_KIND = 0.02
# Officials can be bound to report who has no status of residence: for them, desks that ask nothing come first.
_WITHOUT_STATUS = "foreign.no_status"
# Needs that immigration and the police answer, and how much of them is left beside that one.
_ANSWERED_BY_OFFICIALS, _LEFT_OF_THEM = ("foreign.visa", "crime.report"), 0.3
_ASKS_NO_STATUS, _ASKS_NO_NAME, _ASKS_STATUS = 0.3, 0.15, -0.5
_DIVERSE = 10


@dataclass(frozen=True, slots=True)
class Person:
    """What is known about whom the entries are for."""

    audience: Audience.ValueType
    language: str
    prefecture: str = ""


@dataclass(frozen=True, slots=True)
class Ranked:
    """An entry, how well it fits (0 and up), and the needs it answers, strongest first."""

    entry: Entry
    score: float
    because: tuple[str, ...]


def rank(needs: Mapping[str, float], candidates: Candidates, *, person: Person, now: datetime) -> list[Ranked]:
    """The entries that answer at least one need and serve the person, best first.

    Entries are chosen one by one; each choice lowers what its needs are still worth, so that two strong needs share
    the first places.
    """
    needs = _careful(needs)
    rated = [_rated(each, needs, person, candidates, now) for each in _fitting(needs, candidates, person, now)]
    left = dict(needs)
    ordered: list[Ranked] = []
    kinds: set[Programme.Kind.ValueType] = set()
    while rated and len(ordered) < _DIVERSE:
        best = max(rated, key=lambda each: (each.worth(left, kinds), each.candidate.id))
        rated.remove(best)
        ordered.append(best.ranked(needs, best.full * (1 + best.bonus)))
        kinds.add(best.candidate.kind)
        main = _because(best.fits, best.candidate, left)[:1]
        for need, fit in best.fits:
            left[need] *= 1 - (1 - _LEFT) * fit * (1.0 if need in main else _BY_THE_WAY)
    rest = sorted(rated, key=lambda each: (-each.full * (1 + each.bonus), each.candidate.id))
    return ordered + [each.ranked(needs, each.full) for each in rest]


@dataclass(frozen=True, slots=True, eq=False)
class _Rated:
    """A candidate, the needs it answers and how well, and what stands for it beside them."""

    candidate: Candidate
    fits: Sequence[tuple[str, float]]
    full: float
    bonus: float

    def worth(self, left: Mapping[str, float], kinds: set[Programme.Kind.ValueType]) -> float:
        other_kind = 0.0 if self.candidate.kind in kinds else _OTHER_KIND
        return _answer(self.fits, left) * (1 + other_kind) + self.bonus * self.full

    def ranked(self, needs: Mapping[str, float], score: float) -> Ranked:
        because = _because(self.fits, self.candidate, needs)
        return Ranked(entry=self.candidate.entry, score=round(score, 4), because=because)


def _rated(
    candidate: Candidate, needs: Mapping[str, float], person: Person, candidates: Candidates, now: datetime
) -> _Rated:
    fits = [(need, candidate.fits[need]) for need in needs if need in candidate.fits]
    bonus = _bonus(candidate, person=person, is_open=candidates.now(candidate, now).open)
    return _Rated(candidate, fits, _answer(fits, needs), bonus + _for_who_fears(candidate.entry, needs))


def _fitting(needs: Mapping[str, float], candidates: Candidates, person: Person, now: datetime) -> list[Candidate]:
    shown = [each for each in candidates.answering(needs) if candidates.now(each, now).visible]
    # What is made for older people is better than nothing: a child may ask about a university or a part-time job.
    older = {CHILD: (CHILD, TEEN), TEEN: (TEEN, GENERAL)}
    for audience in older.get(person.audience, (person.audience,)):
        found = [each for each in shown if serves(each.entry, audience=audience, prefecture=person.prefecture)]
        if found:
            return found
    return []


def _answer(fits: Sequence[tuple[str, float]], needs: Mapping[str, float]) -> float:
    first = whole = 0.0
    for need, fit in fits:
        part = needs[need] * fit
        whole += part
        # An alias lifts an entry among those that answer the need; only a name stands for itself.
        if part > first and (part >= _NAMED or not is_mention(need)):
            first = part
    return first + _FURTHER * (whole - first)


def _bonus(candidate: Candidate, *, person: Person, is_open: bool) -> float:
    bonus = _SPECIFIC / max(1, len(candidate.needs))
    if is_open:
        bonus += _OPEN_NOW
    if not (candidate.anywhere or person.prefecture):
        bonus += _ELSEWHERE
    return bonus + _for_the_language(candidate, person.language) + _for_the_age(candidate, person.audience)


def _for_the_language(candidate: Candidate, language: str) -> float:
    spoken = candidate.spoken
    if language == "ja":
        return _NOT_IN_THEIR_LANGUAGE if spoken and "ja" not in spoken else 0.0
    return _SPEAKS * (language in spoken) + _FOR_FOREIGNERS * candidate.foreign


def _for_the_age(candidate: Candidate, audience: Audience.ValueType) -> float:
    if audience in {CHILD, TEEN}:
        if not candidate.for_children and GENERAL in candidate.entry.audiences:
            return 0.0
        # Someone who answers at once comes before an office that a parent would have to ask.
        return _FOR_THE_YOUNG + _TALKS_TO_THE_YOUNG * candidate.talks
    return _ONLY_THE_YOUNG if 0 < candidate.maximum_age <= _YOUNG_UNTIL else 0.0


def _careful(needs: Mapping[str, float]) -> Mapping[str, float]:
    if _WITHOUT_STATUS not in needs:
        return needs
    less = {need: min(needs[need], _LEFT_OF_THEM) for need in _ANSWERED_BY_OFFICIALS if need in needs}
    return {**needs, **less}


def _for_who_fears(entry: Entry, needs: Mapping[str, float]) -> float:
    if _WITHOUT_STATUS not in needs:
        return 0.0
    asks_no_status = entry.HasField("asks_residence_status") and not entry.asks_residence_status
    return (
        _ASKS_NO_STATUS * asks_no_status
        + _ASKS_NO_NAME * entry.anonymous_ok
        + _ASKS_STATUS * entry.asks_residence_status
    )


def _because(fits: Sequence[tuple[str, float]], candidate: Candidate, needs: Mapping[str, float]) -> tuple[str, ...]:
    answered = [(-needs[need] * fit, need) for need, fit in fits if need in candidate.needs]
    return tuple(need for _, need in sorted(answered))
