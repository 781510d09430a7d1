"""The running service over gRPC."""

import grpc
import pytest
from google.rpc import error_details_pb2
from grpc_status import rpc_status
from notalone.common.v1.common_pb2 import Audience
from notalone.crisis.v1.crisis_pb2 import Crisis
from notalone.dialogue.v1 import dialogue_service_pb2 as pb
from notalone.dialogue.v1 import dialogue_service_pb2_grpc as rpc
from notalone_chassis.clock import SystemClock
from notalone_chassis.grpc_client import channel
from notalone_dialogue.main import DialogueSettings, start

SECONDS = 10


@pytest.fixture
async def dialogue(tmp_path):
    running = await start(DialogueSettings(data_dir=tmp_path), clock=SystemClock())
    async with channel(running.address) as open_channel:
        yield rpc.DialogueServiceStub(open_channel)
    await running.stop(0)


async def test_a_worry_is_led_to_help_and_described_for_the_memo(dialogue):
    turn = await dialogue.StartConversation(pb.StartConversationRequest(language="ja"), timeout=SECONDS)
    for choice_id in ("childcare", "talk", "meet"):
        request = pb.ReplyConversationRequest(conversation=turn.conversation, choice_id=choice_id)
        turn = await dialogue.ReplyConversation(request, timeout=SECONDS)
    assert turn.suggestions[0].programme.display_name_ja == "地域子育て支援拠点事業"
    request = pb.DescribeConversationRequest(conversation=turn.conversation, language="en")
    told = await dialogue.DescribeConversation(request, timeout=SECONDS)
    assert told.programmes[0].programme_ja.display_name == "地域子育て支援拠点事業"


async def test_the_flow_is_open_to_everybody(dialogue):
    flow = await dialogue.GetFlow(pb.GetFlowRequest(audience=Audience.CHILD, language="ja"), timeout=SECONDS)
    assert flow.start_node_id in {node.id for node in flow.nodes}


async def test_a_broken_conversation_names_the_field_and_carries_the_help_contacts(dialogue):
    with pytest.raises(grpc.aio.AioRpcError) as failed:
        await dialogue.ReplyConversation(
            pb.ReplyConversationRequest(conversation="broken", back=True),
            timeout=SECONDS,
            metadata=[("accept-language", "ko")],
        )
    status = rpc_status.from_call(failed.value)
    found, bad = Crisis(), error_details_pb2.BadRequest()
    assert any(detail.Unpack(found) for detail in status.details)
    assert any(detail.Unpack(bad) for detail in status.details)
    assert failed.value.code() == grpc.StatusCode.INVALID_ARGUMENT
    assert found.contacts
    assert bad.field_violations[0].field == "conversation"
    assert "대화" in status.message


async def test_keys_outlive_the_process_that_made_them(tmp_path):
    settings = DialogueSettings(data_dir=tmp_path)
    first = await start(settings, clock=SystemClock())
    async with channel(first.address) as open_channel:
        stub = rpc.DialogueServiceStub(open_channel)
        turn = await stub.StartConversation(pb.StartConversationRequest(), timeout=SECONDS)
    await first.stop(0)
    second = await start(settings, clock=SystemClock())
    async with channel(second.address) as open_channel:
        stub = rpc.DialogueServiceStub(open_channel)
        request = pb.ReplyConversationRequest(conversation=turn.conversation, choice_id="childcare")
        assert (await stub.ReplyConversation(request, timeout=SECONDS)).can_go_back
    await second.stop(0)
