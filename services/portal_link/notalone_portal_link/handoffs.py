"""What a hand-off says, once the programme and the place are known."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from notalone.catalog.v1.entry_pb2 import Entry
from notalone.catalog.v1.programme_pb2 import MUNICIPALITY, NOTHING_TO_APPLY, ApplyAt
from notalone.portal_link.v1.portal_link_service_pb2 import Handoff, Municipality, Procedure
from notalone_kernel import ruby
from notalone_kernel.languages import DEFAULT, pick
from notalone_kernel.municipality import PREFECTURES

from notalone_portal_link.domain.places import Places
from notalone_portal_link.domain.portal import PortalLink
from notalone_portal_link.wording import Wording

_DISASTER, _VIOLENCE = "disaster.", "violence."
_READ_KANJI = frozenset({"ja", "zh-Hans", "zh-Hant"})


@dataclass(frozen=True, slots=True, kw_only=True)
class HandoffWriter:
    """Writes hand-offs; which case applies is decided here and nowhere else."""

    places: Places
    wording: Wording
    link: PortalLink | None
    # Keys of procedures by the programmes that are applied for by those of others.
    procedures: Mapping[str, str]

    def write(
        self, entry: Entry, candidates: Sequence[Municipality], language: str, *, watched: bool = False
    ) -> Handoff:
        """Returns the hand-off.

        Args:
            entry: The programme.
            candidates: The places the person may mean, at least one.
            language: One of the twelve.
            watched: Whether somebody who must not know could see what the person applies for.
        """
        handoff = self._case(entry, candidates, language)
        if entry.apply_at != NOTHING_TO_APPLY:
            handoff.procedure.CopyFrom(self._procedure(entry, language))
        if handoff.available:
            watched = watched or any(need.startswith(_VIOLENCE) for need in entry.needs)
            handoff.warning = self.wording.say("warning.watched", language) if watched else ""
            handoff.cautions.extend(self._cautions(entry, language, warned=watched))
        return handoff

    def _procedure(self, entry: Entry, language: str) -> Procedure:
        return Procedure(
            key=self._key(entry),
            name=ruby.plain(pick(entry.name, language)[0]),
            name_ja=ruby.plain(entry.name[DEFAULT]),
        )

    def _key(self, entry: Entry) -> str:
        return self.procedures.get(entry.id, entry.id)

    def _case(self, entry: Entry, candidates: Sequence[Municipality], language: str) -> Handoff:
        place = self._one_place(candidates)
        if entry.apply_at == NOTHING_TO_APPLY:
            return self._nothing_to_apply(place, language)
        if entry.apply_at != MUNICIPALITY:
            return self._elsewhere(entry, candidates, place, language)
        if place is None:
            return Handoff(
                reason=self.wording.say("reason.several", language),
                reason_code=Handoff.SEVERAL_MUNICIPALITIES,
                candidates=candidates,
            )
        return self._at_municipality(entry, place, language)

    def _one_place(self, candidates: Sequence[Municipality]) -> Municipality | None:
        """The one place, or the city where all candidates are its wards: the city decides for all of them."""
        if len(candidates) == 1:
            return candidates[0]
        deciding = {self.places.deciding(candidate).code for candidate in candidates}
        return self.places.by_code[deciding.pop()] if len(deciding) == 1 else None

    def _at_municipality(self, entry: Entry, place: Municipality, language: str) -> Handoff:
        city = self.places.deciding(place)
        phrase = f"{city.name} {entry.search_phrase or ruby.plain(entry.name[DEFAULT])}"
        called = _called(city, language)
        return Handoff(
            url=self.link.url(city.code, self._key(entry)) if self.link else None,
            search_phrase=phrase,
            municipality=place,
            available=True,
            reason=self.wording.say("reason.municipality", language, city=called, phrase=phrase),
            reason_code=Handoff.MUNICIPALITY_DECIDES,
            decided_by=called,
        )

    def _cautions(self, entry: Entry, language: str, *, warned: bool) -> list[str]:
        # The warning says it already, and more.
        keys = [] if warned else ["caution.seen_by_others"]
        if any(need.startswith(_DISASTER) for need in entry.needs):
            keys.append("caution.damaged_house")
        if self.link and self.link.state == "UNCHECKED":
            keys.append("caution.link_unchecked")
        return [self.wording.say(key, language) for key in keys]

    def _nothing_to_apply(self, place: Municipality | None, language: str) -> Handoff:
        return Handoff(
            municipality=place,
            reason=self.wording.say("reason.nothing", language),
            reason_code=Handoff.NOTHING_TO_APPLY,
        )

    def _elsewhere(
        self, entry: Entry, candidates: Sequence[Municipality], place: Municipality | None, language: str
    ) -> Handoff:
        key = f"who.{ApplyAt.Name(entry.apply_at)}"
        if key in self.wording.texts:
            prefecture = PREFECTURES[candidates[0].prefecture_code]
            known_as = prefecture.ja if language in _READ_KANJI else prefecture.en
            who = self.wording.say(key, language, prefecture=known_as)
            reason = self.wording.say("reason.elsewhere", language, who=who)
        else:
            who = ruby.plain(pick(entry.application, language)[0])
            reason = self.wording.say("reason.other" if who else "reason.not_stated", language, who=who)
        return Handoff(
            municipality=place,
            reason=reason,
            reason_code=Handoff.DECIDED_ELSEWHERE,
            decided_by=who,
        )


def _called(municipality: Municipality, language: str) -> str:
    """The name as readers of a language can read it; the Japanese one stays, for searching and for showing."""
    if language in _READ_KANJI:
        return municipality.name
    return f"{municipality.name_en} ({municipality.name})"
