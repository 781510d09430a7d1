"""Every method, called by everybody there could be: what the table says is what the guard does."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Iterator, Mapping
from importlib import import_module
from pathlib import Path
from typing import Any

import grpc
import keycloak_realm
import pytest
import yaml
from backend import ROOT
from google.protobuf.descriptor import MethodDescriptor, ServiceDescriptor
from google.protobuf.message_factory import GetMessageClass
from notalone_app.issuer import server as embedded
from notalone_app.issuer.people import Agency, Person
from notalone_chassis.access.grants import ROLES, SCOPES
from notalone_chassis.access.wiring import token_verifier
from notalone_chassis.clock import SystemClock
from notalone_chassis.grpc_client import channel
from notalone_chassis.grpc_server import GrpcServer
from notalone_chassis.settings import ServiceSettings
from notalone_gateway.contract import calls

PROTOS = ROOT / "proto"
MATRIX = yaml.safe_load(Path(__file__).with_name("access_matrix.yaml").read_text("utf-8"))
KEY = "what our services know each other by"
# A method that lets somebody in then says that an empty request is wrong, or answers.
LET_IN = {grpc.StatusCode.OK, grpc.StatusCode.INVALID_ARGUMENT}
# A busy machine makes a realm slowly.
pytestmark = pytest.mark.timeout(180)


def services() -> list[ServiceDescriptor]:
    files = sorted((PROTOS / "notalone").rglob("*.proto"))
    names = [".".join(file.relative_to(PROTOS).with_suffix("").parts) + "_pb2" for file in files]
    return [found for name in names for found in import_module(name).DESCRIPTOR.services_by_name.values()]


METHODS = {f"{service.full_name}/{method.name}": method for service in services() for method in service.methods}
ROWS = {f"{service}/{method}": row for service, rows in MATRIX.items() for method, row in rows.items()}


def expected(row: Mapping[str, Any], caller: str) -> set[grpc.StatusCode]:
    """What a caller gets: "nobody", "stranger" (a made-up token), "neighbour" (the internal key), a role, a scope, or
    one of the two who are signed in and may do nothing."""
    match row["who"]:
        case "anybody":
            return LET_IN
        case "services":
            return LET_IN if caller == "neighbour" else {grpc.StatusCode.PERMISSION_DENIED}
        case granted:
            if caller in {"nobody", "stranger", "neighbour"}:
                return {grpc.StatusCode.UNAUTHENTICATED}
            return LET_IN if caller in granted else {grpc.StatusCode.PERMISSION_DENIED}


def test_every_method_has_its_line_and_every_line_its_method():
    assert sorted(ROWS) == sorted(METHODS)


@pytest.mark.parametrize("name", ROWS)
def test_a_line_uses_only_words_that_there_are(name):
    row = ROWS[name]
    assert set(row) == {"who", "owner"}
    assert row["owner"] in {"all", "own", "none"}
    if isinstance(row["who"], list):
        assert set(row["who"]) <= ROLES | SCOPES
        # An agency never reaches everything.
        assert row["owner"] == ("own" if SCOPES & set(row["who"]) else "all")
    else:
        assert (row["who"] in {"anybody", "services"}, row["owner"]) == (True, "none")


def test_internal_methods_have_no_address():
    offered = {call.method.full_name for call in calls(services())}
    assert not {METHODS[name].full_name for name, row in ROWS.items() if row["who"] == "services"} & offered
    assert {METHODS[name].full_name for name, row in ROWS.items() if row["who"] != "services"} == offered


class Stubs:
    """Answers every method of a service with an empty message."""

    def __init__(self, service: ServiceDescriptor) -> None:
        self.service = service

    def register(self, _servicer: object, server: Any) -> None:
        handlers = {method.name: self.handler(method) for method in self.service.methods}
        server.add_generic_rpc_handlers([grpc.method_handlers_generic_handler(self.service.full_name, handlers)])

    def handler(self, method: MethodDescriptor) -> Any:
        asked, answered = GetMessageClass(method.input_type), GetMessageClass(method.output_type)

        async def answer(_request: Any, _context: Any) -> Any:
            return answered()

        return grpc.unary_unary_rpc_method_handler(answer, asked.FromString, answered.SerializeToString)


@pytest.fixture
async def guard(issuer: str) -> AsyncIterator[grpc.aio.Channel]:
    """All services behind one guard that believes the issuer under test."""
    settings = ServiceSettings(oidc_issuer=issuer, internal_key=KEY)
    running = GrpcServer("all", settings=settings, verifier=token_verifier(settings, clock=SystemClock()))
    for service in services():
        running.add(Stubs(service).register, None, service)
    async with channel(await running.start()) as opened:
        yield opened
    await running.stop(0)


async def tried(guard: grpc.aio.Channel, method: MethodDescriptor, metadata: Any) -> grpc.StatusCode:
    asked, answered = GetMessageClass(method.input_type), GetMessageClass(method.output_type)
    name = f"/{method.containing_service.full_name}/{method.name}"
    try:
        await guard.unary_unary(name, asked.SerializeToString, answered.FromString)(
            asked(), timeout=60, metadata=metadata
        )
    except grpc.aio.AioRpcError as error:
        return error.code()
    return grpc.StatusCode.OK


class Matrix:
    """Subclasses give `issuer`, and `tokens` by role, by scope, for "staff without a role" and "agency without"."""

    async def test_what_the_table_says_is_what_happens(self, guard, tokens):
        assert set(tokens) == ROLES | SCOPES | {"staff without a role", "agency without a scope"}
        metadata = {caller: (("authorization", f"Bearer {token}"),) for caller, token in tokens.items()}
        metadata["nobody"] = ()
        metadata["stranger"] = (("authorization", "Bearer a.b.c"),)
        metadata["neighbour"] = (("internal-key", KEY),)
        wrong = []
        for name, method in METHODS.items():
            got = await asyncio.gather(*(tried(guard, method, given) for given in metadata.values()))
            for caller, code in zip(metadata, got, strict=True):
                if code not in expected(ROWS.get(name, {"who": []}), caller):
                    wrong.append(f"{name} for {caller}: {code.name}")
        assert wrong == []


class TestMatrixOfTheEmbeddedIssuer(Matrix):
    @pytest.fixture
    async def running(self) -> AsyncIterator[embedded.EmbeddedIssuer]:
        found = await embedded.start(ServiceSettings(), port=0, clock=SystemClock())
        yield found
        await found.stop(0)

    @pytest.fixture
    def issuer(self, running):
        return running.issuer

    @pytest.fixture
    def tokens(self, running):
        def staff(*roles):
            return running.tokens.of_person(Person("x", "X", roles), nonce="", with_id_token=False)["access_token"]

        def agency(*scopes):
            return running.tokens.of_agency(Agency("x", "agency-a", scopes))["access_token"]

        return {
            **{role: staff(role) for role in ROLES},
            **{scope: agency(scope) for scope in SCOPES},
            "staff without a role": staff(),
            "agency without a scope": agency(),
        }


class TestMatrixOfKeycloak(Matrix):
    @pytest.fixture
    def realm(self, keycloak_server) -> Iterator[keycloak_realm.KeycloakRealm]:
        with keycloak_realm.realm(keycloak_server) as made:
            yield made

    @pytest.fixture
    def issuer(self, realm):
        return realm.issuer

    @pytest.fixture
    def tokens(self, realm):
        def staff(*roles):
            name = "-".join(["staff", *roles])
            realm.add_person(name, roles)
            return realm.sign_in(name)["access_token"]

        def agency(*scopes):
            return realm.agency_token(*realm.add_agency("agency-a", scopes))

        return {
            **{role: staff(role) for role in ROLES},
            **{scope: agency(scope) for scope in SCOPES},
            "staff without a role": staff(),
            "agency without a scope": agency(),
        }
