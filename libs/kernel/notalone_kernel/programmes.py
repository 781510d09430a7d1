"""An entry as a person sees it: in one language, at one time, from one place."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, datetime, timedelta

from notalone.catalog.v1.entry_pb2 import Channel, Entry, Provenance
from notalone.catalog.v1.programme_pb2 import MUNICIPALITY, Programme
from notalone.common.v1.common_pb2 import AUDIENCE_UNSPECIFIED, CHILD, GENERAL, Audience
from notalone.common.v1.contact_pb2 import Contact

from notalone_kernel import facts, ruby, telephone
from notalone_kernel.hours import JAPAN, OpenStatus, status
from notalone_kernel.hours_in_words import describe
from notalone_kernel.languages import DEFAULT, pick, same_language

CHILD_WORDING = "ja-x-child"
"""Key of the Japanese wording for children in an entry's texts."""

_STALE_AFTER = timedelta(days=2 * 365)
_DIALLED = frozenset({Contact.PHONE, Contact.SMS})


def present(
    entry: Entry,
    *,
    language: str,
    now: datetime,
    audience: Audience.ValueType = GENERAL,
    prefecture: str = "",
) -> Programme:
    """Returns an entry as a person sees it.

    Args:
        entry: The stored entry.
        language: One of `LANGUAGES`; each text falls back to English, then Japanese.
        now: An aware time: decides what is open, and which channels exist.
        audience: Children get the wording for children where there is one.
        prefecture: Two digits (a longer place code will do) of where the person is; empty where unknown.
            Channels that cannot be called from there are left out.
    """
    summary, text_language = _text(entry.summary, language, audience)
    name, name_language = _text(entry.name, language, audience)
    paused = paused_until(entry, now)
    return Programme(
        id=entry.id,
        kind=entry.kind,
        display_name=name,
        display_name_ja=_japanese(entry.name),
        operator=_text(entry.operator, language, audience)[0],
        summary=summary,
        eligibility=_text(entry.eligibility, language, audience)[0],
        application=_text(entry.application, language, audience)[0],
        apply_at=entry.apply_at,
        topics=sorted(entry.needs, key=lambda need: (-entry.needs[need], need)),
        contacts=[
            present_contact(entry, channel, language=language, now=now, audience=audience)
            for channel in _in_order(entry, language=language, now=now, prefecture=prefecture)
        ],
        text_language=text_language,
        translation_unchecked={text_language, name_language} != {DEFAULT},
        questions=[*facts.to_ask(entry, language, audience), *_questions(entry, language)],
        url=entry.url,
        checked_on=entry.provenance.as_of,
        check_state=entry.provenance.check_state,
        handoff_available=entry.apply_at == MUNICIPALITY,
        paused_until=paused.isoformat(timespec="seconds") if paused else None,
        **facts.known(entry),
    )


def present_contact(
    entry: Entry,
    channel: Channel,
    *,
    language: str,
    now: datetime,
    audience: Audience.ValueType = GENERAL,
) -> Contact:
    """Returns one way to reach an entry's desk as a person sees it; whether it may be shown is not looked at."""
    names = channel.name if channel.name else entry.name
    contact = Contact(
        name=_text(names, language, audience)[0],
        name_ja=_japanese(names),
        kind=channel.kind,
        value=channel.value,
        charge=channel.charge,
        languages=channel.languages,
        hours=describe(channel.hours, language),
        checked_on=channel.provenance.as_of,
        check_state=channel.provenance.check_state,
    )
    answers = answering(entry, channel, now)
    if answers.open is not None:
        contact.open_now = answers.open
    if answers.next_open is not None:
        contact.next_open_time = answers.next_open.isoformat(timespec="seconds")
    if channel.HasField("ip_phone_ok"):
        contact.ip_phone_ok = channel.ip_phone_ok
    if channel.keypad_path:
        contact.keypad_path = channel.keypad_path
    reachable_from = _text(channel.reachable_from, language, audience)[0]
    if reachable_from:
        contact.reachable_from = reachable_from
    say_first = _text(channel.say_first, language, audience)[0]
    if say_first:
        contact.say_first = say_first
    return contact


def answering(entry: Entry, channel: Channel, now: datetime) -> OpenStatus:
    """Tells whether a channel answers now: by its hours, unless its agency has paused the desk."""
    paused = paused_until(entry, now)
    if paused is None:
        return status(channel.hours, now)
    then = status(channel.hours, paused)
    return OpenStatus(open=False, next_open=paused if then.open else then.next_open)


def paused_until(entry: Entry, now: datetime) -> datetime | None:
    """Until when a desk's agency has closed it, Asia/Tokyo; None where it has not, or not any more."""
    if not entry.HasField("pause"):
        return None
    try:
        until = datetime.fromisoformat(entry.pause.until)
    except ValueError:
        return None
    return until.astimezone(JAPAN) if until.tzinfo and now < until else None


def visible(entry: Entry, now: datetime) -> bool:
    """Tells whether an entry may be shown: active, and, where it has ways to reach it, one of them may be shown."""
    if entry.status != Entry.ACTIVE:
        return False
    return not entry.channels or any(
        channel.value not in entry.withdrawn and (entry.floor or _valid(channel, now)) for channel in entry.channels
    )


def for_all(entry: Entry, now: datetime) -> Entry:
    """The entry with those ways to reach it that may be shown to somebody, wherever they are; itself where all may."""
    left = [channel for channel in entry.channels if _shown(entry, channel, now, "")]
    if len(left) == len(entry.channels):
        return entry
    copy = Entry()
    copy.CopyFrom(entry)
    del copy.channels[:]
    copy.channels.extend(left)
    return copy


def serves(entry: Entry, *, audience: Audience.ValueType, prefecture: str = "") -> bool:
    """Tells whether an entry is for these people in this place.

    Args:
        entry: The stored entry.
        audience: Unspecified is anybody.
        prefecture: Two digits (a longer place code will do); empty where unknown.
    """
    for_them = audience == AUDIENCE_UNSPECIFIED or audience in entry.audiences
    return for_them and _serves_place(entry.prefectures, prefecture)


def _text(texts: Mapping[str, str], language: str, audience: Audience.ValueType) -> tuple[str, str]:
    if language == DEFAULT and audience == CHILD and texts.get(CHILD_WORDING):
        return ruby.plain(texts[CHILD_WORDING]), DEFAULT
    text, tag = pick(texts, language)
    return ruby.plain(text), tag


def _japanese(texts: Mapping[str, str]) -> str:
    return ruby.plain(texts.get(DEFAULT, ""))


def _questions(entry: Entry, language: str) -> Sequence[str]:
    tag = next((tag for tag in (language, "en", DEFAULT) if tag in entry.questions), None)
    return entry.questions[tag].items if tag else ()


def _in_order(entry: Entry, *, language: str, now: datetime, prefecture: str) -> list[Channel]:
    shown = [channel for channel in entry.channels if _shown(entry, channel, now, prefecture)]
    if len(shown) < 2:
        return shown
    return sorted(shown, key=lambda channel: _rank(entry, channel, language, now))


def _shown(entry: Entry, channel: Channel, now: datetime, prefecture: str) -> bool:
    if channel.value in entry.withdrawn:
        return False
    if channel.kind in _DIALLED and telephone.digits(channel.value) in telephone.RETIRED:
        return False
    return entry.floor or (_valid(channel, now) and _serves_place(channel.prefectures, prefecture))


def _rank(entry: Entry, channel: Channel, language: str, now: datetime) -> tuple[int, int, bool]:
    """Speaks with the person, then open, then fresh; equal ones keep the order of the file."""
    answers = answering(entry, channel, now).open
    openness = 1 if answers is None else 0 if answers else 2
    return _speaking(channel, language), openness, _stale(channel.provenance, now)


def _speaking(channel: Channel, language: str) -> int:
    if not channel.languages:
        # Desks in Japan that name no language speak Japanese.
        return 0 if language == DEFAULT else 1
    return 0 if any(same_language(spoken, language) for spoken in channel.languages) else 2


def _stale(provenance: Provenance, now: datetime) -> bool:
    if provenance.check_state == Contact.CHECKED:
        return False
    return _last_day(provenance.as_of) < now.astimezone(JAPAN).date() - _STALE_AFTER


def _last_day(as_of: str) -> date:
    """The last day that a date, month or year can mean; without one, long ago."""
    try:
        if len(as_of) == len("2024"):
            return date(int(as_of), 12, 31)
        if len(as_of) == len("2024-09"):
            return date.fromisoformat(f"{as_of}-28")
        return date.fromisoformat(as_of)
    except ValueError:
        return date.min


def _valid(channel: Channel, now: datetime) -> bool:
    today = now.astimezone(JAPAN).date().isoformat()
    begun = not channel.valid_from or channel.valid_from <= today
    return begun and (not channel.valid_until or today <= channel.valid_until)


def _serves_place(served: Sequence[str], prefecture: str) -> bool:
    return not prefecture or not served or prefecture[:2] in served
