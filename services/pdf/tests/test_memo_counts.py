"""What of the memos is published: how many, hour by hour."""

from __future__ import annotations

import asyncio
from datetime import UTC, timedelta

import pytest
from notalone.pdf.v1 import counts_pb2
from notalone.pdf.v1 import pdf_service_pb2 as pdf
from notalone_chassis.events.opening import open_bus
from notalone_kernel.counts import LEAST


async def make(world, times: int, *, kept: bool = False, **fields: object) -> None:
    for _ in range(times):
        if kept:
            await world.stub.CreateMemo(pdf.CreateMemoRequest(conversation="sealed", **fields), timeout=20)
        else:
            await world.stub.RenderMemo(pdf.RenderMemoRequest(conversation="sealed", **fields), timeout=20)


async def published(world) -> list[counts_pb2.HourlyCounts]:
    found: list[counts_pb2.HourlyCounts] = []

    async def note(deliveries) -> None:
        found.extend(counts_pb2.HourlyCounts.FromString(delivery.event.data) for delivery in deliveries)

    bus = await open_bus(world.settings, clock=world.clock)
    following = await bus.follow(["notalone.pdf.counts.v1"], note)
    await following.caught_up()
    await following.stop()
    await bus.close()
    return found


async def test_memos_of_an_hour_come_as_counts_and_seldom_ones_never(world, samples):
    description = samples.seed("vi")
    description.municipality_code = "012301"
    world.dialogue.answer = lambda _: description
    await make(world, LEAST - 1, note="しるしの言葉カワセミ")
    await make(world, 1, kept=True)
    await make(world, LEAST - 1, style=pdf.DISCREET)
    began = world.clock.now()
    world.clock.advance(timedelta(hours=1))
    await world.counting.publish()
    (event,) = await published(world)
    assert event.hour.ToDatetime(tzinfo=UTC) == began.replace(minute=0)
    assert event.prefecture_code == "01"
    (cell,) = event.cells
    assert (cell.style, cell.language, cell.count) == (pdf.STANDARD, "vi", LEAST)


@pytest.mark.parametrize("fault", [OSError(), RuntimeError()])
async def test_while_the_bus_is_away_memos_come_as_ever_and_counts_later(world, samples, fault):
    world.dialogue.answer = lambda _: samples.seed()
    await make(world, LEAST)

    async def away():
        raise fault

    opens, world.counting.open_bus = world.counting.open_bus, away
    world.clock.advance(timedelta(hours=1))
    await world.counting.publish()
    await make(world, 1)
    world.counting.open_bus = opens
    await world.counting.publish()
    assert [cell.count for event in await published(world) for cell in event.cells] == [LEAST]
    assert await asyncio.wait_for(world.counting.stop(), 10) is None
