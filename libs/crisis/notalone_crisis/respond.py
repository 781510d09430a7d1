"""The fixed answers to a cry for help, and the contacts that go with them."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from functools import cache
from importlib.resources import files
from typing import TypeAlias

import yaml
from notalone.catalog.v1.contact_pb2 import Contact
from notalone.catalog.v1.entry_pb2 import Channel, Entry
from notalone.common.v1.common_pb2 import CHILD, GENERAL, TEEN, Audience, Message
from notalone.crisis.v1.crisis_pb2 import Crisis
from notalone_kernel import ruby
from notalone_kernel.languages import DEFAULT, same_language
from notalone_kernel.programmes import present_contact, serves

from notalone_crisis import floor

Kind: TypeAlias = Crisis.Kind.ValueType
Texts: TypeAlias = Mapping[str, str]

# Most urgent first.
ORDER: tuple[Kind, ...] = (
    Crisis.EMERGENCY,
    Crisis.SUICIDE,
    Crisis.CHILD_ABUSE,
    Crisis.SEXUAL_VIOLENCE,
    Crisis.VIOLENCE,
)
AGAINST_A_PERSON = frozenset({Crisis.CHILD_ABUSE, Crisis.SEXUAL_VIOLENCE, Crisis.VIOLENCE})
POLICE, AMBULANCE = "keisatsu-110", "shobo-119"
URGENT = (POLICE, AMBULANCE)
LISTENING = ("yorisoi-hotline-tohoku", "yorisoi-hotline", "anata-no-ibasho-chat")
FOR_KIND: Mapping[Kind, Sequence[str]] = {
    Crisis.EMERGENCY: (),
    Crisis.SUICIDE: LISTENING,
    Crisis.CHILD_ABUSE: ("jido-sodanjo-189", "kodomo-sos-24", "anata-no-ibasho-chat", "yorisoi-hotline"),
    Crisis.SEXUAL_VIOLENCE: ("one-stop-8891", *LISTENING),
    Crisis.VIOLENCE: ("dv-sodan-plus", *LISTENING),
}
FOR_THE_YOUNG = "kodomo-sos-24"
BY_TEXT = frozenset({Contact.CHAT, Contact.SMS, Contact.SNS, Contact.EMAIL})
# Two kinds are spoken to; more would bury what to do now.
SPOKEN_TO = 2


def respond(
    kinds: Collection[Kind],
    *,
    language: str,
    audience: Audience.ValueType,
    now: datetime,
    prefecture: str = "",
    folded: bool = False,
    withdrawn: frozenset[str] = frozenset(),
) -> Crisis:
    """The answer to these kinds of crisis.

    Args:
        kinds: At least one.
        language: One of the twelve; in others than Japanese the Japanese stands beside.
        audience: Children and teenagers are spoken to in their own words, and are never sent to their parents.
        now: An aware time: decides what is open.
        prefecture: Two digits where known: decides which numbers can be called.
        folded: For later turns: one short text instead of all.
        withdrawn: Ids of floor entries that an authorised person has withdrawn.
    """
    ordered = [kind for kind in ORDER if kind in kinds]
    spoken = _messages(ordered, language, audience, folded=folded)
    answer = Crisis(kinds=ordered, messages=spoken, folded=folded)
    if language != DEFAULT:
        answer.translation_unchecked = True
        answer.messages_ja.extend(_messages(ordered, DEFAULT, audience, folded=folded))
    entries = floor.by_id(entry_ids(ordered, audience=audience), withdrawn=withdrawn)
    answer.contacts.extend(
        _contacts(
            entries,
            language=language,
            audience=audience,
            now=now,
            prefecture=prefecture,
            urgent_first=Crisis.EMERGENCY in ordered,
        )
    )
    return answer


def help_contacts(
    *,
    language: str,
    now: datetime,
    audience: Audience.ValueType = GENERAL,
    withdrawn: frozenset[str] = frozenset(),
) -> list[Contact]:
    """Whom anybody can reach at any time; for errors and pages without a conversation."""
    ids = [*LISTENING, *([FOR_THE_YOUNG] if audience != GENERAL else []), AMBULANCE, POLICE]
    entries = floor.by_id(ids, withdrawn=withdrawn)
    return _contacts(entries, language=language, audience=audience, now=now, prefecture="", urgent_first=False)


def entry_ids(kinds: Collection[Kind], *, audience: Audience.ValueType) -> list[str]:
    """Ids of the floor entries that answer these kinds, best first; they also lead the suggestions."""
    ids: list[str] = []
    if Crisis.EMERGENCY in kinds:
        ids += URGENT if AGAINST_A_PERSON & set(kinds) else reversed(URGENT)
    if audience in (CHILD, TEEN):
        # 189 before all where a child is hurt; else the line for the young.
        ids += ["jido-sodanjo-189"] if Crisis.CHILD_ABUSE in kinds else []
        ids.append(FOR_THE_YOUNG)
    for kind in ORDER:
        if kind in kinds:
            ids += FOR_KIND[kind]
    ids += [*LISTENING, *(URGENT if AGAINST_A_PERSON & set(kinds) else reversed(URGENT))]
    return list(dict.fromkeys(ids))


def _messages(kinds: Sequence[Kind], language: str, audience: Audience.ValueType, *, folded: bool) -> list[Message]:
    texts = _texts(language, audience)
    if folded:
        return [ruby.parse(texts["again"])]
    keys = [Crisis.Kind.Name(kind) for kind in kinds[:SPOKEN_TO]]
    if Crisis.EMERGENCY not in kinds:
        keys.append("now")
    keys += ["lines", "person"]
    if AGAINST_A_PERSON & set(kinds):
        keys.append("device")
    return [ruby.parse(texts[key]) for key in [*keys, "machine"]]


def _contacts(
    entries: Sequence[Entry],
    *,
    language: str,
    audience: Audience.ValueType,
    now: datetime,
    prefecture: str,
    urgent_first: bool,
) -> list[Contact]:
    found: list[tuple[tuple[bool, bool, bool], Contact]] = []
    for entry in entries:
        if not serves(entry, audience=audience, prefecture=prefecture):
            continue
        for channel in entry.channels:
            if language == DEFAULT and not _speaks(channel, DEFAULT):
                continue
            contact = present_contact(entry, channel, language=language, now=now, audience=audience)
            closed = contact.HasField("open_now") and not contact.open_now
            last = entry.id in URGENT and not urgent_first
            found.append(((last, closed, not _speaks(channel, language)), contact))
            if urgent_first and entry.id in URGENT:
                found[-1] = ((False, False, False), contact)
    found.sort(key=lambda pair: pair[0])
    return [contact for _, contact in found]


def _speaks(channel: Channel, language: str) -> bool:
    return any(same_language(spoken, language) for spoken in channel.languages)


def _texts(language: str, audience: Audience.ValueType) -> Texts:
    sheet = _sheet(language)
    return {**sheet["GENERAL"], **sheet.get(Audience.Name(audience), {})}


@cache
def _sheet(language: str) -> Mapping[str, Texts]:
    text = files("notalone_crisis").joinpath(f"texts/{language}.yaml").read_text("utf-8")
    sheet: Mapping[str, Texts] = yaml.load(text, Loader=yaml.CSafeLoader)
    return sheet
