"""What a service, or the way to it, refuses."""

from datetime import timedelta

import grpc
import pytest
from google.protobuf.any_pb2 import Any
from google.rpc import code_pb2, error_details_pb2, status_pb2
from notalone.common.v1.contact_pb2 import Contact
from notalone.crisis.v1.crisis_pb2 import Crisis
from notalone_chassis.errors import (
    FailedPrecondition,
    FieldViolation,
    InvalidArgument,
    NotFound,
    ResourceExhausted,
    Unavailable,
)
from notalone_gateway import errors

NUMBER = "0120-279-338"


def kinds(answer):
    return [detail["@type"].rpartition("/")[2] for detail in answer.json()["error"]["details"]]


@pytest.mark.parametrize(
    ("error", "http_status", "name"),
    [
        (InvalidArgument(FieldViolation("choice_id", "choice.unknown")), 400, "INVALID_ARGUMENT"),
        (NotFound("programme", "x"), 404, "NOT_FOUND"),
        (FailedPrecondition("value.invalid"), 400, "FAILED_PRECONDITION"),
        (ResourceExhausted(timedelta(seconds=7)), 429, "RESOURCE_EXHAUSTED"),
        (Unavailable("search"), 503, "UNAVAILABLE"),
        (RuntimeError("花子's secret"), 500, "INTERNAL"),
    ],
)
async def test_errors_of_services_keep_their_code(http, world, error, http_status, name):
    world.fakes.error = error
    answer = await http.post("/v1/programmes:search", json={"query": "x"})
    assert answer.status_code == http_status
    assert answer.json()["error"]["code"] == http_status
    assert answer.json()["error"]["status"] == name
    assert answer.json()["error"]["message"]
    assert "花子" not in answer.text


async def test_fields_of_services_are_named_as_json_knows_them(http, world, violations):
    world.fakes.error = InvalidArgument(FieldViolation("programme_ids[2]", "value.invalid"))
    answer = await http.post("/v1/memos:render", json={"conversation": "x"})
    assert violations(answer) == {"programmeIds[2]": "value.invalid"}


async def test_a_service_tells_when_to_come_again(http, world):
    world.fakes.error = ResourceExhausted(timedelta(seconds=7))
    answer = await http.post("/v1/programmes:search", json={})
    assert answer.headers["retry-after"] == "7"


async def test_a_broken_conversation_carries_the_contacts_its_service_chose_and_no_second_list(http, world):
    chosen = Crisis(contacts=[Contact(name="the one for you", value="189")])
    world.fakes.error = InvalidArgument(FieldViolation("conversation", "conversation.broken"), details=[chosen])
    answer = await http.post("/v1/conversations:reply", json={"conversation": "x", "back": True})
    assert answer.status_code == 400
    assert kinds(answer).count("notalone.crisis.v1.Crisis") == 1
    assert "189" in answer.text
    assert NUMBER not in answer.text


@pytest.mark.parametrize("path", ["/v1/conversations", "/v1/programmes:search", "/v1/memos:render", "/v1/handoffs"])
async def test_when_a_service_is_gone_a_person_still_sees_numbers(world, path):
    bodies = {
        "/v1/memos:render": {"conversation": "x"},
        "/v1/handoffs": {"programmeId": "x", "postalCode": "1"},
    }
    for server in world.servers.values():
        await server.stop(0)
    http = await world.client(call_timeout=1, memo_timeout=1)
    answer = await http.post(path, json=bodies.get(path, {}))
    assert answer.status_code in {503, 504}
    assert NUMBER in answer.text
    assert answer.headers["retry-after"] == "1"
    assert "127.0.0.1" not in answer.text


async def test_a_fault_of_ours_shows_numbers_and_nothing_of_itself(world, monkeypatch):
    app = await world.gateway()

    async def fail(*_):
        raise RuntimeError("花子's secret")

    monkeypatch.setattr(app._parts.api, "answer", fail)
    http = await world.client(app)
    answer = await http.post("/v1/conversations", json={})
    assert answer.status_code == 500
    assert NUMBER in answer.text
    assert "花子" not in answer.text
    assert "RuntimeError" not in answer.text
    assert answer.headers["x-content-type-options"] == "nosniff"


async def test_even_without_contacts_an_error_is_an_answer(world):
    from notalone_gateway import contract
    from notalone_gateway.main import build
    from notalone_gateway.upstream import Upstream

    def broken(language):
        raise RuntimeError

    settings = world.settings()
    upstream = Upstream(contract.services(), settings)
    world.stack.push_async_callback(upstream.close)
    http = await world.client(build(settings, clock=world.clock, upstream=upstream, contacts=broken))
    world.fakes.error = Unavailable("search")
    assert (await http.post("/v1/conversations", json={})).status_code == 503


def failed(code, status=None, *, text="internal words"):
    trailing = [] if status is None else [("grpc-status-details-bin", status.SerializeToString())]
    return grpc.aio.AioRpcError(code, grpc.aio.Metadata(), grpc.aio.Metadata(*trailing), details=text)


def status_of(code, *details, text="for outside"):
    status = status_pb2.Status(code=code, message=text)
    for detail in details:
        packed = Any()
        packed.Pack(detail)
        status.details.append(packed)
    return status


@pytest.mark.parametrize("code", list(grpc.StatusCode))
def test_every_grpc_code_has_an_http_status_and_no_words_of_grpc_itself_get_out(code):
    if code is grpc.StatusCode.OK:
        return
    answer = errors.of_call(failed(code), language="en")
    assert 400 <= answer.status_code <= 599
    assert b"internal words" not in answer.body


@pytest.mark.parametrize("code", [grpc.StatusCode.UNKNOWN, grpc.StatusCode.INTERNAL, grpc.StatusCode.DATA_LOSS])
def test_faults_of_services_stay_inside_even_when_they_are_well_formed(code):
    status = status_of(code.value[0], error_details_pb2.ErrorInfo(reason="TRACE"), text="stack of 花子")
    answer = errors.of_call(failed(code, status), language="en")
    assert answer.status_code == 500
    assert "花子" not in answer.body.decode()
    assert b"TRACE" not in answer.body


def test_debug_details_never_go_out_and_others_do():
    status = status_of(
        code_pb2.NOT_FOUND,
        error_details_pb2.DebugInfo(detail="stack"),
        error_details_pb2.ErrorInfo(reason="NOT_FOUND"),
    )
    answer = errors.of_call(failed(grpc.StatusCode.NOT_FOUND, status), language="en")
    assert b"for outside" in answer.body
    assert b"stack" not in answer.body
    assert b"ErrorInfo" in answer.body


@pytest.mark.parametrize("raw", [b"\xff\xff", status_of(code_pb2.ABORTED, text="lie").SerializeToString()])
def test_details_that_do_not_fit_the_code_are_ignored(raw):
    error = grpc.aio.AioRpcError(
        grpc.StatusCode.NOT_FOUND, grpc.aio.Metadata(), grpc.aio.Metadata(("grpc-status-details-bin", raw))
    )
    answer = errors.of_call(error, language="en")
    assert answer.status_code == 404
    assert b"lie" not in answer.body


@pytest.mark.parametrize(
    ("path", "expected"),
    [
        ("programme_ids[2].checked_on", "programmeIds[2].checkedOn"),
        ("needs[a_b].name_ja", "needs[a_b].nameJa"),
        ("text", "text"),
        ("", ""),
    ],
)
def test_proto_paths_turn_into_json_paths(path, expected):
    assert errors.camel(path) == expected
