"""Looks after the health of contacts and links, and tells staff: each thing once, however many processes look.

What was told is remembered in the transaction that tells it; so no two processes tell the same.
"""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Awaitable, Callable, Sequence
from datetime import timedelta

from notalone.catalog.v1 import notices_pb2
from notalone_chassis import logs
from notalone_chassis.clock import Clock
from notalone_kernel.hours import JAPAN

from notalone_catalog.authoring.ports import LinkProbe, Records, Work
from notalone_catalog.domain import contact_reports, health
from notalone_catalog.domain.health import Mark, Told
from notalone_catalog.domain.records import EntryRecord, public_entry

FIRST_SECONDS, EVERY_SECONDS = 20.0, 3600.0
# To one round, one after the other with a pause in between.
LINKS_AT_ONCE, LINK_PAUSE_SECONDS = 50, 1.0
# A log keeps tombstones for a day; they are told again before, so that nobody takes a packaged entry for a live one.
TOMBSTONES_AGAIN = timedelta(hours=8)
TOMBSTONES = "tombstones"


class Sweep:
    """The rounds; with a probe, it opens links too."""

    def __init__(
        self,
        records: Records,
        *,
        clock: Clock,
        probe: LinkProbe | None = None,
        sleep: Callable[[float], Awaitable[None]] = asyncio.sleep,
    ) -> None:
        self._records = records
        self._clock = clock
        self._probe = probe
        self._sleep = sleep
        self._log = logs.get("catalog")
        self._task: asyncio.Task[None] | None = None

    async def start(self) -> None:
        """Makes rounds from now on, one an hour."""
        self._task = asyncio.create_task(self._forever())

    async def stop(self) -> None:
        """Ends it."""
        if self._task is not None:
            self._task.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await self._task

    async def round(self) -> None:
        """Looks at everything once.

        Raises:
            Unavailable: "database".
        """
        async with self._records.work() as work:
            await work.alone()
            records = await work.records()
            await self._tell_of_contacts(work, records)
            await self._tell_of_reports(work, records)
            await self._tell_of_withdrawn(work)
        if self._probe is not None:
            await self._check_links(self._probe)

    async def _tell_of_contacts(self, work: Work, records: Sequence[EntryRecord]) -> None:
        now = self._clock.now()
        marks, today = await work.marks(health.CONTACTS), now.astimezone(JAPAN).date()
        entries = [entry for record in records if (entry := public_entry(record))]
        found = [told for entry in entries for told in health.of_contacts(entry, marks, today=today, now=now)]
        await self._tell(work, found)

    async def _tell_of_reports(self, work: Work, records: Sequence[EntryRecord]) -> None:
        now = self._clock.now()
        since = contact_reports.since(now.astimezone(JAPAN).date())
        await work.forget_reports(before=since)
        found = contact_reports.summaries(await work.report_cells(since=since))
        shown = contact_reports.shown((entry for record in records if (entry := public_entry(record))), now)
        marks = await work.marks(contact_reports.REPORTED)
        await self._tell(work, list(contact_reports.to_tell(found, shown, marks, now=now)))

    async def _tell_of_withdrawn(self, work: Work) -> None:
        now = self._clock.now()
        last = (await work.marks(TOMBSTONES)).get(TOMBSTONES)
        if last is not None and now - last.at < TOMBSTONES_AGAIN:
            return
        await work.tell_withdrawn_again(at=now)
        await work.mark({TOMBSTONES: Mark("", now)})

    async def _check_links(self, probe: LinkProbe) -> None:
        opened: list[tuple[str, str, Mark | None, int]] = []
        for entry_id, url, before in await self._due():
            opened.append((entry_id, url, before, await probe.status(url)))
            await self._sleep(LINK_PAUSE_SECONDS)
        if health.is_our_own_fault(status for *_, status in opened):
            self._log.warning("sweep_failed", part="links")
            return
        async with self._records.work() as work:
            for entry_id, url, before, status in opened:
                mark = health.opened(before, status, self._clock.now())
                times = health.failing(mark).times
                await work.mark({health.link_key(url): mark})
                if times == health.DEAD_AFTER:
                    dead = notices_pb2.LinkDead(entry_id=entry_id, url=url, failures=times, http_status=status)
                    await work.tell(entry_id, dead, at=mark.at)

    async def _due(self) -> list[tuple[str, str, Mark | None]]:
        """Links to open now, which no other process will open meanwhile: taking one marks it."""
        now = self._clock.now()
        async with self._records.work() as work:
            await work.alone()
            marks = await work.marks(health.LINKS)
            entries = [entry for record in await work.records() if (entry := public_entry(record))]
            owners = {url: entry.id for entry in reversed(entries) for url in health.links(entry)}
            found = [(entry_id, url, marks.get(health.link_key(url))) for url, entry_id in owners.items()]
            due = [link for link in found if health.is_due(link[2], now)][:LINKS_AT_ONCE]
            taken = {health.link_key(url): Mark(mark.value if mark else "0", now) for _, url, mark in due}
            await work.mark(taken)
        return due

    async def _tell(self, work: Work, found: list[Told]) -> None:
        for told in found:
            await work.tell(told.entry_id, told.notice, at=told.mark.at)
        await work.mark({told.key: told.mark for told in found})

    async def _forever(self) -> None:
        await self._sleep(FIRST_SECONDS)
        while True:
            try:
                await self.round()
            except Exception as error:  # noqa: BLE001 the next round may do better
                self._log.warning("sweep_failed", part="database", exc_info=error)
            await self._sleep(EVERY_SECONDS)
