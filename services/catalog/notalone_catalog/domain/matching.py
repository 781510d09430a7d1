"""Which entries answer a question, decided on the entries themselves: an index may only narrow this down."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from itertools import chain

from notalone.catalog.v1.entry_pb2 import Entry
from notalone.catalog.v1.programme_pb2 import Programme
from notalone_kernel.programmes import serves, visible

from notalone_catalog.ports import Found, Hit, Question


def fits(entry: Entry, question: Question) -> bool:
    """Tells whether an entry may be shown now and meets every filter; words are not looked at."""
    return (
        visible(entry, question.now)
        and serves(entry, audience=question.audience, prefecture=question.prefecture)
        and (not question.topics or not question.topics.isdisjoint(entry.needs))
        and question.kind in (Programme.KIND_UNSPECIFIED, entry.kind)
    )


def browsing_order(entries: Iterable[Entry], best_for: str) -> list[Entry]:
    """By the reading of the name; with a need, by how well they answer it, the crisis floor first among equals."""
    if not best_for:
        return sorted(entries, key=lambda entry: (entry.furigana, entry.id))
    return sorted(entries, key=lambda entry: (-entry.needs.get(best_for, 0), not entry.floor, entry.furigana, entry.id))


def suggesting_order(hits: Iterable[Hit]) -> list[Hit]:
    """By score; among equals the crisis floor first, then by the reading of the name."""
    return sorted(hits, key=lambda hit: (-hit.score, not hit.entry.floor, hit.entry.furigana, hit.entry.id))


def page(hits: Sequence[Hit], *, offset: int, limit: int, degraded: bool = False) -> Found:
    """Cuts one page out of all hits, and counts all."""
    # Through the iterator of the map itself: its view of keys is made in Python, and takes three times as long.
    topics = Counter(chain.from_iterable(iter(hit.entry.needs) for hit in hits))
    kinds = Counter(hit.entry.kind for hit in hits)
    named = {Programme.Kind.Name(kind): count for kind, count in kinds.items()}
    return Found(hits[offset : offset + limit], len(hits), topics, named, degraded)
