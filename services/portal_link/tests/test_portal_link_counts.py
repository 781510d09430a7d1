from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime

import pytest
from notalone.portal_link.v1 import portal_link_service_pb2 as pb
from notalone_chassis.errors import InvalidArgument
from notalone_kernel.counts import HourOfPlace
from notalone_portal_link import counts


def test_who_is_handed_on_is_counted_by_programme_prefecture_and_language(links):
    counted: list[tuple[str, ...]] = []
    counting = replace(links, count=lambda *what: counted.append(what))
    programme = next(iter(links.programmes._entries))
    counting.hand_on(pb.CreateHandoffRequest(programme_id=programme, municipality_code="012301", language="vi"))
    with pytest.raises(InvalidArgument):
        counting.hand_on(pb.CreateHandoffRequest(programme_id=programme, municipality_code="999999"))
    assert counted == [("01", programme, "vi")]


def test_the_event_says_when_where_and_how_often():
    hour = int(datetime(2026, 11, 24, 3, tzinfo=UTC).timestamp()) // 3600
    event = counts.payload(HourOfPlace(hour, "01", {("a-programme", "vi"): 12}))
    assert event.hour.ToDatetime(tzinfo=UTC) == datetime(2026, 11, 24, 3, tzinfo=UTC)
    assert event.prefecture_code == "01"
    (cell,) = event.cells
    assert (cell.programme_id, cell.language, cell.count) == ("a-programme", "vi", 12)
