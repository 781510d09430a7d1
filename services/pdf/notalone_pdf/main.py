"""The composition root."""

from __future__ import annotations

import asyncio
import secrets
from dataclasses import dataclass
from datetime import timedelta

import grpc
from notalone.dialogue.v1 import dialogue_service_pb2 as dialogue
from notalone.pdf.v1 import pdf_service_pb2 as pdf
from notalone.pdf.v1 import pdf_service_pb2_grpc as pdf_grpc
from notalone_chassis import grpc_client, logs, service
from notalone_chassis.clock import Clock
from notalone_chassis.counting import Counting, of_service
from notalone_chassis.events.settings import EventSettings
from notalone_chassis.grpc_server import GrpcServer
from notalone_chassis.objects import sweeping
from notalone_chassis.objects.opening import ObjectSettings, open_store
from notalone_chassis.objects.ports import ObjectStore
from notalone_chassis.telemetry import Telemetry
from pydantic import Field
from pydantic_settings import SettingsConfigDict

from notalone_pdf import counts
from notalone_pdf.adapters import GrpcConversations
from notalone_pdf.api import PdfServicer
from notalone_pdf.keeping import KeepMemo, KeptMemos
from notalone_pdf.printer import Printer
from notalone_pdf.usecases import RenderMemo


class PdfSettings(ObjectSettings, EventSettings):
    """Settings of the memo service."""

    model_config = SettingsConfigDict(env_prefix="NOTALONE_PDF_", frozen=True, extra="ignore", populate_by_name=True)

    # Where the dialogue service answers, as "host:port".
    dialogue_address: str = "127.0.0.1:50052"
    # Memos printed at the same time; each takes one core for some 25 ms.
    threads: int = Field(default=2, ge=1, le=64)
    # How long a kept memo lives; a week at most.
    keep_hours: int = Field(default=24, ge=1, le=168)


@dataclass(frozen=True, slots=True)
class PdfService:
    """The memo service, serving."""

    address: str
    server: GrpcServer
    printer: Printer
    channel: grpc.aio.Channel
    store: ObjectStore
    counting: Counting
    sweeping: asyncio.Task[None]

    async def stop(self, grace: float) -> None:
        """Lets memos at work be finished, then closes what was opened."""
        await self.server.stop(grace)
        self.sweeping.cancel()
        await self.counting.stop()
        await self.channel.close()
        await self.store.close()
        self.printer.close()


async def start(settings: PdfSettings, *, clock: Clock, telemetry: Telemetry | None = None) -> PdfService:
    """Starts the service.

    Raises:
        OSError: the port is taken.
    """
    channel = grpc_client.channel(
        settings.dialogue_address,
        list(dialogue.DESCRIPTOR.services_by_name.values()),
        internal_key=settings.internal_key.get_secret_value(),
        caller="pdf",
        telemetry=telemetry,
    )
    printer = Printer(threads=settings.threads)
    await printer.warm()
    lifetime = timedelta(hours=settings.keep_hours)
    store = open_store(settings, service="pdf", clock=clock, longest=lifetime)
    counting = of_service("pdf", counts.payload, settings, clock=clock, telemetry=telemetry)
    render = RenderMemo(conversations=GrpcConversations(channel), printer=printer, clock=clock, count=counting.count)
    keep = KeepMemo(render=render, store=store, lifetime=lifetime, clock=clock, random=secrets.token_bytes)
    server = GrpcServer("pdf", settings=settings, telemetry=telemetry)
    server.add(
        pdf_grpc.add_PdfServiceServicer_to_server,
        PdfServicer(render, keep, KeptMemos(store)),
        pdf.DESCRIPTOR.services_by_name["PdfService"],
    )
    address = await server.start()
    counting.start()
    return PdfService(
        address=address,
        server=server,
        printer=printer,
        channel=channel,
        store=store,
        counting=counting,
        sweeping=asyncio.create_task(sweeping.sweep_forever(store, log=logs.get("pdf"), every=settings.sweep_seconds)),
    )


def main() -> None:
    """Runs the service until it is told to end."""
    service.run(start, PdfSettings)


if __name__ == "__main__":
    main()
