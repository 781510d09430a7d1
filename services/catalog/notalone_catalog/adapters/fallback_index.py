"""Search that goes on while the search server is away: from the embedded index, and says so."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import replace

from notalone_chassis import logs
from notalone_chassis.errors import Unavailable

from notalone_catalog.domain.breaker import Breaker
from notalone_catalog.ports import Found, ProgrammeSearch, Question

# Well within the deadline of a call, so that there is time to answer from the embedded index.
PATIENCE_SECONDS = 1.0
PART = "search"


class FallbackIndex:
    """Asks the server; where that fails, is slow, or has lately been so, the embedded index of national entries."""

    def __init__(
        self,
        server: ProgrammeSearch,
        embedded: ProgrammeSearch,
        *,
        breaker: Breaker,
        patience_seconds: float = PATIENCE_SECONDS,
    ) -> None:
        self._server = server
        self._embedded = embedded
        self._breaker = breaker
        self._patience = patience_seconds

    async def search(self, question: Question) -> Found:
        """See the port; never Unavailable, but `degraded`."""
        return await self._ask(lambda index: index.search(question))

    async def suggest(self, question: Question) -> Found:
        """See the port; never Unavailable, but `degraded`."""
        return await self._ask(lambda index: index.suggest(question))

    async def _ask(self, ask: Callable[[ProgrammeSearch], Awaitable[Found]]) -> Found:
        found = await self._from_server(ask) if self._breaker.allows() else None
        return replace(await ask(self._embedded), degraded=True) if found is None else found

    async def _from_server(self, ask: Callable[[ProgrammeSearch], Awaitable[Found]]) -> Found | None:
        was_open = self._breaker.open
        try:
            async with asyncio.timeout(self._patience):
                found = await ask(self._server)
        except (Unavailable, TimeoutError) as error:
            self._breaker.failed()
            if self._breaker.open and not was_open:
                logs.get("catalog").warning("search server away", part=PART, exc_info=error)
            return None
        except BaseException:
            self._breaker.abandoned()
            raise
        self._breaker.succeeded()
        if was_open:
            logs.get("catalog").info("search server back", part=PART)
        return found
