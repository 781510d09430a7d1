"""Takes away what has expired. Nobody can read it any more; this frees the place."""

from __future__ import annotations

import asyncio

import structlog

from notalone_chassis.errors import Unavailable
from notalone_chassis.objects.ports import ObjectStore


async def sweep(store: ObjectStore) -> int:
    """Deletes what has expired; returns how many objects."""
    names = await store.expired()
    for name in names:
        await store.delete(name)
    return len(names)


async def sweep_forever(store: ObjectStore, *, log: structlog.typing.FilteringBoundLogger, every: float) -> None:
    """Sweeps every so many seconds until it is cancelled; goes on when the store was away."""
    while True:
        await asyncio.sleep(every)
        try:
            if count := await sweep(store):
                log.info("expired objects deleted", count=count)
        except Unavailable as error:
            log.warning("could not sweep", part=error.part)
