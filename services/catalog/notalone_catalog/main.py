"""Builds the catalogue from its parts and runs it."""

from __future__ import annotations

import uuid
from collections.abc import Collection
from contextlib import AsyncExitStack
from dataclasses import dataclass
from functools import partial

import notalone_crisis
import notalone_data
from notalone.catalog.v1 import (
    catalog_authoring_service_pb2,
    catalog_service_pb2,
    contact_report_service_pb2,
    open_data_service_pb2,
)
from notalone.catalog.v1.catalog_authoring_service_pb2_grpc import add_CatalogAuthoringServiceServicer_to_server
from notalone.catalog.v1.catalog_service_pb2_grpc import add_CatalogServiceServicer_to_server
from notalone.catalog.v1.contact_report_service_pb2_grpc import add_ContactReportServiceServicer_to_server
from notalone.catalog.v1.open_data_service_pb2_grpc import add_OpenDataServiceServicer_to_server
from notalone_chassis.access.wiring import token_verifier
from notalone_chassis.clock import Clock
from notalone_chassis.events.opening import open_bus
from notalone_chassis.grpc_server import GrpcServer
from notalone_chassis.remembering import Memory
from notalone_chassis.sql import command
from notalone_chassis.sql.database import Database, open_database
from notalone_chassis.sql.engines import Limits
from notalone_chassis.sql.preparation import Preparation
from notalone_chassis.sql.relay import Relay
from notalone_chassis.telemetry import Telemetry
from notalone_chassis.telemetry.outbox import watch
from notalone_kernel import left_out
from notalone_kernel.entry_shelf import TOPIC, EntryShelf

from notalone_catalog import packaged, projection
from notalone_catalog.adapters.http_probe import HttpLinkProbe
from notalone_catalog.adapters.sql_records import SqlRecords
from notalone_catalog.api import CatalogApi
from notalone_catalog.authoring.partner import PartnerDesk
from notalone_catalog.authoring.ports import Records
from notalone_catalog.authoring.reading import StaffReading
from notalone_catalog.authoring.reports import ReportsDesk
from notalone_catalog.authoring.staff import StaffDesk
from notalone_catalog.authoring.sweep import Sweep
from notalone_catalog.authoring_api import AuthoringApi
from notalone_catalog.domain.wording import Wording
from notalone_catalog.feeding import Feed
from notalone_catalog.open_data_api import OpenData
from notalone_catalog.reporting import Reporting
from notalone_catalog.reports_api import ReportsApi
from notalone_catalog.searching import open_searching
from notalone_catalog.settings import CatalogSettings
from notalone_catalog.truth import Truth
from notalone_catalog.usecases import Catalogue
from notalone_catalog.watching import watch_floor
from notalone_catalog.withdrawals import Withdrawals

__all__ = ["CatalogSettings", "main", "start"]

PACKAGE = "notalone_catalog"
SERVICE = catalog_service_pb2.DESCRIPTOR.services_by_name["CatalogService"]
AUTHORING = catalog_authoring_service_pb2.DESCRIPTOR.services_by_name["CatalogAuthoringService"]
REPORTS = contact_report_service_pb2.DESCRIPTOR.services_by_name["ContactReportService"]
OPEN_DATA = open_data_service_pb2.DESCRIPTOR.services_by_name["OpenDataService"]
# For what waits to be published when the catalogue ends; the rest is kept.
PUBLISH_SECONDS = 2.0


@dataclass(frozen=True, slots=True)
class RunningCatalog:
    """The catalogue, serving."""

    address: str
    server: GrpcServer
    behind: AsyncExitStack

    async def stop(self, grace: float) -> None:
        """Ends calls under way, publishes what waits, then closes."""
        await self.server.stop(grace)
        await self.behind.aclose()


async def start(settings: CatalogSettings, *, clock: Clock, telemetry: Telemetry | None = None) -> RunningCatalog:
    """Starts the catalogue on the adapters that the settings name, else on embedded ones.

    Raises:
        OSError: the port is taken, or the state cannot be kept.
        ValueError: a setting is missing or not safe in production.
        notalone_data.DataError: a packaged file is wrong.
    """
    telemetry = telemetry or Telemetry()
    # Read now: the first search must not wait for the sheets, nor the first cry for help meet a fault in them.
    notalone_crisis.recognise("")
    files, need_labels = packaged.entries(), packaged.need_labels()
    readings, synonyms = notalone_data.lexicon("ja")["readings"], notalone_data.synonyms()
    wording = Wording(need_labels, readings=readings, synonyms=synonyms)
    memory = Memory(settings.data_dir / "catalog" / "left_out.json", left_out, service="catalog")
    shelf = EntryShelf(files, remembered=memory.known)
    async with AsyncExitStack() as stack:
        database = _database(settings)
        stack.push_async_callback(database.close)
        records = SqlRecords(database, clock=clock, new_id=_new_id)
        bus = await open_bus(settings, clock=clock, service="catalog", telemetry=telemetry)
        stack.push_async_callback(bus.close)
        watch_floor(shelf, telemetry.metrics, clock=clock)
        feed = Feed(shelf, memory)
        relay = Relay(database, bus, service="catalog", token=_new_id(), clock=clock)
        watch(relay, telemetry.metrics, service="catalog")
        preparation = Preparation(database, PACKAGE, service="catalog", migrate=settings.migrate_at_start)
        truth = Truth(records, files, preparation=preparation, relay=relay, apply=feed.apply, clock=clock)
        await truth.start()
        stack.push_async_callback(truth.stop, PUBLISH_SECONDS)
        searching = await open_searching(
            settings, wording=wording, synonyms=synonyms, national=shelf.all(), read=truth.changes, clock=clock
        )
        stack.push_async_callback(searching.close)
        await feed.attach(searching.embedded)
        await bus.follow([TOPIC], feed.handle)
        if searching.shared is not None:
            await bus.consume([TOPIC], partial(projection.project, searching.shared), group=projection.GROUP)
        verifier = token_verifier(settings, clock=clock, telemetry=telemetry)
        server = GrpcServer("catalog", settings=settings, verifier=verifier, telemetry=telemetry)
        catalogue = Catalogue(
            entries=shelf, index=searching.asked, wording=wording, need_labels=need_labels, clock=clock
        )
        sweep = Sweep(records, clock=clock, probe=HttpLinkProbe() if settings.check_links else None)
        await sweep.start()
        stack.push_async_callback(sweep.stop)
        withdrawals = Withdrawals(records, shelf, apply=feed.apply)
        await withdrawals.start()
        stack.push_async_callback(withdrawals.stop)
        server.add(add_CatalogServiceServicer_to_server, CatalogApi(catalogue, withdrawals), SERVICE)
        authoring = _authoring(records, need_labels, clock)
        server.add(add_CatalogAuthoringServiceServicer_to_server, authoring, AUTHORING, needs=preparation)
        # It needs the database too, but it must not make the catalogue count as down for everybody.
        reports = ReportsApi(Reporting(records, shelf, clock=clock), ReportsDesk(records, shelf, clock=clock))
        server.add(add_ContactReportServiceServicer_to_server, reports, REPORTS)
        open_data = OpenData(entries=shelf, need_labels=need_labels, clock=clock)
        server.add(add_OpenDataServiceServicer_to_server, open_data, OPEN_DATA)
        address = await server.start()
        return RunningCatalog(address, server, stack.pop_all())


def _database(settings: CatalogSettings) -> Database:
    limits = Limits(connections=settings.database_connections)
    return open_database(settings.database_address("catalog"), application="notalone-catalog", limits=limits)


def _authoring(records: Records, needs: Collection[str], clock: Clock) -> AuthoringApi:
    return AuthoringApi(
        staff=StaffDesk(records, needs=needs, clock=clock),
        reading=StaffReading(records, clock=clock),
        partner=PartnerDesk(records, clock=clock, new_id=_new_id),
    )


def _new_id() -> str:
    return uuid.uuid4().hex


def main() -> None:
    """Runs the catalogue alone until a signal; with "migrate", migrates its database."""
    command.run(start, CatalogSettings, name="catalog", package=PACKAGE)


if __name__ == "__main__":
    main()
