"""Entries as documents of the index."""

from __future__ import annotations

import base64
from typing import Any

from notalone.catalog.v1.entry_pb2 import Entry
from notalone.catalog.v1.programme_pb2 import Programme
from notalone.common.v1.common_pb2 import Audience
from notalone_kernel.entry_shelf import Change

from notalone_catalog.domain.wording import Wording

WHOLE_COUNTRY = "00"


def document(change: Change, wording: Wording) -> dict[str, Any]:
    """What is indexed: of a withdrawn entry only the mark that keeps an older change from bringing it back."""
    entry = change.entry
    marks = {"id": change.entry_id, "revision": change.revision, "deleted": entry is None}
    if entry is None:
        return marks
    texts = wording.texts(entry)
    names, others = wording.starts(entry)
    return marks | {
        "shown": shown(entry),
        "kind": Programme.Kind.Name(entry.kind),
        "needs": list(entry.needs),
        "audiences": [Audience.Name(audience) for audience in entry.audiences],
        "prefectures": list(entry.prefectures) or [WHOLE_COUNTRY],
        "floor": entry.floor,
        "reading": entry.furigana,
        "weight": dict(entry.needs),
        "entry": base64.b64encode(entry.SerializeToString(deterministic=True)).decode(),
        # What a need is called, and details, are looked for in characters and pairs alone.
        **{field: texts[field] for field in ("name", "alias", "summary")},
        "pairs": {
            field: [terms for value in values for terms in wording.cut(value)] for field, values in texts.items()
        },
        "starts": {"name": names, "other": others},
    }


def entry_of(encoded: str) -> Entry:
    """The entry back from its document."""
    return Entry.FromString(base64.b64decode(encoded))


def shown(entry: Entry) -> list[dict[str, str]]:
    """The days on which `visible` lets an entry be shown, as ranges; an open end is left out.

    It only narrows down: whoever presents an entry asks `visible` again.
    """
    if entry.status != Entry.ACTIVE:
        return []
    if entry.floor or not entry.channels:
        return [{"gte": "1000-01-01"}]
    periods = [(channel.valid_from, channel.valid_until) for channel in entry.channels]
    return [
        {name: day for name, day in (("gte", first), ("lte", last)) if day} or {"gte": "1000-01-01"}
        for first, last in periods
        if not first or not last or first <= last
    ]
