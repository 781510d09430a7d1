"""The search index on Elasticsearch."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator, Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from typing import Any

from elasticsearch import ApiError, AsyncElasticsearch, TransportError
from notalone.catalog.v1.entry_pb2 import Entry
from notalone_chassis.errors import Unavailable
from notalone_kernel.entry_shelf import Change

from notalone_catalog.adapters.elasticsearch.blueprint import Blueprint
from notalone_catalog.adapters.elasticsearch.documents import document
from notalone_catalog.adapters.elasticsearch.questions import found, search_body, suggest_body
from notalone_catalog.adapters.elasticsearch.versions import WRITE, Superseded, Versions
from notalone_catalog.domain.wording import Wording
from notalone_catalog.ports import Found, Question

PART = "elasticsearch"
# Entries that are cut together while building.
BATCH = 500
# More at once would hold up the event loop, and the HTTP client warns of it.
REQUEST_BYTES = 800_000
SEARCH_SECONDS = 2.0
WRITE_SECONDS = 30.0
NOT_FOUND, CONFLICT, TOO_MANY, FAULT = 404, 409, 429, 500

# Reads all entries as changes; called when everything applied from then on reaches the new index as well.
Reader = Callable[[], AsyncIterator[Change]]


class ElasticsearchProgrammeIndex:
    """A versioned index behind an alias, shared by all processes."""

    def __init__(
        self, client: AsyncElasticsearch, *, name: str, wording: Wording, blueprint: Blueprint, refresh: bool = False
    ) -> None:
        """Takes a client, which stays the caller's.

        Args:
            client: Of the same major version as the server.
            name: Of the alias that searches ask; indexes are called after it.
            wording: What entries are found by.
            blueprint: What a new index is.
            refresh: True makes every change visible at once, which is slow: for tests.
        """
        self._client = client.options(request_timeout=SEARCH_SECONDS, max_retries=0)
        self._writing = client.options(request_timeout=WRITE_SECONDS, max_retries=0)
        self._versions = Versions(self._writing, name)
        self._name = name
        self._wording = wording
        self._blueprint = blueprint
        self._refresh = refresh

    async def search(self, question: Question) -> Found:
        """See the port."""
        return await self._ask(search_body(question, self._wording))

    async def suggest(self, question: Question) -> Found:
        """See the port."""
        return await self._ask(suggest_body(question))

    async def apply(self, changes: Sequence[Change]) -> None:
        """See the port. Goes on until no index has come that does not have them."""
        if not changes:
            return
        with _reached():
            written: set[str] = set()
            while missing := await self._versions.targets() - written:
                for index in missing:
                    await self._write(index, changes)
                written |= missing
        if not written:
            # Nothing has been built yet: the changes come again.
            raise Unavailable(PART)

    async def replace(self, entries: Iterable[Entry]) -> None:
        """See the port. Nobody may apply changes meanwhile that are not among the entries; else `rebuild`."""
        held = list(entries)

        async def read() -> AsyncIterator[Change]:
            for entry in held:
                yield Change(entry.id, entry.revision, entry)

        await self.rebuild(read)

    async def is_serving(self) -> bool:
        """Tells whether an index serves, whatever its plan.

        Raises:
            Unavailable: the server cannot be reached.
        """
        with _reached():
            return await self._versions.serving() is not None

    async def is_current(self) -> bool:
        """Tells whether an index serves that is as this code would build it, or newer.

        Raises:
            Unavailable: the server cannot be reached.
        """
        with _reached():
            serving = await self._versions.serving()
        mine = (self._blueprint.version, self._blueprint.fingerprint)
        return serving is not None and (serving[0] > mine[0] or serving == mine)

    async def rebuild(self, read: Reader) -> None:
        """Builds anew beside the serving index, then changes over; that one goes on serving until then.

        Safe while others apply changes or rebuild too: then the first one to end wins, and this one ends quietly.
        What a builder that died has left behind is removed by the next one.

        Raises:
            Unavailable: the server cannot be reached; the old index goes on serving.
        """
        with _reached():
            index = await self._versions.create(self._blueprint)
            try:
                await self._fill(index, read)
                await self._versions.open(index, self._blueprint)
                await self._versions.change_over(index)
            except Superseded:
                return
            except BaseException:
                await self._drop(index)
                raise

    async def _fill(self, index: str, read: Reader) -> None:
        """The next entries are cut, beside the event loop, while the server works at the ones before."""
        sending: asyncio.Task[bool] | None = None
        try:
            async for batch in _batches(read()):
                requests = await asyncio.to_thread(self._requests, index, batch)
                await _sent(sending)
                sending = asyncio.create_task(self._send(requests))
            await _sent(sending)
        finally:
            if sending is not None:
                sending.cancel()
                await asyncio.gather(sending, return_exceptions=True)

    async def _write(self, index: str, changes: Sequence[Change]) -> bool:
        """Writes each where its revision is not older than what is there; False where the index is gone."""
        # Here and not in a thread: a batch that competes for the interpreter was found later (measured, both ways).
        return await self._send(self._requests(index, changes))

    def _requests(self, index: str, changes: Sequence[Change]) -> list[list[Any]]:
        return list(_requests(index, [document(change, self._wording) for change in changes]))

    async def _send(self, requests: Iterable[list[Any]]) -> bool:
        there = True
        for operations in requests:
            answer = await self._writing.bulk(operations=operations, require_alias=True, refresh=self._refresh)
            states = {item["index"]["status"] for item in answer["items"] if "error" in item["index"]}
            if TOO_MANY in states or any(state >= FAULT for state in states):
                raise Unavailable(PART)
            if states - {CONFLICT, NOT_FOUND}:
                raise ValueError("the index refuses an entry")
            there = there and NOT_FOUND not in states
        return there

    async def _ask(self, body: dict[str, Any] | None) -> Found:
        if body is None:
            return Found()
        with _reached():
            answer = await self._client.search(index=self._name, body=body, allow_partial_search_results=False)
        return found(answer.body)

    async def _drop(self, index: str) -> None:
        try:
            await self._versions.drop(index)
        except (ApiError, TransportError):
            # The next builder that ends removes it.
            return


async def _batches(changes: AsyncIterator[Change]) -> AsyncIterator[list[Change]]:
    batch: list[Change] = []
    async for change in changes:
        batch.append(change)
        if len(batch) == BATCH:
            yield batch
            batch = []
    if batch:
        yield batch


async def _sent(sending: asyncio.Task[bool] | None) -> None:
    if sending is not None and not await sending:
        raise Superseded


def _requests(index: str, documents: Sequence[dict[str, Any]]) -> Iterator[list[Any]]:
    """The lines of bulk requests, none too large; versions hold an older document off."""
    lines: list[Any] = []
    size = 0
    for one in documents:
        target = {"_index": index + WRITE, "_id": one["id"], "version": one["revision"]}
        action = json.dumps({"index": {**target, "version_type": "external_gte"}}).encode()
        content = json.dumps(one, ensure_ascii=False, separators=(",", ":")).encode()
        if lines and size + len(action) + len(content) > REQUEST_BYTES:
            yield lines
            lines, size = [], 0
        lines += [action, content]
        size += len(action) + len(content)
    if lines:
        yield lines


@contextmanager
def _reached() -> Iterator[None]:
    """Tells what the server cannot do now from what its answer means."""
    try:
        yield
    except TransportError as error:
        raise Unavailable(PART) from error
    except ApiError as error:
        # Also where the server refuses what we ask: whoever asks has another index, and the log says what it was.
        raise Unavailable(PART) from error


def connect(url: str, *, connections: int = 10) -> AsyncElasticsearch:
    """A client for one address, the service's or a load balancer's: it looks for no other nodes."""
    return AsyncElasticsearch(
        url, connections_per_node=connections, request_timeout=SEARCH_SECONDS, max_retries=0, retry_on_timeout=False
    )
