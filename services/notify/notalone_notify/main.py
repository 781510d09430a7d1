"""Builds notify from its parts and runs it."""

from __future__ import annotations

import asyncio
import contextlib
import uuid
from contextlib import AsyncExitStack
from dataclasses import dataclass
from datetime import timedelta
from random import Random

from notalone.notify.v1 import notify_service_pb2
from notalone.notify.v1.notify_service_pb2_grpc import add_NotifyServiceServicer_to_server
from notalone_chassis.access.wiring import token_verifier
from notalone_chassis.clock import Clock
from notalone_chassis.events.opening import open_bus
from notalone_chassis.grpc_server import GrpcServer
from notalone_chassis.sql import command
from notalone_chassis.sql.database import open_database
from notalone_chassis.sql.engines import Limits
from notalone_chassis.sql.preparation import Preparation
from notalone_chassis.sql.relay import Relay
from notalone_chassis.telemetry import Telemetry
from notalone_chassis.telemetry.outbox import watch

from notalone_notify.adapters.folder_mail import FolderMail
from notalone_notify.adapters.smtp_mail import Server, SmtpMail
from notalone_notify.api import NotifyApi
from notalone_notify.intake import GROUP, TOPIC, Intake
from notalone_notify.letters import LetterWriter
from notalone_notify.ports import MailTransport
from notalone_notify.post_office import PostOffice
from notalone_notify.settings import NotifySettings
from notalone_notify.staff import Staff

__all__ = ["NotifySettings", "main", "start"]

PACKAGE = "notalone_notify"
SERVICE = notify_service_pb2.DESCRIPTOR.services_by_name["NotifyService"]
# For what waits to be published when notify ends; the rest is kept.
PUBLISH_SECONDS = 2.0


@dataclass(frozen=True, slots=True)
class RunningNotify:
    """Notify, at work."""

    address: str
    server: GrpcServer
    office: PostOffice
    behind: AsyncExitStack

    async def stop(self, grace: float) -> None:
        """Ends calls and the mail under way, publishes what waits, then closes."""
        await self.server.stop(grace)
        await self.office.stop(grace)
        await self.behind.aclose()


async def start(settings: NotifySettings, *, clock: Clock, telemetry: Telemetry | None = None) -> RunningNotify:
    """Starts notify; a database that is away is waited for.

    Raises:
        OSError: the port is taken, or the state cannot be kept.
        ValueError: a setting is missing or not safe in production.
    """
    telemetry = telemetry or Telemetry()
    async with AsyncExitStack() as stack:
        limits = Limits(connections=settings.database_connections)
        address = settings.database_address("notify")
        database = open_database(address, application="notalone-notify", limits=limits)
        stack.push_async_callback(database.close)
        transport = transport_of(settings)
        stack.push_async_callback(transport.close)
        office = PostOffice(
            database,
            transport,
            staff=Staff.parse(settings.staff.get_secret_value()),
            writer=LetterWriter(sender=settings.mail_from, staff_url=settings.staff_url),
            gather_for=timedelta(seconds=settings.gather_seconds),
            clock=clock,
            random=Random(),  # noqa: S311 jitter is no secret
            new_id=_new_id,
            metrics=telemetry.metrics,
        )
        bus = await open_bus(settings, clock=clock, service="notify", telemetry=telemetry)
        stack.push_async_callback(bus.close)
        relay = Relay(database, bus, service="notify", token=_new_id(), clock=clock)
        watch(relay, telemetry.metrics, service="notify")
        stack.push_async_callback(relay.stop, PUBLISH_SECONDS)
        preparation = Preparation(database, PACKAGE, service="notify", migrate=settings.migrate_at_start)
        stack.push_async_callback(preparation.stop)
        await preparation.start()
        intake = Intake(database, clock=clock, added=office.wake)

        async def work() -> None:
            await preparation.wait()
            await relay.start()
            await bus.consume([TOPIC], intake.handle, group=GROUP)
            office.start()

        stack.push_async_callback(_end, asyncio.create_task(work()))
        verifier = token_verifier(settings, clock=clock, telemetry=telemetry)
        server = GrpcServer("notify", settings=settings, verifier=verifier, telemetry=telemetry)
        server.add(add_NotifyServiceServicer_to_server, NotifyApi(database), SERVICE, needs=preparation)
        return RunningNotify(await server.start(), server, office, stack.pop_all())


def transport_of(settings: NotifySettings) -> MailTransport:
    """The way of the mails that the settings name."""
    if not settings.smtp_host:
        return FolderMail(settings.data_dir / "notify" / "mail")
    return SmtpMail(
        Server(
            host=settings.smtp_host,
            port=settings.smtp_port,
            security=settings.smtp_security,
            username=settings.smtp_username,
            password=settings.smtp_password.get_secret_value(),
            timeout=settings.smtp_timeout,
        )
    )


async def _end(task: asyncio.Task[None]) -> None:
    task.cancel()
    with contextlib.suppress(asyncio.CancelledError):
        await task


def _new_id() -> str:
    return uuid.uuid4().hex


def main() -> None:
    """Runs notify alone until a signal; with "migrate", migrates its database."""
    command.run(start, NotifySettings, name="notify", package=PACKAGE)


if __name__ == "__main__":
    main()
