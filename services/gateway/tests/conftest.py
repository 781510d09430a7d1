"""Small fake services behind a real gateway."""

from __future__ import annotations

import asyncio
import queue
import threading
from collections.abc import AsyncIterator, Callable, Iterator, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import httpx2 as httpx
import pytest
from google.api.httpbody_pb2 import HttpBody
from google.protobuf.empty_pb2 import Empty
from notalone.catalog.v1 import (
    catalog_authoring_service_pb2_grpc,
    catalog_service_pb2_grpc,
    contact_report_service_pb2_grpc,
    open_data_service_pb2_grpc,
)
from notalone.catalog.v1 import catalog_service_pb2 as catalog
from notalone.catalog.v1 import contact_report_service_pb2 as reports
from notalone.catalog.v1.programme_pb2 import Programme
from notalone.common.v1.common_pb2 import Message as Text
from notalone.common.v1.common_pb2 import Ruby
from notalone.common.v1.contact_pb2 import Contact
from notalone.crisis.v1.crisis_pb2 import Crisis
from notalone.dialogue.v1 import dialogue_service_pb2 as dialogue
from notalone.dialogue.v1 import dialogue_service_pb2_grpc
from notalone.notify.v1 import notify_service_pb2_grpc
from notalone.pdf.v1 import pdf_service_pb2, pdf_service_pb2_grpc
from notalone.portal_link.v1 import portal_link_service_pb2 as portal_link
from notalone.portal_link.v1 import portal_link_service_pb2_grpc
from notalone_chassis.access.caller import Caller
from notalone_chassis.clock import FixedClock
from notalone_chassis.errors import NotFound, Unauthenticated
from notalone_chassis.grpc_server import GrpcServer
from notalone_chassis.settings import ServiceSettings
from notalone_gateway import contract
from notalone_gateway.app import Gateway
from notalone_gateway.main import build, start
from notalone_gateway.settings import GatewaySettings
from notalone_gateway.upstream import Upstream

NOW = datetime(2026, 11, 24, 3, 0, tzinfo=UTC)
HELP = Contact(name="Somebody to talk to", name_ja="話せる窓口", kind=Contact.PHONE, value="0120-279-338")
PROGRAMME = Programme(
    id="chiiki-kosodate-shien-kyoten",
    kind=Programme.SCHEME,
    display_name="地域子育て支援拠点事業",
    display_name_ja="地域子育て支援拠点事業",
    topics=["childcare.meet"],
    contacts=[HELP],
)


def help_contacts(language: str) -> Sequence[Contact]:
    """The same desk in every language."""
    return [HELP]


@dataclass
class Fakes:
    """What the fake services heard, and what they shall do."""

    heard: list[Any] = field(default_factory=list)
    metadata: list[dict[str, str]] = field(default_factory=list)
    time_left: list[float] = field(default_factory=list)
    # Raised instead of an answer.
    error: Exception | None = None
    turn: dialogue.Turn = field(
        default_factory=lambda: dialogue.Turn(
            conversation="sealed",
            messages=[Text(text="相談したいことは？", ruby=[Ruby(start=0, end=2, reading="そうだん")])],
            suggestions=[dialogue.Suggestion(programme=PROGRAMME, reasons=["fits"])],
            crisis=Crisis(kinds=[Crisis.SUICIDE], contacts=[HELP]),
        )
    )
    degraded: list[str] = field(default_factory=list)
    withdrawn: list[str] = field(default_factory=list)
    pdf: HttpBody = field(default_factory=lambda: HttpBody(content_type="application/pdf", data=b"%PDF-1.7 memo"))

    def hear(self, request: Any, context: Any) -> None:
        """Notes a call."""
        self.heard.append(request)
        self.metadata.append(dict(context.invocation_metadata()))
        self.time_left.append(context.time_remaining())
        if self.error is not None:
            raise self.error


class FakeCatalog(catalog_service_pb2_grpc.CatalogServiceServicer):
    def __init__(self, fakes: Fakes) -> None:
        self.fakes = fakes

    async def SuggestProgrammes(self, request, context):
        self.fakes.hear(request, context)
        found = catalog.ProgrammeSuggestion(programme_id=PROGRAMME.id, display_name=PROGRAMME.display_name)
        return catalog.SuggestProgrammesResponse(suggestions=[found])

    async def ListWithdrawnContacts(self, request, context):
        return catalog.ListWithdrawnContactsResponse(contacts=self.fakes.withdrawn)

    async def SearchProgrammes(self, request, context):
        self.fakes.hear(request, context)
        return catalog.SearchProgrammesResponse(programmes=[PROGRAMME], total_size=1)

    async def ListProgrammes(self, request, context):
        self.fakes.hear(request, context)
        return catalog.ListProgrammesResponse(programmes=[PROGRAMME], total_size=1, degraded=self.fakes.degraded)

    async def GetProgramme(self, request, context):
        self.fakes.hear(request, context)
        if request.id != PROGRAMME.id:
            raise NotFound("programme", request.id)
        return PROGRAMME


class FakeReports(contact_report_service_pb2_grpc.ContactReportServiceServicer):
    def __init__(self, fakes: Fakes) -> None:
        self.fakes = fakes

    async def ReportContact(self, request, context):
        self.fakes.hear(request, context)
        return reports.ReportContactResponse()


class FakeOpenData(open_data_service_pb2_grpc.OpenDataServiceServicer):
    def __init__(self, fakes: Fakes) -> None:
        self.fakes = fakes

    async def answer(self, request, context):
        self.fakes.hear(request, context)
        if getattr(request, "id", ""):
            raise NotFound("service", request.id)
        return HttpBody(content_type="application/json", data=b"{}")

    async def ExportCpsv(self, request, context):
        self.fakes.hear(request, context)
        return HttpBody(content_type="text/csv", data=b"service_id,name\r\n")

    GetHsdsDescription = ListHsdsServices = GetHsdsService = ListHsdsOrganizations = answer
    GetHsdsOrganization = ListHsdsTaxonomies = ListHsdsTaxonomyTerms = answer


class FakeDialogue(dialogue_service_pb2_grpc.DialogueServiceServicer):
    def __init__(self, fakes: Fakes) -> None:
        self.fakes = fakes

    async def StartConversation(self, request, context):
        self.fakes.hear(request, context)
        return self.fakes.turn

    async def ReplyConversation(self, request, context):
        self.fakes.hear(request, context)
        return self.fakes.turn

    async def GetFlow(self, request, context):
        self.fakes.hear(request, context)
        return dialogue.Flow(audience=request.audience, version="1", start_node_id="start")


class FakePdf(pdf_service_pb2_grpc.PdfServiceServicer):
    def __init__(self, fakes: Fakes) -> None:
        self.fakes = fakes

    async def RenderMemo(self, request, context):
        self.fakes.hear(request, context)
        return self.fakes.pdf

    async def CreateMemo(self, request, context):
        self.fakes.hear(request, context)
        return pdf_service_pb2.KeptMemo(id="an-id", download_url="/v1/memos/an-id/a-key")

    async def GetMemo(self, request, context):
        self.fakes.hear(request, context)
        return self.fakes.pdf

    async def DeleteMemo(self, request, context):
        self.fakes.hear(request, context)
        return Empty()


class FakeNotify(notify_service_pb2_grpc.NotifyServiceServicer):
    def __init__(self, fakes: Fakes) -> None:
        self.fakes = fakes


class FakePortalLink(portal_link_service_pb2_grpc.PortalLinkServiceServicer):
    def __init__(self, fakes: Fakes) -> None:
        self.fakes = fakes

    async def FindMunicipalities(self, request, context):
        self.fakes.hear(request, context)
        found = portal_link.Municipality(code="012301", name="登別市", prefecture="北海道", prefecture_code="01")
        return portal_link.FindMunicipalitiesResponse(municipalities=[found])

    async def CreateHandoff(self, request, context):
        self.fakes.hear(request, context)
        return portal_link.Handoff(search_phrase="登別市 地域子育て支援拠点事業", available=True)


class NoTokens:
    """Nobody is signed in."""

    async def verify(self, token: str) -> Caller:
        raise Unauthenticated("token.invalid")


class FakeAuthoring(catalog_authoring_service_pb2_grpc.CatalogAuthoringServiceServicer):
    """Nobody has a token here, so nothing arrives."""

    def __init__(self, fakes: Fakes) -> None:
        self.fakes = fakes


SERVICERS = {
    "CatalogAuthoringService": (
        FakeAuthoring,
        catalog_authoring_service_pb2_grpc.add_CatalogAuthoringServiceServicer_to_server,
    ),
    "CatalogService": (FakeCatalog, catalog_service_pb2_grpc.add_CatalogServiceServicer_to_server),
    "ContactReportService": (
        FakeReports,
        contact_report_service_pb2_grpc.add_ContactReportServiceServicer_to_server,
    ),
    "OpenDataService": (FakeOpenData, open_data_service_pb2_grpc.add_OpenDataServiceServicer_to_server),
    "DialogueService": (FakeDialogue, dialogue_service_pb2_grpc.add_DialogueServiceServicer_to_server),
    "PdfService": (FakePdf, pdf_service_pb2_grpc.add_PdfServiceServicer_to_server),
    "NotifyService": (FakeNotify, notify_service_pb2_grpc.add_NotifyServiceServicer_to_server),
    "PortalLinkService": (FakePortalLink, portal_link_service_pb2_grpc.add_PortalLinkServiceServicer_to_server),
}


@dataclass
class World:
    """Fake services by part, their addresses, and a clock."""

    fakes: Fakes
    servers: dict[str, GrpcServer]
    addresses: dict[str, str]
    clock: FixedClock
    stack: AsyncExitStack

    def settings(self, **more: Any) -> GatewaySettings:
        """Settings that lead to the fakes."""
        return GatewaySettings(
            **{f"{part}_address": address for part, address in self.addresses.items()}, port=0, **more
        )

    async def gateway(self, **more: Any) -> Gateway:
        """A gateway in front of the fakes."""
        settings = self.settings(**more)
        upstream = Upstream(contract.services(), settings)
        self.stack.push_async_callback(upstream.close)
        return build(settings, clock=self.clock, upstream=upstream, contacts=help_contacts)

    async def client(self, app: Gateway | None = None, **more: Any) -> httpx.AsyncClient:
        """Someone who calls it."""
        app = app or await self.gateway(**more)
        transport = httpx.ASGITransport(app=app)
        return await self.stack.enter_async_context(
            httpx.AsyncClient(transport=transport, base_url="http://gateway", headers={"accept-language": "en"})
        )


@asynccontextmanager
async def open_world(data_dir: Path) -> AsyncIterator[World]:
    """All four services faked on loopback."""
    fakes = Fakes()
    settings = ServiceSettings(data_dir=data_dir)
    async with AsyncExitStack() as stack:
        servers, addresses = {}, {}
        for part, descriptors in contract.services().items():
            servers[part] = GrpcServer(part, settings=settings, verifier=NoTokens())
            for descriptor in descriptors:
                kind, add = SERVICERS[descriptor.name]
                servers[part].add(add, kind(fakes), descriptor)
            addresses[part] = await servers[part].start()
            stack.push_async_callback(servers[part].stop, 0)
        yield World(fakes, servers, addresses, FixedClock(NOW), stack)


@pytest.fixture
async def world(tmp_path: Path) -> AsyncIterator[World]:
    """All four services faked on loopback."""
    async with open_world(tmp_path) as opened:
        yield opened


@pytest.fixture(scope="module")
def address(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """Where a gateway in front of the fakes answers, run in a thread beside tests that are not asynchronous."""
    started: queue.Queue[tuple[str, asyncio.AbstractEventLoop, asyncio.Event]] = queue.Queue()

    async def serve() -> None:
        async with open_world(tmp_path_factory.mktemp("state")) as opened:
            gateway = await start(opened.settings(), clock=opened.clock)
            enough = asyncio.Event()
            started.put((gateway.address, asyncio.get_running_loop(), enough))
            await enough.wait()
            await gateway.stop(1)

    thread = threading.Thread(target=lambda: asyncio.run(serve()))
    thread.start()
    where, loop, enough = started.get(timeout=30)
    yield where
    loop.call_soon_threadsafe(enough.set)
    thread.join(timeout=30)


@pytest.fixture
async def http(world: World) -> httpx.AsyncClient:
    """Someone who calls a gateway with usual settings."""
    return await world.client()


@pytest.fixture
def violations() -> Callable[[httpx.Response], dict[str, str]]:
    """Wrong fields of an answer, with the rule each breaks."""

    def read(answer: httpx.Response) -> dict[str, str]:
        return {
            violation["field"]: violation["reason"]
            for detail in answer.json()["error"]["details"]
            if detail["@type"].endswith("google.rpc.BadRequest")
            for violation in detail["fieldViolations"]
        }

    return read
