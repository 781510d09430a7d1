"""What the catalogue searches with: embedded, or on Elasticsearch with the embedded index behind it."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Awaitable, Callable, Iterable, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from notalone.catalog.v1.entry_pb2 import Entry
from notalone_chassis import logs
from notalone_chassis.clock import Clock
from notalone_chassis.errors import Unavailable

from notalone_catalog.adapters.fallback_index import FallbackIndex
from notalone_catalog.adapters.tantivy_index import TantivyProgrammeIndex
from notalone_catalog.domain.breaker import Breaker
from notalone_catalog.domain.wording import Wording
from notalone_catalog.ports import ProgrammeSearch
from notalone_catalog.settings import CatalogSettings

if TYPE_CHECKING:
    from elasticsearch import AsyncElasticsearch

    from notalone_catalog.adapters.elasticsearch.index import ElasticsearchProgrammeIndex, Reader

# Between two tries to build the index while the server is away.
PAUSE_SECONDS = 2.0
# Between two looks whether there still is one.
CHECK_SECONDS = 15.0


@dataclass(frozen=True, slots=True)
class Searching:
    """The indexes at work.

    Attributes:
        asked: What questions go to.
        embedded: In memory: follows the entry events from the first one.
        shared: On the server: fed by the group `projection.GROUP`; None without a server.
    """

    asked: ProgrammeSearch
    embedded: TantivyProgrammeIndex
    shared: ElasticsearchProgrammeIndex | None = None
    _client: AsyncElasticsearch | None = None
    _tasks: list[asyncio.Task[None]] = field(default_factory=list)

    async def close(self) -> None:
        """Ends what is under way."""
        for task in self._tasks:
            task.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await task
        if self._client is not None:
            await self._client.close()


async def open_searching(
    settings: CatalogSettings,
    *,
    wording: Wording,
    synonyms: Iterable[Sequence[str]],
    national: Sequence[Entry],
    read: Reader,
    clock: Clock,
) -> Searching:
    """Opens the indexes. The server need not be there: its index is built as soon as it is.

    Tantivy alone is safe in production too: an index is a projection, nothing is lost with it.

    Args:
        settings: Without `elasticsearch_url`, all is embedded.
        wording: What entries are found by.
        synonyms: Those of the data, for the dictionary of the server.
        national: What the embedded index begins with.
        read: Reads all entries, to build the index on the server.
        clock: Of the breaker.
    """
    packaged = {entry.id for entry in national}
    # Beside a server it only stands in: what serves the whole country, and what came with the code.
    alone = not settings.elasticsearch_url
    embedded = TantivyProgrammeIndex(
        wording, holds=lambda entry: alone or entry.floor or not entry.prefectures or entry.id in packaged
    )
    await embedded.replace(national)
    if alone:
        return Searching(embedded, embedded)
    # The client takes half a second to import, and a start without the server needs none.
    from notalone_catalog.adapters.elasticsearch import blueprint  # noqa: PLC0415
    from notalone_catalog.adapters.elasticsearch.index import ElasticsearchProgrammeIndex, connect  # noqa: PLC0415

    client = connect(settings.elasticsearch_url)
    plan = blueprint.read(synonyms)
    shared = ElasticsearchProgrammeIndex(client, name=settings.elasticsearch_index, wording=wording, blueprint=plan)
    asked = FallbackIndex(shared, embedded, breaker=Breaker(clock))
    return Searching(asked, embedded, shared, client, [asyncio.create_task(_keep(shared, read))])


async def _keep(index: ElasticsearchProgrammeIndex, read: Reader) -> None:
    """Builds the index where it is of an older plan, and whenever none serves: a server may come back empty."""
    while not await _tried(index.is_current, index, read):  # noqa: ASYNC110 - nobody could set an event
        await asyncio.sleep(PAUSE_SECONDS)
    while True:
        # Of its plan no more: processes of two releases would build in turns.
        served = await _tried(index.is_serving, index, read)
        await asyncio.sleep(CHECK_SECONDS if served else PAUSE_SECONDS)


async def _tried(good: Callable[[], Awaitable[bool]], index: ElasticsearchProgrammeIndex, read: Reader) -> bool:
    """Whether the index is as it should be, after building it where it was not."""
    try:
        if await good():
            return True
        await index.rebuild(read)
        logs.get("catalog").info("search index built")
        # One of an older process may have been faster.
        return await good()
    except Unavailable:
        return False
    except Exception as error:  # noqa: BLE001 - search goes on without the server, whatever the fault
        logs.get("catalog").error("search index not built", exc_info=error)
        return False
