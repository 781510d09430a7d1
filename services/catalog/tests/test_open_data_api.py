"""What is handed out as open data is what may be shown: others republish it."""

from datetime import UTC, datetime

import notalone_crisis
import notalone_data
import pytest
from notalone.catalog.v1 import open_data_service_pb2 as pb
from notalone_catalog.open_data_api import OpenData
from notalone_chassis.clock import FixedClock
from notalone_kernel.entry_shelf import Change, EntryShelf

LINE, NUMBER = "yorisoi-hotline", "0120-279-338"
CLOCK = FixedClock(datetime(2026, 11, 24, 3, tzinfo=UTC))


@pytest.fixture
def shelf():
    return EntryShelf([*notalone_crisis.floor_entries(), *notalone_data.entries()])


@pytest.fixture
def open_data(shelf):
    return OpenData(entries=shelf, need_labels=notalone_data.needs()["needs"], clock=CLOCK)


async def exported(open_data) -> str:
    table = await open_data.ExportCpsv(pb.ExportCpsvRequest(), None)
    services = await open_data.ListHsdsServices(pb.ListHsdsServicesRequest(per_page=500), None)
    return table.data.decode() + services.data.decode()


async def test_a_withdrawn_number_is_in_neither_format_and_the_rest_of_the_entry_is(open_data, shelf):
    assert NUMBER in await exported(open_data)
    [told] = [entry for entry in notalone_crisis.floor_entries() if entry.id == LINE]
    told.revision, told.withdrawn[:] = 1, [NUMBER]
    shelf.apply([Change(LINE, 1, told)])
    after = await exported(open_data)
    assert NUMBER not in after
    assert "119" in after
    told.revision, told.withdrawn[:] = 2, []
    shelf.apply([Change(LINE, 2, told)])
    assert NUMBER in await exported(open_data)
