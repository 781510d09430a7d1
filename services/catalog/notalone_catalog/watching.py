"""Metrics of what only people can put right."""

from __future__ import annotations

from collections import Counter
from functools import partial

from notalone.catalog.v1.authoring_pb2 import EXPIRING, FRESH, STALE, Freshness
from notalone_chassis.clock import Clock
from notalone_chassis.telemetry import Metrics
from notalone_kernel.entry_shelf import EntryShelf
from notalone_kernel.hours import JAPAN

from notalone_catalog.domain import freshness

SHOWN = (FRESH, EXPIRING, STALE)


def watch_floor(shelf: EntryShelf, metrics: Metrics, *, clock: Clock) -> None:
    """Shows how many contacts of the crisis floor are fresh, about to expire, or stale."""

    def count(state: Freshness.ValueType) -> float:
        today = clock.now().astimezone(JAPAN).date()
        floor = (entry for entry in shelf.all() if entry.floor)
        return Counter(one.freshness for entry in floor for one in freshness.contacts(entry, today))[state]

    for state in SHOWN:
        name = Freshness.Name(state).lower()
        metrics.ask("notalone_floor_contacts", partial(count, state), freshness=name)
