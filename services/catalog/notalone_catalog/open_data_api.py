"""The catalogue as open data: what each call answers, over what is shown to people now."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import Any

import grpc
from google.api.httpbody_pb2 import HttpBody
from notalone.catalog.v1 import open_data_service_pb2 as pb
from notalone.catalog.v1.entry_pb2 import Entry
from notalone.catalog.v1.open_data_service_pb2_grpc import OpenDataServiceServicer
from notalone_chassis.clock import Clock
from notalone_chassis.errors import NotFound
from notalone_kernel.programmes import for_all, visible

from notalone_catalog.domain.open_data import cpsv, hsds
from notalone_catalog.domain.open_data.hsds import Json
from notalone_catalog.ports import Entries

JSON, CSV = "application/json", "text/csv"
PAGE_SIZE = 50
# Plain HSDS: what we add and leave out is said in docs/integrators/portals.md, and is no profile of its own.
PROFILE = "https://docs.openreferral.org"

Context = grpc.aio.ServicerContext[Any, Any]


class OpenData(OpenDataServiceServicer):
    """Hands out what is public anyway, as files for machines."""

    def __init__(self, *, entries: Entries, need_labels: Mapping[str, Mapping[str, str]], clock: Clock) -> None:
        self._entries = entries
        self._need_labels = need_labels
        self._clock = clock

    async def GetHsdsDescription(self, request: pb.GetHsdsDescriptionRequest, context: Context) -> HttpBody:
        """Version and profile."""
        return _json({"version": hsds.VERSION, "profile": PROFILE, "openapi_url": "/openapi.json"})

    async def ListHsdsServices(self, request: pb.ListHsdsServicesRequest, context: Context) -> HttpBody:
        """A page of services."""
        rows = [row for row in self._services() if _fits(row, request)]
        return _page(rows, request)

    async def GetHsdsService(self, request: pb.GetHsdsServiceRequest, context: Context) -> HttpBody:
        """One service.

        Raises:
            NotFound: there is none of this id.
        """
        return _one(self._services(), request.id, "service")

    async def ListHsdsOrganizations(self, request: pb.ListHsdsOrganizationsRequest, context: Context) -> HttpBody:
        """A page of organizations."""
        return _page(hsds.organizations(self._shown()), request)

    async def GetHsdsOrganization(self, request: pb.GetHsdsOrganizationRequest, context: Context) -> HttpBody:
        """One organization.

        Raises:
            NotFound: there is none of this id.
        """
        return _one(hsds.organizations(self._shown()), request.id, "organization")

    async def ListHsdsTaxonomies(self, request: pb.ListHsdsTaxonomiesRequest, context: Context) -> HttpBody:
        """The taxonomies."""
        return _json(hsds.page(hsds.taxonomies(), number=1, size=PAGE_SIZE))

    async def ListHsdsTaxonomyTerms(self, request: pb.ListHsdsTaxonomyTermsRequest, context: Context) -> HttpBody:
        """A page of their terms."""
        return _page(hsds.taxonomy_terms(self._need_labels), request)

    async def ExportCpsv(self, request: pb.ExportCpsvRequest, context: Context) -> HttpBody:
        """Everything, with a byte order mark: without it spreadsheets take Japanese for something else."""
        return HttpBody(content_type=CSV, data=cpsv.write(self._shown()).encode("utf-8-sig"))

    def _shown(self) -> list[Entry]:
        now = self._clock.now()
        # Whoever takes these republishes them: a number that must not be shown is not among them.
        shown = (for_all(entry, now) for entry in self._entries.all() if visible(entry, now))
        return sorted(shown, key=lambda entry: entry.id)

    def _services(self) -> list[Json]:
        return [hsds.service(entry, need_labels=self._need_labels) for entry in self._shown()]


def _fits(row: Json, request: pb.ListHsdsServicesRequest) -> bool:
    """HSDS filters add up: all of them must hold."""
    attributes: Sequence[Mapping[str, object]] = row.get("attributes", [])  # type: ignore[assignment]
    terms = {attribute["taxonomy_term_id"] for attribute in attributes}
    of_term = not request.taxonomy_term_id or request.taxonomy_term_id in terms
    return of_term and request.organization_id in {"", row.get("organization_id")}


def _page(
    rows: Sequence[Json],
    request: pb.ListHsdsServicesRequest | pb.ListHsdsOrganizationsRequest | pb.ListHsdsTaxonomyTermsRequest,
) -> HttpBody:
    return _json(hsds.page(rows, number=request.page or 1, size=request.per_page or PAGE_SIZE))


def _one(rows: Sequence[Json], wanted: str, resource: str) -> HttpBody:
    found = next((row for row in rows if row["id"] == wanted), None)
    if found is None:
        raise NotFound(resource, wanted)
    return _json(found)


def _json(row: Json) -> HttpBody:
    return HttpBody(content_type=JSON, data=json.dumps(row, ensure_ascii=False).encode())
