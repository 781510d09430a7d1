from __future__ import annotations

from datetime import timedelta

import grpc
import pytest
from google.rpc import error_details_pb2
from grpc_status import rpc_status
from notalone.common.v1 import contact_pb2
from notalone.crisis.v1 import crisis_pb2
from notalone.dialogue.v1 import dialogue_service_pb2 as dialogue
from notalone.pdf.v1 import pdf_service_pb2 as pdf
from notalone_chassis.errors import FieldViolation, InvalidArgument, ResourceExhausted


def details(error: grpc.aio.AioRpcError, kind: type) -> list:
    status = rpc_status.from_call(error)
    assert status is not None
    found = []
    for packed in status.details:
        message = kind()
        if packed.Unpack(message):
            found.append(message)
    return found


async def test_a_memo_comes_back_as_pdf(world, samples):
    world.dialogue.answer = lambda _: samples.seed("vi")
    request = pdf.RenderMemoRequest(conversation="sealed", programme_ids=["b", "a"], language="vi", note="xin chào")
    body = await world.stub.RenderMemo(request, timeout=5)
    assert body.content_type == "application/pdf"
    assert body.data.startswith(b"%PDF-")
    assert (world.dialogue.asked.conversation, list(world.dialogue.asked.programme_ids)) == ("sealed", ["b", "a"])
    assert world.dialogue.asked.language == "vi"


async def test_the_time_that_is_left_is_passed_on(world, samples):
    world.dialogue.answer = lambda _: samples.seed()
    await world.stub.RenderMemo(pdf.RenderMemoRequest(conversation="sealed"), timeout=2)
    assert 0 < world.dialogue.seconds_left < 2


async def test_a_broken_conversation_is_told_unchanged_with_the_help_that_comes_with_it(world):
    def broken(_: dialogue.DescribeConversationRequest) -> dialogue.DescribeConversationResponse:
        help_now = crisis_pb2.Crisis(contacts=[contact_pb2.Contact(name="みほん相談", value="0120-000-000")])
        raise InvalidArgument(FieldViolation("conversation", "conversation.broken"), details=[help_now])

    world.dialogue.answer = broken
    error = await world.failure(language="ja")
    assert error.code() == grpc.StatusCode.INVALID_ARGUMENT
    assert details(error, crisis_pb2.Crisis)[0].contacts[0].value == "0120-000-000"
    violation = details(error, error_details_pb2.BadRequest)[0].field_violations[0]
    assert (violation.field, violation.reason) == ("conversation", "conversation.broken")
    assert len(details(error, error_details_pb2.LocalizedMessage)) == 1
    assert error.details().startswith("この会話の続きは開けませんでした。")


async def test_an_unknown_programme_is_named(world):
    def unknown(_: dialogue.DescribeConversationRequest) -> dialogue.DescribeConversationResponse:
        raise InvalidArgument(FieldViolation("programme_ids[1]", "not_found"))

    world.dialogue.answer = unknown
    error = await world.failure(programme_ids=["a", "b"])
    assert details(error, error_details_pb2.BadRequest)[0].field_violations[0].field == "programme_ids[1]"


async def test_too_much_at_once_tells_when_to_come_again(world):
    def busy(_: dialogue.DescribeConversationRequest) -> dialogue.DescribeConversationResponse:
        raise ResourceExhausted(timedelta(seconds=7))

    world.dialogue.answer = busy
    error = await world.failure()
    assert error.code() == grpc.StatusCode.RESOURCE_EXHAUSTED
    assert details(error, error_details_pb2.RetryInfo)[0].retry_delay.seconds == 7


async def test_without_the_dialogue_service_the_part_that_is_down_is_named(world):
    await world.stop_dialogue()
    error = await world.failure()
    assert error.code() == grpc.StatusCode.UNAVAILABLE
    assert details(error, error_details_pb2.ErrorInfo)[0].metadata["part"] == "dialogue"


@pytest.mark.parametrize(
    ("fields", "field"),
    [
        ({"conversation": ""}, "conversation"),
        ({"programme_ids": ["a"] * 6}, "programme_ids"),
        ({"programme_ids": [""]}, "programme_ids[0]"),
        ({"note": "あ" * 5001}, "note"),
        ({"language": "x" * 36}, "language"),
        ({"style": 9}, "style"),
        ({"wants": [pdf.CONSULT, 0]}, "wants[1]"),
        ({"wants": [9]}, "wants[0]"),
        ({"needs": [pdf.WRITING] * 5}, "needs"),
    ],
)
async def test_a_wrong_field_is_named(world, fields, field):
    error = await world.failure(**fields)
    assert error.code() == grpc.StatusCode.INVALID_ARGUMENT
    assert details(error, error_details_pb2.BadRequest)[0].field_violations[0].field == field


async def test_nothing_a_person_typed_is_logged(world, samples, capfd):
    world.dialogue.answer = lambda _: samples.seed()
    marked = "しるしの言葉カワセミ"
    await world.stub.RenderMemo(pdf.RenderMemoRequest(conversation="sealed", note=marked), timeout=5)
    out = capfd.readouterr()
    assert "カワセミ" not in out.out + out.err
