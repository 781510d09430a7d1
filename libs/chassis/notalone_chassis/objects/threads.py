"""Blocking calls on a few threads of their own, each within a time, so that the loop never waits."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import TypeVar

from notalone_chassis.errors import Unavailable

T = TypeVar("T")


class Threads:
    """Runs blocking work; who waits too long, in the queue or for the answer, is told that the part is away."""

    def __init__(self, part: str, *, most: int, seconds: float) -> None:
        """Threads start as they are needed.

        Args:
            part: Name of what stands behind, for the error.
            most: Threads, and so calls at work at once.
            seconds: Within which a call must have come back.
        """
        self._part = part
        self._seconds = seconds
        self._pool = ThreadPoolExecutor(max_workers=most, thread_name_prefix=part)

    async def run(self, work: Callable[[], T]) -> T:
        """What the work returns.

        Raises:
            Unavailable: it took too long. Work that had begun goes on to its own end, unheard.
        """
        try:
            async with asyncio.timeout(self._seconds):
                return await asyncio.get_running_loop().run_in_executor(self._pool, work)
        except TimeoutError:
            raise Unavailable(self._part) from None

    async def close(self) -> None:
        """Drops what has not begun and waits for the rest, which has times of its own."""
        await asyncio.to_thread(self._pool.shutdown, wait=True, cancel_futures=True)
