"""What events do, watched: a consumer's count in SQL, and projections beside what they were told."""

from __future__ import annotations

import asyncio
from collections import defaultdict

from example_migrations import COUNTS
from notalone_catalog.domain.matching import fits
from notalone_catalog.ports import Question
from notalone_chassis.sql import inbox
from notalone_chassis.sql.database import open_database
from notalone_kernel.left_out import without
from sqlalchemy import select, text
from sqlalchemy.dialects.sqlite import insert

MANY = 100


class Effects:
    """Counts every event that it handles, in the transaction of its inbox row."""

    def __init__(self, world) -> None:
        # What this consumer was the first to see, by topic and key, in its order.
        self._sights = defaultdict(list)
        world.sights.append(self._sights)
        self._database = open_database(world.effects_url, application="effects", synchronous="NORMAL")

    async def apply(self, batch, *, now) -> None:
        async with self._database.begin() as connection:
            new = await inbox.first_times(connection, "effects", [one.event.id for one in batch], now=now)
            first = list({one.event.id: one for one in batch if one.event.id in new}.values())
            for name in map(_name, first):
                query = insert(COUNTS).values(name=name, count=1)
                again = query.on_conflict_do_update(index_elements=["name"], set_={"count": COUNTS.c.count + 1})
                await connection.execute(again)
        for one in first:
            self._sights[one.topic, one.event.key].append(one.event.id)

    async def close(self) -> None:
        await self._database.close()

    async def done(self) -> list[tuple[tuple[str, str], str, int]]:
        """Topic and key, event, and how often it was applied, in the order of the first time."""
        async with self._database.read() as connection:
            rows = await connection.execute(select(COUNTS).order_by(text("rowid")))
            parts = [(row.name.split("|"), row.count) for row in rows]
            return [((topic, key), id_, count) for (topic, key, id_), count in parts]


def _name(delivery) -> str:
    return f"{delivery.topic}|{delivery.event.key}|{delivery.event.id}"


class Watched:
    """A projection, compared after each batch with the newest of all that it was told: nothing old ever comes back."""

    def __init__(self, apply, index, world, *, shelf=None) -> None:
        self._apply, self._index, self._world, self._shelf = apply, index, world, shelf
        self._newest = {}
        # The consumers of a group share one: each looks at what came of its own batch.
        self._comparing = asyncio.Lock()

    async def apply(self, changes) -> None:
        async with self._comparing:
            for each in changes:
                if each.entry_id not in self._newest or each.revision > self._newest[each.entry_id].revision:
                    self._newest[each.entry_id] = each
            await self._apply(changes)
            if (difference := await self.differs_from(self._newest.values())) is not None:
                self._world.faults.append(difference)

    async def differs_from(self, newest) -> str | None:
        """What of this history is shown other than these changes say; None where nothing is."""
        mine = self._world.mark
        wanted = {one.entry_id: one.entry for one in newest if one.entry is not None and one.entry_id.startswith(mine)}
        question = Question(now=self._world.base, limit=MANY)
        shown = await self._shown(question)
        if shown != {id_: entry for id_, entry in wanted.items() if fits(entry, question)}:
            return f"index: {shown} is not {wanted}"
        words = Question(now=self._world.base, words="相談窓口", limit=MANY)
        if (await self._shown(words)).keys() != shown.keys():
            return "index: found by words is other than what is there"
        if self._shelf is None:
            return None
        held = {one.id: one for one in self._shelf.all() if one.id.startswith(mine)}
        right = {id_: self._right(entry) for id_, entry in wanted.items()}
        return None if held == right else f"shelf: {held} is not {right}"

    def _right(self, entry):
        """Without what any floor entry of this log, also of another history, has withdrawn."""
        wrong = {value for one in self._shelf.all() if one.floor for value in one.withdrawn}
        return entry if entry.floor else without(entry, wrong & {channel.value for channel in entry.channels})

    async def _shown(self, question: Question):
        found = await self._index.search(question)
        return {hit.entry.id: hit.entry for hit in found.hits if hit.entry.id.startswith(self._world.mark)}
