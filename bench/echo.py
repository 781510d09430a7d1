"""The real gateway over a service that does nothing: what is left of a turn when the dialogue costs no time.

`python -m bench.echo TURNS` answers every reply with one of the turns of that file (a JSON list, as the gateway gave
them), in one process and one loop, as `make run` has it.
"""

from __future__ import annotations

import itertools
import json
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

import grpc
from google.protobuf import json_format
from notalone.dialogue.v1 import dialogue_service_pb2 as pb
from notalone.dialogue.v1 import dialogue_service_pb2_grpc as rpc
from notalone_chassis import service
from notalone_chassis.clock import Clock
from notalone_chassis.grpc_server import OPTIONS
from notalone_chassis.telemetry import Telemetry
from notalone_gateway import contract
from notalone_gateway import main as gateway
from notalone_gateway.settings import GatewaySettings


class _Echo(rpc.DialogueServiceServicer):
    def __init__(self, turns: Sequence[pb.Turn]) -> None:
        self._turns = itertools.cycle(turns)

    async def ReplyConversation(  # noqa: N802 the name of the proto
        self, _request: pb.ReplyConversationRequest, _context: grpc.aio.ServicerContext[Any, Any]
    ) -> pb.Turn:
        return next(self._turns)


@dataclass(frozen=True, slots=True)
class _Both:
    address: str
    front: gateway.RunningGateway
    behind: grpc.aio.Server

    async def stop(self, grace: float) -> None:
        await self.front.stop(grace)
        await self.behind.stop(grace)


async def _start(
    turns: Sequence[pb.Turn], settings: GatewaySettings, *, clock: Clock, telemetry: Telemetry | None = None
) -> _Both:
    behind = grpc.aio.server(options=OPTIONS)
    rpc.add_DialogueServiceServicer_to_server(_Echo(turns), behind)
    address = f"127.0.0.1:{behind.add_insecure_port('127.0.0.1:0')}"
    await behind.start()
    addresses = {f"{part}_address": address for part in contract.services()}
    front = await gateway.start(settings.model_copy(update=addresses), clock=clock, telemetry=telemetry)
    print(f"ready: http://{front.address}", flush=True)
    return _Both(front.address, front, behind)


def main() -> None:
    """Serves until it is told to end."""
    turns = [json_format.ParseDict(turn, pb.Turn()) for turn in json.loads(Path(sys.argv[1]).read_text("utf-8"))]
    service.run(partial(_start, turns), GatewaySettings)


if __name__ == "__main__":
    main()
