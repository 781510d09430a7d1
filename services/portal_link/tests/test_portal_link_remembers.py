"""A desk that is withdrawn is not handed on to when portal_link starts while the catalogue cannot be heard."""

import grpc
import mock_kafka
import pytest
import unheard
from notalone.portal_link.v1.portal_link_service_pb2 import CreateHandoffRequest
from notalone.portal_link.v1.portal_link_service_pb2_grpc import PortalLinkServiceStub
from notalone_chassis.clock import SystemClock
from notalone_chassis.grpc_client import channel
from notalone_portal_link.main import PortalLinkSettings, start


async def known(**settings) -> bool:
    """Whether a service that starts so knows the line."""
    running = await start(PortalLinkSettings(**settings), clock=SystemClock())
    request = CreateHandoffRequest(programme_id=unheard.LINE, municipality_code="012301")
    try:
        async with channel(running.address) as connection:
            await PortalLinkServiceStub(connection).CreateHandoff(request, timeout=10)
    except grpc.aio.AioRpcError as error:
        if error.code() != grpc.StatusCode.NOT_FOUND:
            raise
        return False
    finally:
        await running.stop(0)
    return True


class RememberingContract:
    async def test_a_line_with_all_its_numbers_withdrawn_stays_away_at_a_start_without_events(self, log):
        assert await known(**log.heard)
        await log.publish(unheard.withdrawn_line(1))
        assert not await known(**log.heard)
        assert not await known(**log.unheard())


class TestRemembersOnTheEmbeddedLog(RememberingContract):
    @pytest.fixture
    def log(self, tmp_path):
        return unheard.EmbeddedLog(tmp_path)


class TestRemembersOnKafka(RememberingContract):
    @pytest.fixture
    def log(self, tmp_path):
        with mock_kafka.running() as mock:
            yield unheard.KafkaLog(tmp_path, mock)
