"""The contacts that ship with the code: they never expire away and need no server."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import cache
from importlib.resources import files

import yaml
from google.protobuf import json_format
from notalone.catalog.v1.entry_pb2 import Channel, Entry
from notalone.common.v1.contact_pb2 import Contact
from notalone_kernel import telephone

NEVER_WITHDRAWN = frozenset({"keisatsu-110", "shobo-119"})
"""Ids of the entries that are shown whatever anybody says."""

_DIALLED = frozenset({Contact.PHONE, Contact.SMS})


def floor_entries(*, withdrawn: frozenset[str] = frozenset()) -> list[Entry]:
    """All floor entries with the channels that may be shown, in the order of their ids; the caller's own copies.

    Args:
        withdrawn: What must not be shown: ids of entries, or one channel of an entry as `contact_id` names it.
    """
    return [_without(entry, withdrawn) for entry in _entries() if shown(entry, withdrawn)]


def by_id(ids: Sequence[str], *, withdrawn: frozenset[str] = frozenset()) -> list[Entry]:
    """The entries of these ids in this order, without what is withdrawn; not to be changed by the caller."""
    found = {entry.id: entry for entry in _entries()}
    entries = (found[entry_id] for entry_id in ids)
    return [_without(entry, withdrawn) if withdrawn else entry for entry in entries if shown(entry, withdrawn)]


def contact_id(entry_id: str, value: str) -> str:
    """The name of one channel among withdrawn contacts."""
    return f"{entry_id}:{value}"


def shown(entry: Entry, withdrawn: frozenset[str]) -> bool:
    """Whether a way to reach it is left."""
    if entry.id in NEVER_WITHDRAWN:
        return True
    return entry.id not in withdrawn and not all(
        contact_id(entry.id, channel.value) in withdrawn for channel in entry.channels
    )


def _without(entry: Entry, withdrawn: frozenset[str]) -> Entry:
    copy = Entry()
    copy.CopyFrom(entry)
    if entry.id not in NEVER_WITHDRAWN:
        left = [channel for channel in entry.channels if contact_id(entry.id, channel.value) not in withdrawn]
        del copy.channels[:]
        copy.channels.extend(left)
    return copy


def floor_problems(entries: Sequence[Entry] | None = None) -> list[str]:
    """What is wrong with the floor entries, as `id: problem`; empty where nothing is.

    Args:
        entries: What to look at; the floor that ships with the code where left out.
    """
    looked_at = _entries() if entries is None else entries
    return [f"{entry.id}: {problem}" for entry in looked_at for problem in _problems(entry)]


def _problems(entry: Entry) -> Iterator[str]:
    if not entry.floor:
        yield "is not marked as floor"
    if not entry.provenance.sources:
        yield "has no source"
    if not entry.channels:
        yield "has no way to reach it"
    for channel in entry.channels:
        yield from _problems_of_channel(channel)


def _problems_of_channel(channel: Channel) -> Iterator[str]:
    if not channel.provenance.sources:
        yield f"{channel.value} has no source"
    if channel.kind in _DIALLED:
        problem = telephone.problem(channel.value)
        if problem:
            yield f"{channel.value} is {problem}"
        dialled = telephone.tel_uri(channel.value).removeprefix("tel:").replace("%23", "#")
        if dialled != telephone.digits(channel.value):
            yield f"{channel.value} is dialled as {dialled}"
    elif not channel.value.startswith("https://"):
        yield f"{channel.value} is no safe address"


@cache
def _entries() -> tuple[Entry, ...]:
    folder = files("notalone_crisis").joinpath("floor")
    sheets = sorted((sheet for sheet in folder.iterdir() if sheet.name.endswith(".yaml")), key=lambda sheet: sheet.name)
    return tuple(
        json_format.ParseDict(yaml.load(sheet.read_text("utf-8"), Loader=yaml.CSafeLoader), Entry()) for sheet in sheets
    )
