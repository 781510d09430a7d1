from datetime import UTC, datetime

import grpc
import pytest
from notalone.portal_link.v1.portal_link_service_pb2 import CreateHandoffRequest, FindMunicipalitiesRequest, Handoff
from notalone.portal_link.v1.portal_link_service_pb2_grpc import PortalLinkServiceStub
from notalone_chassis.clock import FixedClock
from notalone_chassis.grpc_client import channel
from notalone_portal_link.main import PortalLinkSettings, start

CLOCK = FixedClock(datetime(2026, 11, 24, 3, 0, tzinfo=UTC))
SEEDS_PROGRAMME = "chiiki-kosodate-shien-kyoten"


@pytest.fixture
async def stub(tmp_path):
    service = await start(PortalLinkSettings(data_dir=tmp_path), clock=CLOCK)
    async with channel(service.address) as connection:
        yield PortalLinkServiceStub(connection)
    await service.stop(0.1)


async def test_the_hand_off_from_the_childcare_centres_to_noboribetsu(stub) -> None:
    found = await stub.FindMunicipalities(FindMunicipalitiesRequest(query="登別"), timeout=5)
    [place] = found.municipalities
    handoff = await stub.CreateHandoff(
        CreateHandoffRequest(programme_id=SEEDS_PROGRAMME, municipality_code=place.code), timeout=5
    )
    assert handoff.available
    assert handoff.search_phrase == "登別市 地域子育て支援拠点事業"
    assert handoff.municipality == place


async def test_a_desk_of_the_crisis_floor_is_known(stub) -> None:
    request = CreateHandoffRequest(programme_id="yorisoi-hotline", municipality_code="012301")
    handoff = await stub.CreateHandoff(request, timeout=5)
    assert handoff.reason_code == Handoff.NOTHING_TO_APPLY


@pytest.mark.parametrize(
    ("request_", "code"),
    [
        (
            CreateHandoffRequest(programme_id=SEEDS_PROGRAMME, municipality_code="012302"),
            grpc.StatusCode.INVALID_ARGUMENT,
        ),
        (CreateHandoffRequest(programme_id=SEEDS_PROGRAMME, postal_code="9999999"), grpc.StatusCode.INVALID_ARGUMENT),
        (CreateHandoffRequest(programme_id=SEEDS_PROGRAMME), grpc.StatusCode.INVALID_ARGUMENT),
        (CreateHandoffRequest(programme_id="none", municipality_code="012301"), grpc.StatusCode.NOT_FOUND),
    ],
)
async def test_wrong_requests_are_refused_by_kind(stub, request_, code) -> None:
    with pytest.raises(grpc.aio.AioRpcError) as error:
        await stub.CreateHandoff(request_, timeout=5)
    assert error.value.code() == code
