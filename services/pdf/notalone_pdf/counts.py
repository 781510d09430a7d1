"""What is told of the memos that were made: how many, hour by hour."""

from __future__ import annotations

from notalone.pdf.v1 import counts_pb2
from notalone.pdf.v1 import pdf_service_pb2 as pdf
from notalone_chassis.counting import beginning
from notalone_kernel.counts import HourOfPlace


def payload(one: HourOfPlace) -> counts_pb2.HourlyCounts:
    """The event; its cells are style and language."""
    message = counts_pb2.HourlyCounts(
        prefecture_code=one.place,
        cells=[
            counts_pb2.HourlyCounts.Cell(style=pdf.MemoStyle.Value(style), language=language, count=count)
            for (style, language), count in one.counts.items()
        ],
    )
    message.hour.FromDatetime(beginning(one.hour))
    return message
