"""A withdrawn number does not come back when the dialogue starts while the catalogue's events cannot be heard."""

import mock_kafka
import pytest
import unheard
from notalone.dialogue.v1 import dialogue_service_pb2 as pb
from notalone.dialogue.v1 import dialogue_service_pb2_grpc as rpc
from notalone_chassis.clock import SystemClock
from notalone_chassis.grpc_client import channel
from notalone_dialogue.main import DialogueSettings, start

NUMBER = "0120-279-338"


async def told(**settings) -> str:
    """What a service that starts so answers to a cry for help."""
    running = await start(DialogueSettings(**settings), clock=SystemClock())
    try:
        async with channel(running.address) as open_channel:
            stub = rpc.DialogueServiceStub(open_channel)
            turn = await stub.StartConversation(pb.StartConversationRequest(), timeout=10)
            cry = pb.ReplyConversationRequest(conversation=turn.conversation, text="死にたい")
            answer = await stub.ReplyConversation(cry, timeout=10)
            assert "119" in str(answer.crisis.contacts)
            return str(answer)
    finally:
        await running.stop(0)


class RememberingContract:
    async def test_a_withdrawn_number_stays_away_at_a_start_without_events_and_a_restored_one_is_back(self, log):
        assert NUMBER in await told(**log.heard)
        await log.publish(unheard.withdrawn_line(1, [NUMBER]))
        assert NUMBER not in await told(**log.heard)
        away = log.unheard()
        assert NUMBER not in await told(**away)

    async def test_a_restored_number_is_back(self, log):
        await log.publish(unheard.withdrawn_line(1, [NUMBER]))
        assert NUMBER not in await told(**log.heard)
        await log.publish(unheard.withdrawn_line(2, []))
        assert NUMBER in await told(**log.heard)
        assert NUMBER in await told(**log.unheard())

    async def test_a_spoilt_memory_leaves_what_ships_with_the_code(self, log, tmp_path):
        await log.publish(unheard.withdrawn_line(1, [NUMBER]))
        assert NUMBER not in await told(**log.heard)
        (tmp_path / "dialogue" / "left_out.json").write_text("{")
        assert NUMBER in await told(**log.unheard())


class TestRemembersOnTheEmbeddedLog(RememberingContract):
    @pytest.fixture
    def log(self, tmp_path):
        return unheard.EmbeddedLog(tmp_path)


class TestRemembersOnKafka(RememberingContract):
    @pytest.fixture
    def log(self, tmp_path):
        with mock_kafka.running() as mock:
            yield unheard.KafkaLog(tmp_path, mock)
