"""Puts the entries that answer a person's needs in order."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from notalone.catalog.v1.entry_pb2 import Entry
from notalone.catalog.v1.programme_pb2 import Programme
from notalone.common.v1.common_pb2 import CHILD, GENERAL, TEEN, Audience
from notalone.common.v1.contact_pb2 import Contact
from notalone_kernel.programmes import answering, serves, visible

from notalone_dialogue.understanding.mentions import is_mention, mention

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
_TALKING = frozenset({Contact.PHONE, Contact.CHAT, Contact.SNS})


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


def rank(needs: Mapping[str, float], entries: Sequence[Entry], *, person: Person, now: datetime) -> list[Ranked]:
    """The entries that answer at least one need and serve the person, best first.

    Entries are chosen one by one; each choice lowers what its needs are still worth, so that two strong needs share
    the first places.
    """
    needs = _careful(needs)
    fitting = _fitting(needs, entries, person=person, now=now)
    fits = {entry.id: _answered(entry, needs) for entry in fitting}
    bonus = {entry.id: _bonus(entry, person=person, now=now) + _for_who_fears(entry, needs) for entry in fitting}
    full = {entry.id: _answer(fits[entry.id], needs) for entry in fitting}
    left = dict(needs)
    ordered: list[Ranked] = []
    kinds: set[Programme.Kind.ValueType] = set()
    while fitting and len(ordered) < _DIVERSE:
        best = max(
            fitting,
            key=lambda entry: (
                _worth(entry, _answer(fits[entry.id], left), kinds) + bonus[entry.id] * full[entry.id],
                entry.id,
            ),
        )
        fitting.remove(best)
        ordered.append(_ranked(best, fits, needs, full[best.id] * (1 + bonus[best.id])))
        kinds.add(best.kind)
        main = _because(fits[best.id], best, left)[:1]
        for need, fit in fits[best.id].items():
            left[need] *= 1 - (1 - _LEFT) * fit * (1.0 if need in main else _BY_THE_WAY)
    rest = sorted(fitting, key=lambda entry: (-full[entry.id] * (1 + bonus[entry.id]), entry.id))
    return ordered + [_ranked(entry, fits, needs, full[entry.id]) for entry in rest]


def _ranked(entry: Entry, fits: Mapping[str, Mapping[str, float]], needs: Mapping[str, float], score: float) -> Ranked:
    return Ranked(entry=entry, score=round(score, 4), because=_because(fits[entry.id], entry, needs))


def _answered(entry: Entry, needs: Mapping[str, float]) -> dict[str, float]:
    own = entry.needs
    # Asked by the needs, which are few: looking one up does not make it, for it is there.
    fits = {need: own[need] for need in needs if need in own}
    if mention(entry.id) in needs:
        fits[mention(entry.id)] = 1.0
    return fits


def _fitting(needs: Mapping[str, float], entries: Sequence[Entry], *, person: Person, now: datetime) -> list[Entry]:
    # What is made for older people is better than nothing: a child may ask about a university or a part-time job.
    older = {CHILD: (CHILD, TEEN), TEEN: (TEEN, GENERAL)}
    for audience in older.get(person.audience, (person.audience,)):
        seen_as = replace(person, audience=audience)
        if found := [entry for entry in entries if _fits(entry, needs, person=seen_as, now=now)]:
            return found
    return []


def _fits(entry: Entry, needs: Mapping[str, float], *, person: Person, now: datetime) -> bool:
    own = entry.needs
    return (
        (any(need in own for need in needs) or mention(entry.id) in needs)
        and visible(entry, now)
        and serves(entry, audience=person.audience, prefecture=person.prefecture)
    )


def _answer(fits: Mapping[str, float], needs: Mapping[str, float]) -> float:
    first = whole = 0.0
    for need, fit in fits.items():
        part = needs[need] * fit
        whole += part
        # An alias lifts an entry among those that answer the need; only a name stands for itself.
        if part > first and (part >= _NAMED or not is_mention(need)):
            first = part
    return first + _FURTHER * (whole - first)


def _worth(entry: Entry, answer: float, kinds: set[Programme.Kind.ValueType]) -> float:
    return answer * (1 + (0.0 if entry.kind in kinds else _OTHER_KIND))


def _bonus(entry: Entry, *, person: Person, now: datetime) -> float:
    bonus = _SPECIFIC / max(1, len(entry.needs))
    if any(answering(entry, channel, now).open for channel in entry.channels if channel.HasField("hours")):
        bonus += _OPEN_NOW
    if entry.prefectures and not person.prefecture:
        bonus += _ELSEWHERE
    return bonus + _for_the_language(entry, person.language) + _for_the_age(entry, person.audience)


def _for_the_language(entry: Entry, language: str) -> float:
    spoken = {spoken for channel in entry.channels for spoken in channel.languages}
    if language == "ja":
        return _NOT_IN_THEIR_LANGUAGE if spoken and "ja" not in spoken else 0.0
    foreign = any(need.startswith("foreign.") for need in entry.needs)
    return _SPEAKS * (language in spoken) + _FOR_FOREIGNERS * foreign


def _for_the_age(entry: Entry, audience: Audience.ValueType) -> float:
    if audience in {CHILD, TEEN}:
        if "ja-x-child" not in entry.summary and GENERAL in entry.audiences:
            return 0.0
        # Someone who answers at once comes before an office that a parent would have to ask.
        talks = any(channel.kind in _TALKING for channel in entry.channels)
        return _FOR_THE_YOUNG + _TALKS_TO_THE_YOUNG * talks
    return _ONLY_THE_YOUNG if 0 < entry.maximum_age <= _YOUNG_UNTIL else 0.0


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


def _because(fits: Mapping[str, float], entry: Entry, needs: Mapping[str, float]) -> tuple[str, ...]:
    own = entry.needs
    answered = [(-needs[need] * fit, need) for need, fit in fits.items() if need in own]
    return tuple(need for _, need in sorted(answered))
