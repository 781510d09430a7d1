"""The read model: as it ships with the packages, so that it answers while everything else is down, then from events."""

from __future__ import annotations

from collections.abc import Mapping

import notalone_crisis
import notalone_data
from notalone_kernel.entry_shelf import EntryShelf
from notalone_kernel.left_out import LeftOut


def packaged_programmes(remembered: Mapping[str, LeftOut] | None = None) -> EntryShelf:
    """The entries of the data package and the floor of the crisis package, without what is remembered as left out."""
    # The floor wins: its facts are the best guarded.
    return EntryShelf([*notalone_data.entries(), *notalone_crisis.floor_entries()], remembered=remembered)
