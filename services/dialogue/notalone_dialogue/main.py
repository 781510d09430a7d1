"""Puts the dialogue service together."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import partial

import notalone_crisis
import notalone_data
from notalone.common.v1.common_pb2 import Audience
from notalone.dialogue.v1 import dialogue_service_pb2 as pb
from notalone.dialogue.v1 import dialogue_service_pb2_grpc as rpc
from notalone_chassis.clock import Clock
from notalone_chassis.counting import Count, Counting, of_service, uncounted
from notalone_chassis.events.following import Following, applying
from notalone_chassis.events.opening import open_bus
from notalone_chassis.grpc_server import GrpcServer
from notalone_chassis.remembering import Memory
from notalone_chassis.seal import KeyRing, Sealer
from notalone_chassis.service import Running, run
from notalone_chassis.telemetry import Telemetry
from notalone_kernel import left_out
from notalone_kernel.entry_shelf import TOPIC, change
from notalone_kernel.presented import Presented

from notalone_dialogue import counts
from notalone_dialogue.adapters import packaged_programmes
from notalone_dialogue.advice import Adviser
from notalone_dialogue.api import DialogueApi
from notalone_dialogue.domain.flow_file import read_flow
from notalone_dialogue.ports import Programmes, Understanding
from notalone_dialogue.settings import DialogueSettings
from notalone_dialogue.turn import TurnWriter
from notalone_dialogue.understanding import load_understanding, mention
from notalone_dialogue.usecases import Conversations
from notalone_dialogue.wording import load_wording

__all__ = ["DialogueSettings", "conversations", "main", "start"]

FLOWS = {Audience.GENERAL: "general", Audience.CHILD: "child", Audience.TEEN: "teen"}


@dataclass(frozen=True, slots=True)
class _Service:
    address: str
    server: GrpcServer
    counting: Counting
    following: Following
    preparing: asyncio.Task[None]

    async def stop(self, grace: float) -> None:
        self.preparing.cancel()
        await asyncio.gather(self.preparing, return_exceptions=True)
        await self.server.stop(grace)
        await self.following.stop()
        await self.counting.stop()


def conversations(
    *,
    sealer: Sealer,
    clock: Clock,
    understanding: Understanding,
    programmes: Programmes | None = None,
    count: Count = uncounted,
) -> Conversations:
    """The use cases on the packaged flows; on the packaged entries where no read model is given."""
    labels = notalone_data.needs()["needs"]
    wording = load_wording()
    programmes = programmes or packaged_programmes()
    presented = Presented()
    adviser = Adviser(programmes=programmes, understanding=understanding, wording=wording, need_labels=labels)
    return Conversations(
        flows={audience: read_flow(notalone_data.flow(name), need_labels=labels) for audience, name in FLOWS.items()},
        understanding=understanding,
        adviser=adviser,
        writer=TurnWriter(adviser=adviser, wording=wording, need_labels=labels, presented=presented),
        need_labels=labels,
        presented=presented,
        sealer=sealer,
        clock=clock,
        mentions=_Mentions(programmes),
        count=count,
    )


async def start(settings: DialogueSettings, *, clock: Clock, telemetry: Telemetry | None = None) -> Running:
    """Starts to serve.

    Raises:
        OSError: the port is taken, or the keys cannot be kept.
        DataError, FlowError: the packaged files cannot be used.
    """
    # Read now: a fault in these sheets must stop the start, not meet the first cry for help;
    notalone_crisis.recognise("")
    ring = KeyRing(settings.keys, clock)
    # so must a folder that cannot be written.
    ring.keys()
    memory = Memory(settings.data_dir / "dialogue" / "left_out.json", left_out, service="dialogue")
    programmes = packaged_programmes(memory.known)
    bus = partial(open_bus, settings, clock=clock, service="dialogue", telemetry=telemetry)
    follow = applying(change, programmes.apply, then=lambda: memory.keep(programmes.left_out))
    following = Following(bus, [TOPIC], follow, service="dialogue")
    server = GrpcServer("dialogue", settings=settings, telemetry=telemetry)
    understanding = load_understanding(programmes)
    counting = of_service("dialogue", counts.payload, settings, clock=clock, telemetry=telemetry)
    talk = conversations(
        sealer=ring.sealer(),
        clock=clock,
        understanding=understanding,
        programmes=programmes,
        count=counting.count,
    )
    api = DialogueApi(talk)
    server.add(rpc.add_DialogueServiceServicer_to_server, api, pb.DESCRIPTOR.services_by_name["DialogueService"])
    await following.start()
    try:
        address = await server.start()
    except BaseException:
        await following.stop()
        raise
    counting.start()
    preparing = asyncio.create_task(_prepare(understanding.languages, understanding.prepare))
    return _Service(address, server, counting, following, preparing)


async def _prepare(languages: Iterable[str], prepare: Callable[[str], None]) -> None:
    """Beside the first conversations, so that whoever says the first words does not wait."""
    for name in languages:
        await asyncio.to_thread(prepare, name)


class _Mentions:
    """The mentions that a conversation may hold: of the entries that are there now."""

    def __init__(self, programmes: Programmes) -> None:
        self._programmes = programmes
        self._version, self._known = programmes.version, self._made()

    def __call__(self) -> frozenset[str]:
        if self._version != self._programmes.version:
            self._version, self._known = self._programmes.version, self._made()
        return self._known

    def _made(self) -> frozenset[str]:
        return frozenset(mention(entry.id) for entry in self._programmes.all())


def main() -> None:
    """Runs the service alone until it is told to end."""
    run(start, DialogueSettings)


if __name__ == "__main__":
    main()
