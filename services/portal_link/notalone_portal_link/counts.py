"""What is told of the programmes that were handed on: how often, hour by hour."""

from __future__ import annotations

from notalone.portal_link.v1 import counts_pb2
from notalone_chassis.counting import beginning
from notalone_kernel.counts import HourOfPlace


def payload(one: HourOfPlace) -> counts_pb2.HourlyCounts:
    """The event; its cells are programme and language."""
    message = counts_pb2.HourlyCounts(
        prefecture_code=one.place,
        cells=[
            counts_pb2.HourlyCounts.Cell(programme_id=programme, language=language, count=count)
            for (programme, language), count in one.counts.items()
        ],
    )
    message.hour.FromDatetime(beginning(one.hour))
    return message
