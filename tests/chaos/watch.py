"""Looks into every single process of catalog and dialogue: what does it show of the entries of the load?"""

from __future__ import annotations

import asyncio
from typing import Any

import grpc
from notalone.catalog.v1 import catalog_service_pb2
from notalone.catalog.v1.catalog_service_pb2_grpc import CatalogServiceStub
from notalone.dialogue.v1 import dialogue_service_pb2
from notalone.dialogue.v1.dialogue_service_pb2_grpc import DialogueServiceStub

from chaos.history import History
from chaos.installation import INTERNAL_KEY, Backend
from chaos.ledger import ENTRIES, seen

SECONDS = 2.0
PAUSE_SECONDS = 0.7
LOOK = "look"
WATCHED = ("catalog-1", "catalog-2", "dialogue-1", "dialogue-2")


class Watch:
    """Notes what each process shows, again and again; each look bears the pid of the process."""

    def __init__(self, backend: Backend, history: History) -> None:
        self._backend = backend
        self._history = history
        self._channels: dict[str, grpc.aio.Channel] = {}
        self._tasks: list[asyncio.Task[None]] = []
        self._conversation = ""

    def start(self) -> None:
        """Begins."""
        for name in WATCHED:
            address = self._backend.places()[name].address
            # A process that is back is found at once.
            options = [("grpc.max_reconnect_backoff_ms", 500), ("grpc.initial_reconnect_backoff_ms", 200)]
            self._channels[name] = grpc.aio.insecure_channel(address, options=options)
            self._tasks.append(asyncio.create_task(self._again(name)))

    async def stop(self) -> None:
        """Ends."""
        tasks, self._tasks = self._tasks, []
        for task in tasks:
            task.cancel()
        ended = await asyncio.gather(*tasks, return_exceptions=True)
        for channel in self._channels.values():
            await channel.close()
        for error in ended:
            if isinstance(error, Exception):
                raise error

    async def _again(self, name: str) -> None:
        while True:
            await self._look(name)
            await asyncio.sleep(PAUSE_SECONDS)

    async def _look(self, name: str) -> None:
        place = self._backend.places().get(name)
        if place is None or not place.pid:
            return
        with self._history.call(LOOK, process=name, pid=place.pid) as call:
            try:
                shown = await (self._catalog(name) if place.kind == "catalog" else self._dialogue(name))
            except grpc.aio.AioRpcError as error:
                call.ended("unknown", error.code().name)
                return
            # One that ended meanwhile may have been another's answer.
            now = self._backend.places().get(name)
            if now is not None and now.pid == place.pid:
                call.about["shown"] = shown
                call.ended("done")

    async def _catalog(self, name: str) -> dict[str, str]:
        stub: Any = CatalogServiceStub(self._channels[name])
        found = {}
        for id_ in ENTRIES:
            request = catalog_service_pb2.GetProgrammeRequest(id=id_, language="ja")
            try:
                found[id_] = seen(id_, await stub.GetProgramme(request, timeout=SECONDS))
            except grpc.aio.AioRpcError as error:
                if error.code() != grpc.StatusCode.NOT_FOUND:
                    raise
                found[id_] = seen(id_, None)
        return found

    async def _dialogue(self, name: str) -> dict[str, str]:
        stub: Any = DialogueServiceStub(self._channels[name])
        if not self._conversation:
            started = await stub.StartConversation(
                dialogue_service_pb2.StartConversationRequest(language="ja"), timeout=SECONDS
            )
            self._conversation = started.conversation
        told = (("internal-key", INTERNAL_KEY),)
        found = {}
        for id_ in ENTRIES:
            request = dialogue_service_pb2.DescribeConversationRequest(
                conversation=self._conversation, programme_ids=[id_], language="ja"
            )
            try:
                answer = await stub.DescribeConversation(request, timeout=SECONDS, metadata=told)
                found[id_] = seen(id_, answer.programmes[0].programme)
            except grpc.aio.AioRpcError as error:
                if error.code() != grpc.StatusCode.INVALID_ARGUMENT:
                    raise
                found[id_] = seen(id_, None)
        return found
