"""Builds the catalogue from its parts and runs it."""

from __future__ import annotations

from dataclasses import dataclass

import notalone_data
from notalone.catalog.v1 import catalog_service_pb2, open_data_service_pb2
from notalone.catalog.v1.catalog_service_pb2_grpc import add_CatalogServiceServicer_to_server
from notalone.catalog.v1.open_data_service_pb2_grpc import add_OpenDataServiceServicer_to_server
from notalone_chassis import service
from notalone_chassis.access.wiring import token_verifier
from notalone_chassis.clock import Clock
from notalone_chassis.grpc_server import GrpcServer
from notalone_chassis.telemetry import Telemetry

from notalone_catalog.adapters.snapshot import PackagedEntries
from notalone_catalog.api import CatalogApi
from notalone_catalog.domain.wording import Wording
from notalone_catalog.open_data_api import OpenData
from notalone_catalog.searching import Searching, open_searching
from notalone_catalog.settings import CatalogSettings
from notalone_catalog.usecases import Catalogue

__all__ = ["CatalogSettings", "main", "start"]

SERVICE = catalog_service_pb2.DESCRIPTOR.services_by_name["CatalogService"]
OPEN_DATA = open_data_service_pb2.DESCRIPTOR.services_by_name["OpenDataService"]


@dataclass(frozen=True, slots=True)
class RunningCatalog:
    """The catalogue, serving."""

    address: str
    server: GrpcServer
    searching: Searching

    async def stop(self, grace: float) -> None:
        """Ends what is under way, then closes."""
        await self.server.stop(grace)
        await self.searching.close()


async def start(settings: CatalogSettings, *, clock: Clock, telemetry: Telemetry | None = None) -> RunningCatalog:
    """Starts the catalogue on the adapters that the settings name, else on embedded ones.

    Raises:
        OSError: the port is taken.
        ValueError: a setting is missing or not safe in production.
        notalone_data.DataError: a packaged file is wrong.
    """
    need_labels = notalone_data.needs()["needs"]
    entries = PackagedEntries()
    readings, synonyms = notalone_data.lexicon("ja")["readings"], notalone_data.synonyms()
    wording = Wording(need_labels, readings=readings, synonyms=synonyms)
    searching = await open_searching(
        settings, wording=wording, synonyms=synonyms, national=entries.all(), read=entries.changes, clock=clock
    )
    catalogue = Catalogue(entries=entries, index=searching.asked, wording=wording, need_labels=need_labels, clock=clock)
    verifier = token_verifier(settings, clock=clock, telemetry=telemetry)
    server = GrpcServer("catalog", settings=settings, verifier=verifier, telemetry=telemetry)
    server.add(add_CatalogServiceServicer_to_server, CatalogApi(catalogue), SERVICE)
    open_data = OpenData(entries=entries, need_labels=need_labels, clock=clock)
    server.add(add_OpenDataServiceServicer_to_server, open_data, OPEN_DATA)
    try:
        return RunningCatalog(address=await server.start(), server=server, searching=searching)
    except BaseException:
        await searching.close()
        raise


def main() -> None:
    """Runs the catalogue alone until a signal."""
    service.run(start, CatalogSettings)


if __name__ == "__main__":
    main()
