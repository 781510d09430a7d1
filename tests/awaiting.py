"""Waiting in a test for what another task does and tells nobody."""

import asyncio
from collections.abc import Callable

PATIENCE = 30.0


async def until(condition: Callable[[], object]) -> None:
    """Returns when it holds.

    Raises:
        TimeoutError: it does not within `PATIENCE` seconds.
    """
    async with asyncio.timeout(PATIENCE):
        while not condition():  # noqa: ASYNC110 nobody could set an event
            await asyncio.sleep(0.01)
