"""Keeps a search index in step with the entry events."""

from __future__ import annotations

from collections.abc import Sequence

from notalone_chassis.events.event import Delivery
from notalone_kernel.entry_shelf import Change, change

from notalone_catalog.ports import ProgrammeIndex

# Of the consumers that share one index; an index in memory follows the topic instead.
GROUP = "catalog.search-index"


def changes(batch: Sequence[Delivery]) -> list[Change]:
    """What a batch of entry events says, in its order.

    Raises:
        ValueError: an event that can never be applied.
    """
    return [change(each.event.id, each.event.key, each.event.data) for each in batch]


async def project(index: ProgrammeIndex, batch: Sequence[Delivery]) -> None:
    """Handler of a batch, for `EventBus.consume` with `GROUP`, or for `follow`.

    Raises:
        ValueError: an event that can never be applied.
        Unavailable: the index cannot be reached: the batch comes again.
    """
    await index.apply(changes(batch))
