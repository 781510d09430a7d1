"""Withdrawn contacts are known at once from the database, and while it is away from the read model."""

import contextlib

from notalone.catalog.v1.entry_pb2 import Channel, Entry
from notalone_catalog.authoring.importing import import_entries
from notalone_catalog.authoring.ports import Act
from notalone_catalog.domain import revision
from notalone_catalog.withdrawals import Withdrawals
from notalone_chassis.errors import Unavailable
from notalone_kernel.entry_shelf import Change, EntryShelf

FLOOR = Entry(id="yorisoi-hotline", floor=True, channels=[Channel(value="0120-279-338")])
NAME = "yorisoi-hotline:0120-279-338"


async def step(records, clock, act) -> None:
    async with records.work() as work:
        before = await work.record("yorisoi-hotline")
        await work.save([(before, act(before))], Act(actor="ben", at=clock.now(), reason="wrong"))


def at_work(records, shelf) -> Withdrawals:
    async def apply(changes) -> None:
        shelf.apply(changes)

    return Withdrawals(records, shelf, apply=apply)


async def test_they_are_known_before_any_event_has_come(records, clock):
    await import_entries(records, [FLOOR], clock=clock)
    shelf = EntryShelf([FLOOR])
    withdrawals = at_work(records, shelf)
    await step(records, clock, lambda record: revision.withdraw(record, "0120-279-338"))
    assert await withdrawals.now() == {NAME}
    await withdrawals.catch_up()
    assert shelf.withdrawn == {NAME}
    await step(records, clock, lambda record: revision.restore(record, "0120-279-338"))
    await withdrawals.catch_up()
    assert (await withdrawals.now(), shelf.withdrawn) == (frozenset(), frozenset())


async def test_while_the_database_is_away_the_read_model_answers():
    class Away:
        @contextlib.asynccontextmanager
        async def look(self):
            raise Unavailable("database")
            yield

    shelf = EntryShelf([FLOOR])
    known = Entry(id="yorisoi-hotline", revision=2, floor=True, withdrawn=["0120-279-338"])
    shelf.apply([Change("yorisoi-hotline", 2, known)])
    assert await at_work(Away(), shelf).now() == {NAME}
