"""Who gets in: what a method declares, held against who calls."""

from collections.abc import AsyncIterator

import grpc
import guarded
import pytest
import structlog
from guarded import call
from notalone_chassis import logs
from notalone_chassis.access.caller import Caller, caller, calling
from notalone_chassis.errors import Unauthenticated, Unavailable
from notalone_chassis.grpc_client import channel
from notalone_chassis.grpc_server import GrpcServer
from notalone_chassis.settings import ServiceSettings

EDITOR = Caller(subject="e", kind="staff", roles=frozenset({"catalog-editor"}))
AUDITOR = Caller(subject="a", kind="staff", roles=frozenset({"auditor"}))
AGENCY = Caller(subject="p", kind="partner", scopes=frozenset({"catalog:pause"}), organization="agency-a")
KEY = "what our services know each other by"


class Tokens:
    """Knows tokens by heart, and fails on demand."""

    def __init__(self):
        self.asked: list[str] = []
        self.down = False

    async def verify(self, token):
        self.asked.append(token)
        if self.down:
            raise Unavailable("identity")
        known = {"editor": EDITOR, "auditor": AUDITOR, "agency": AGENCY}
        if token not in known:
            raise Unauthenticated("token.expired" if token == "old" else "token.invalid")
        return known[token]


@pytest.fixture
def tokens() -> Tokens:
    return Tokens()


@pytest.fixture
async def desk() -> guarded.Desk:
    return guarded.Desk()


@pytest.fixture
async def server(tokens, desk) -> AsyncIterator[GrpcServer]:
    before = structlog.get_config()
    logs.configure("INFO")
    running = GrpcServer("desk", settings=ServiceSettings(internal_key=KEY), verifier=tokens)
    running.add(guarded.register, desk, guarded.service())
    yield running
    await running.stop(0)
    structlog.configure(**before)


@pytest.fixture
async def address(server) -> str:
    return await server.start()


@pytest.fixture
async def opened(address) -> AsyncIterator[grpc.aio.Channel]:
    async with channel(address, [guarded.service()]) as found:
        yield found


def bearer(token):
    return ("authorization", f"Bearer {token}")


async def refused(made) -> grpc.StatusCode:
    with pytest.raises(grpc.aio.AioRpcError) as caught:
        await made
    return caught.value.code()


async def test_the_handler_knows_who_calls(opened):
    seen = await call(opened, "Edit", bearer("editor"))
    assert (seen.subject, seen.kind, list(seen.roles), seen.organization) == ("e", "staff", ["catalog-editor"], "")
    seen = await call(opened, "Pause", bearer("agency"))
    assert (seen.subject, seen.kind, list(seen.scopes)) == ("p", "partner", ["catalog:pause"])
    assert seen.organization == "agency-a"


async def test_one_of_the_roles_is_enough_and_another_is_not(opened):
    await call(opened, "Read", bearer("auditor"))
    assert await refused(call(opened, "Edit", bearer("auditor"))) is grpc.StatusCode.PERMISSION_DENIED
    assert await refused(call(opened, "Edit", bearer("agency"))) is grpc.StatusCode.PERMISSION_DENIED


async def test_a_method_that_grants_nobody_lets_nobody_in(opened):
    assert await refused(call(opened, "Nobody", bearer("editor"))) is grpc.StatusCode.PERMISSION_DENIED


@pytest.mark.parametrize(
    "metadata",
    [
        (),
        (("authorization", ""),),
        (("authorization", "Bearer"),),
        (("authorization", "Bearer "),),
        (("authorization", "Basic editor"),),
        (("authorization", "editor"),),
        (bearer("nobody"),),
        (bearer("old"),),
        (bearer("editor"), bearer("editor")),
    ],
)
async def test_without_one_valid_token_nobody_is_signed_in(opened, desk, metadata):
    assert await refused(call(opened, "Edit", *metadata)) is grpc.StatusCode.UNAUTHENTICATED
    assert desk.metadata == [], "the handler was never reached"


async def test_the_scheme_is_read_in_any_case(opened):
    await call(opened, "Edit", ("authorization", "bearer editor"))


async def test_the_error_says_in_the_callers_language_what_to_do(opened):
    with pytest.raises(grpc.aio.AioRpcError) as caught:
        await call(opened, "Edit", bearer("old"), ("accept-language", "en"))
    assert caught.value.details() == "The sign-in has expired. Please sign in again."


async def test_a_token_is_checked_before_the_request_is(opened, tokens):
    # Who may not call learns nothing of what a right request would be.
    asked, seen = guarded.messages()
    method = opened.unary_unary(f"/{guarded.PACKAGE}.Desk/Edit", asked.SerializeToString, seen.FromString)
    assert await refused(method(asked(text="x" * 100_000), timeout=20)) is grpc.StatusCode.UNAUTHENTICATED


async def test_public_methods_never_look_at_a_token(opened, tokens):
    tokens.down = True
    for metadata in ((), (bearer("nobody"),), (bearer("a"), bearer("b"))):
        assert (await call(opened, "Look", *metadata)).subject == "nobody"
    assert tokens.asked == []


async def test_while_nobody_can_tell_a_signed_in_caller_is_asked_to_come_again(opened, tokens):
    tokens.down = True
    assert await refused(call(opened, "Edit", bearer("editor"))) is grpc.StatusCode.UNAVAILABLE
    assert (await call(opened, "Look")).subject == "nobody"


async def test_internal_methods_are_for_those_who_know_the_key(address, opened):
    for metadata in ((), (("internal-key", "guess"),), (("internal-key", ""),), (bearer("editor"),)):
        assert await refused(call(opened, "Whisper", *metadata)) is grpc.StatusCode.PERMISSION_DENIED
    async with channel(address, [guarded.service()], internal_key=KEY) as neighbour:
        assert (await call(neighbour, "Whisper", ("accept-language", "en"))).subject == "nobody"


async def test_the_key_goes_along_with_internal_methods_only(address, desk):
    async with channel(address, [guarded.service()], internal_key=KEY) as neighbour:
        await call(neighbour, "Whisper", ("accept-language", "en"))
        await call(neighbour, "Look")
    assert [metadata.get("internal-key") for metadata in desk.metadata] == [KEY, None]
    assert desk.metadata[0]["accept-language"] == "en"


async def test_tokens_and_keys_are_in_no_log(opened, server, capfd):
    await call(opened, "Edit", bearer("editor"))
    await refused(call(opened, "Edit", bearer("a-secret-token")))
    await refused(call(opened, "Whisper", ("internal-key", "a-secret-key")))
    # The line of a call may follow its answer.
    await server.stop(5)
    logged = capfd.readouterr().err
    assert "PERMISSION_DENIED" in logged
    assert "Bearer" not in logged
    assert "secret" not in logged


async def test_callers_at_the_same_time_are_not_mixed_up(opened):
    import asyncio

    seen = await asyncio.gather(*(call(opened, "Read", bearer(("editor", "auditor")[i % 2])) for i in range(40)))
    assert [one.subject for one in seen] == ["e", "a"] * 20


async def test_production_does_not_start_without_what_its_methods_need(tokens):
    for verifier, key, missing in ((None, KEY, "NOTALONE_OIDC_ISSUER"), (tokens, "", "NOTALONE_INTERNAL_KEY")):
        settings = ServiceSettings(environment="production", internal_key=key)
        running = GrpcServer("desk", settings=settings, verifier=verifier)
        running.add(guarded.register, guarded.Desk(), guarded.service())
        with pytest.raises(ValueError, match=missing):
            await running.start()


async def test_without_an_issuer_nobody_can_sign_in_and_the_public_side_serves():
    running = GrpcServer("desk", settings=ServiceSettings())
    running.add(guarded.register, guarded.Desk(), guarded.service())
    async with channel(await running.start()) as found:
        assert (await call(found, "Look")).subject == "nobody"
        assert await refused(call(found, "Edit", bearer("editor"))) is grpc.StatusCode.UNAVAILABLE
    await running.stop(0)


def test_the_caller_is_known_only_inside_a_call():
    with pytest.raises(Unauthenticated):
        caller()
    with calling(EDITOR):
        assert caller() is EDITOR
        with calling(AGENCY):
            assert caller() is AGENCY
        assert caller() is EDITOR
    with pytest.raises(Unauthenticated):
        caller()
