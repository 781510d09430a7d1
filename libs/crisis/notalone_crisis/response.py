"""The answer to a cry for help: reviewed sentences and the ways to reach somebody. Nothing here is written anew."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from notalone.common.v1.common_pb2 import GENERAL, Audience, Message
from notalone.crisis.v1.crisis_pb2 import Crisis
from notalone_kernel import ruby
from notalone_kernel.languages import DEFAULT

from notalone_crisis.contacts import contacts_for, in_urgency
from notalone_crisis.text_sheets import Text, text_sheet


def respond(
    kinds: Iterable[Crisis.Kind.ValueType],
    *,
    language: str,
    audience: Audience.ValueType = GENERAL,
    now: datetime,
    prefecture: str = "",
    folded: bool = False,
    withdrawn: frozenset[str] = frozenset(),
) -> Crisis:
    """Returns the fixed answer to these kinds of crisis.

    Args:
        kinds: What was recognised. Without any, the answer is empty.
        language: One of the twelve.
        audience: Whom it speaks to; unspecified is anybody.
        now: An aware time: decides what is open.
        prefecture: Two digits (a longer place code will do) of where the person is; empty where unknown.
        folded: A later turn, where a client may show it closed; nothing is left out.
        withdrawn: Ids of floor entries, or of single contacts of theirs, that are not to be shown.
    """
    ordered = in_urgency(kinds)
    if not ordered:
        return Crisis()
    crisis = Crisis(
        kinds=ordered,
        messages=_messages(ordered, language, audience),
        contacts=contacts_for(
            ordered, language=language, audience=audience, now=now, prefecture=prefecture, withdrawn=withdrawn
        ),
        folded=folded,
        translation_unchecked=text_sheet(language).unchecked,
    )
    if language != DEFAULT:
        crisis.messages_ja.extend(_messages(ordered, DEFAULT, audience))
    return crisis


def _messages(ordered: list[Crisis.Kind.ValueType], language: str, audience: Audience.ValueType) -> list[Message]:
    """The most urgent kind speaks; a second one is acknowledged, and signs of violence add how to stay unseen."""
    sheet = text_sheet(language)
    first, *others = ordered
    lines = [sheet.line(first, Text.HEARD, audience), sheet.line(first, Text.SAFETY, audience)]
    lines += [sheet.line(kind, Text.HEARD, audience) for kind in others[:1]]
    lines.append(sheet.line(first, Text.PERSON, audience))
    if Crisis.VIOLENCE in ordered:
        lines.append(sheet.shared(Text.UNSEEN, audience))
    lines += [sheet.shared(Text.ABOUT, audience), sheet.shared(Text.STAY, audience)]
    return [ruby.parse(line) for line in lines]
