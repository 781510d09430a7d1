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

_DIALLED = frozenset({Contact.PHONE, Contact.SMS})


def floor_entries(*, withdrawn: frozenset[str] = frozenset()) -> list[Entry]:
    """All floor entries but the withdrawn ones, in the order of their ids; the caller's own copies."""
    copies = []
    for entry in _entries():
        if entry.id not in withdrawn:
            copy = Entry()
            copy.CopyFrom(entry)
            copies.append(copy)
    return copies


def by_id(ids: Sequence[str], *, withdrawn: frozenset[str] = frozenset()) -> list[Entry]:
    """The entries of these ids in this order, without the withdrawn ones; not to be changed by the caller."""
    found = {entry.id: entry for entry in _entries()}
    return [found[entry_id] for entry_id in ids if entry_id not in withdrawn]


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
