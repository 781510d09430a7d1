"""Which ways to reach somebody are shown, and in which order."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime

from notalone.catalog.v1.entry_pb2 import Channel, Entry
from notalone.common.v1.common_pb2 import CHILD, GENERAL, TEEN, Audience
from notalone.common.v1.contact_pb2 import Contact
from notalone.crisis.v1.crisis_pb2 import Crisis
from notalone_kernel.languages import DEFAULT, same_language
from notalone_kernel.programmes import present_contact

from notalone_crisis.floor import by_id

URGENCY: tuple[Crisis.Kind.ValueType, ...] = (
    Crisis.EMERGENCY,
    Crisis.SUICIDE,
    Crisis.CHILD_ABUSE,
    Crisis.SEXUAL_VIOLENCE,
    Crisis.VIOLENCE,
)
"""The kinds, most urgent first."""

IN_WRITING = frozenset({Contact.CHAT, Contact.SMS, Contact.SNS, Contact.EMAIL})
"""Ways that need no voice."""

_POLICE, _AMBULANCE = "keisatsu-110", "shobo-119"
_TOHOKU_LINE, _TOHOKU = "yorisoi-hotline-tohoku", frozenset({"03", "04", "07"})
_LINE, _CHAT, _CHILDREN, _ABUSE = "yorisoi-hotline", "anata-no-ibasho-chat", "kodomo-sos-24", "jido-sodanjo-189"
_PARTNER, _SEXUAL = "dv-sodan-plus", "one-stop-8891"
# Best first.
_DESKS: dict[Crisis.Kind.ValueType, tuple[str, ...]] = {
    Crisis.EMERGENCY: (_LINE, _CHAT),
    Crisis.SUICIDE: (_LINE, _CHAT),
    Crisis.CHILD_ABUSE: (_ABUSE, _CHAT, _LINE),
    Crisis.SEXUAL_VIOLENCE: (_SEXUAL, _CHAT, _LINE),
    Crisis.VIOLENCE: (_PARTNER, _CHAT, _LINE),
}
_YOUNG_DESKS: dict[Crisis.Kind.ValueType, tuple[str, ...]] = {
    Crisis.EMERGENCY: (_CHILDREN, _CHAT),
    Crisis.SUICIDE: (_CHILDREN, _CHAT, _LINE),
    Crisis.CHILD_ABUSE: (_ABUSE, _CHILDREN, _CHAT),
    Crisis.SEXUAL_VIOLENCE: (_SEXUAL, _ABUSE, _CHILDREN, _CHAT),
    Crisis.VIOLENCE: (_ABUSE, _CHILDREN, _CHAT),
}
# The foot of every list, so that there are always several ways and one of them by text.
_FOOT = (_LINE, _CHAT)
_ATTACKS = frozenset({Crisis.CHILD_ABUSE, Crisis.SEXUAL_VIOLENCE, Crisis.VIOLENCE})
_HELP = (_POLICE, _AMBULANCE, _LINE, _CHAT, _PARTNER, _CHILDREN, _ABUSE)
_YOUNG_HELP = (_CHILDREN, _CHAT, _ABUSE, _POLICE, _AMBULANCE, _LINE)
# Languages we answer in beside Japanese have few desks; those that speak them are added wherever they fit somehow.
_FOREIGN_DESKS = (_LINE,)
_CLOSED = 2


def in_urgency(kinds: Iterable[Crisis.Kind.ValueType]) -> list[Crisis.Kind.ValueType]:
    """The known kinds among these, most urgent first."""
    wanted = set(kinds)
    return [kind for kind in URGENCY if kind in wanted]


def entry_ids(
    kinds: Iterable[Crisis.Kind.ValueType],
    *,
    audience: Audience.ValueType = GENERAL,
    withdrawn: frozenset[str] = frozenset(),
) -> list[str]:
    """Ids of the floor entries that answer these kinds, best first.

    Empty where there is no crisis. 110 and 119 lead in an emergency and are no part of it otherwise: they are no desks
    to talk to, and stand among the contacts of every answer.
    """
    ordered = in_urgency(kinds)
    if not ordered:
        return []
    leading = _numbers_for_now(ordered) if Crisis.EMERGENCY in ordered else ()
    return [entry.id for entry in by_id(_once([*leading, *_desks(ordered, audience)]), withdrawn=withdrawn)]


def contacts_for(
    kinds: Iterable[Crisis.Kind.ValueType],
    *,
    language: str,
    audience: Audience.ValueType,
    now: datetime,
    prefecture: str,
    withdrawn: frozenset[str],
) -> list[Contact]:
    """Ways to reach somebody, those known to be closed last.

    The numbers for now come first in an emergency; otherwise after the desks that may be open.
    """
    ordered = in_urgency(kinds)
    urgent = _presented(_numbers_for_now(ordered), language, audience, now, withdrawn)
    desks = _in_region(_desks(ordered, audience), prefecture)
    if language != DEFAULT:
        desks = _once([*desks, *_FOREIGN_DESKS])
    talk = _presented(desks, language, audience, now, withdrawn)
    # Where somebody may listen in, writing comes before calling.
    in_writing_first = Crisis.VIOLENCE in ordered
    talk.sort(key=lambda contact: _order(contact, language, in_writing_first=in_writing_first))
    if Crisis.EMERGENCY in ordered:
        return [*urgent, *talk]
    return sorted([*talk, *urgent], key=lambda contact: _openness(contact) == _CLOSED)


def help_contacts(
    *,
    language: str,
    now: datetime,
    audience: Audience.ValueType = GENERAL,
    prefecture: str = "",
    withdrawn: frozenset[str] = frozenset(),
) -> list[Contact]:
    """The general floor, for errors and for the page that needs no server.

    Args:
        language: One of the twelve.
        now: An aware time.
        audience: Whom it speaks to.
        prefecture: Two digits (a longer place code will do) of where the person is; empty where unknown.
        withdrawn: Ids of floor entries, or of single contacts of theirs, that are not to be shown.
    """
    ids = _in_region(_YOUNG_HELP if audience in (CHILD, TEEN) else _HELP, prefecture)
    return _presented(ids, language, audience, now, withdrawn)


def _desks(ordered: Sequence[Crisis.Kind.ValueType], audience: Audience.ValueType) -> list[str]:
    table = _YOUNG_DESKS if audience in (CHILD, TEEN) else _DESKS
    ids = [entry_id for kind in ordered for entry_id in table[kind]]
    if audience == TEEN and Crisis.VIOLENCE in ordered:
        # A teenager's partner may be the one who hurts; children under 13 have none.
        ids.append(_PARTNER)
    return _once([*ids, *_FOOT])


def _numbers_for_now(ordered: Sequence[Crisis.Kind.ValueType]) -> tuple[str, str]:
    """Who attacks is for the police; a body in danger is for the ambulance."""
    return (_POLICE, _AMBULANCE) if _ATTACKS & set(ordered) else (_AMBULANCE, _POLICE)


def _in_region(ids: Iterable[str], prefecture: str) -> list[str]:
    if prefecture[:2] not in _TOHOKU:
        return list(ids)
    return _once(part for entry_id in ids for part in ((_TOHOKU_LINE, _LINE) if entry_id == _LINE else (entry_id,)))


def _presented(
    ids: Iterable[str], language: str, audience: Audience.ValueType, now: datetime, withdrawn: frozenset[str]
) -> list[Contact]:
    return [
        present_contact(entry, channel, language=language, now=now, audience=audience)
        for entry in by_id(list(ids), withdrawn=withdrawn)
        for channel in _channels(entry, language)
    ]


def _channels(entry: Entry, language: str) -> list[Channel]:
    """A person who reads Japanese is not sent through the announcement for other languages."""
    return [channel for channel in entry.channels if language != DEFAULT or _speaks(channel.languages, language)]


def _order(contact: Contact, language: str, *, in_writing_first: bool) -> tuple[int, bool, bool]:
    spoken_to = in_writing_first and contact.kind not in IN_WRITING
    return _openness(contact), not _speaks(contact.languages, language), spoken_to


def _openness(contact: Contact) -> int:
    if not contact.HasField("open_now"):
        return 1
    return 0 if contact.open_now else _CLOSED


def _speaks(languages: Sequence[str], language: str) -> bool:
    if not languages:
        return language == DEFAULT
    return any(same_language(spoken, language) for spoken in languages)


def _once(ids: Iterable[str]) -> list[str]:
    return list(dict.fromkeys(ids))
