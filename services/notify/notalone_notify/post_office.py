"""Gathers notices into mails, and sends these: one at a time, each step committed before the next begins."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Callable
from datetime import datetime, timedelta
from random import Random

from notalone.notify.v1 import events_pb2 as pb
from notalone_chassis import logs
from notalone_chassis.clock import Clock
from notalone_chassis.sql.database import Database
from notalone_chassis.telemetry import Metrics

from notalone_notify import store
from notalone_notify.domain import mail as mails
from notalone_notify.domain.mail import Mail, Outcome
from notalone_notify.letters import LetterWriter
from notalone_notify.ports import MailTransport, NotSent, OutcomeUnknown, PermanentFailure
from notalone_notify.staff import Staff

BATCH = 20
# What this process takes in wakes it at once; so late may be what is due by time, or was taken in by another.
POLL_SECONDS = 3.0
FAILED_SECONDS = 5.0
# No personal data stand here; operators look back a year.
KEEP = timedelta(days=400)
FORGET_EVERY = timedelta(hours=6)


class PostOffice:
    """One process's post office; several work side by side on one database."""

    def __init__(
        self,
        database: Database,
        transport: MailTransport,
        *,
        staff: Staff,
        writer: LetterWriter,
        gather_for: timedelta,
        clock: Clock,
        random: Random,
        new_id: Callable[[], str],
        metrics: Metrics,
    ) -> None:
        """`gather_for` is how long a notice waits for others of its kind; `new_id` gives random ids of 32 letters."""
        self._database = database
        self._transport = transport
        self._staff = staff
        self._writer = writer
        self._gather_for = gather_for
        self._clock = clock
        self._random = random
        self._new_id = new_id
        self._metrics = metrics
        self._log = logs.get("notify")
        self._wake = asyncio.Event()
        self._stopping = False
        self._task: asyncio.Task[None] | None = None
        self._forgot: datetime | None = None

    def wake(self) -> None:
        """There is something new."""
        self._wake.set()

    def start(self) -> None:
        """Begins to work, now and whenever there is something."""
        self._task = asyncio.create_task(self._work())

    async def stop(self, grace: float) -> None:
        """Ends after the mail at work, within `grace` seconds; what is left goes out after the next start."""
        self._stopping = True
        self.wake()
        if self._task is not None:
            await asyncio.wait([self._task], timeout=grace)
            self._task.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await self._task

    async def round(self) -> int:
        """Gathers what is ripe, does what is due; returns how many mails were moved on.

        Raises:
            Unavailable: the database cannot be reached.
        """
        now = self._clock.now()
        await self._gather(now)
        async with self._database.read() as connection:
            found = await store.due(connection, now=now, limit=BATCH)
        moved = 0
        for mail in found:
            if self._stopping:
                break
            moved += await self._move(mail)
        await self._look_after(now)
        return moved

    async def _gather(self, now: datetime) -> None:
        async with self._database.read() as connection:
            groups = await store.waiting(connection)
        for group in groups:
            # A clock that was set back lets nothing wait longer.
            waited = now - group.since
            if group.urgent or waited >= self._gather_for or waited < timedelta(0):
                await self._put_together(group, now)

    async def _put_together(self, group: store.Waiting, now: datetime) -> None:
        digest_id = self._new_id()
        recipients = self._staff.recipients(group.role)
        async with self._database.begin() as connection:
            count = await store.gather(connection, group, digest_id=digest_id)
            if not count:
                return
            await store.add_mails(
                connection,
                [
                    Mail(
                        id=self._new_id(),
                        digest_id=digest_id,
                        role=group.role,
                        kind=group.kind,
                        urgent=group.urgent,
                        recipient=recipient,
                        notices=count,
                        state=pb.CREATED,
                        attempts=0,
                        repeats=0,
                        since=now,
                        due=now,
                    )
                    for recipient in recipients
                ],
            )
        if not recipients:
            self._log.error("nobody to tell", names=[group.role], count=count)
            self._metrics.count("notalone_mails_total", outcome="nobody")

    async def _move(self, mail: Mail) -> bool:
        now = self._clock.now()
        if mails.is_lost(mail, now=now):
            return await self._ended(mail, "unknown", reason="lost")
        begun = mails.begin(mail, now=now)
        async with self._database.begin() as connection:
            if not await store.save(connection, mail, begun):
                return False
            notices = await store.of_digest(connection, mail.digest_id)
        address = self._staff.address(mail.role, mail.recipient)
        if address is None:
            return await self._ended(begun, "permanent", reason="no longer one of the staff")
        try:
            await self._transport.send(self._writer.write(begun, notices, to=address, now=now))
        except NotSent as error:
            return await self._ended(begun, _outcome(error), reason=error.reason)
        return await self._ended(begun, "sent")

    async def _ended(self, mail: Mail, outcome: Outcome, *, reason: str = "") -> bool:
        after = mails.end(mail, outcome, now=self._clock.now(), random=self._random)
        async with self._database.begin() as connection:
            saved = await store.save(connection, mail, after)
        if saved:
            self._metrics.count("notalone_mails_total", outcome=pb.MailState.Name(after.state).lower())
        if saved and outcome != "sent":
            final = after.due is None
            level = self._log.error if final else self._log.warning
            level("mail not sent", status=pb.MailState.Name(after.state), reason=reason, attempt=after.attempts)
        return saved

    async def _look_after(self, now: datetime) -> None:
        async with self._database.read() as connection:
            waiting, lost = await store.backlog(connection)
        self._metrics.set("notalone_mails_waiting", waiting)
        self._metrics.set("notalone_mails_lost", lost)
        if self._forgot is None or abs(now - self._forgot) >= FORGET_EVERY:
            self._forgot = now
            async with self._database.begin() as connection:
                await store.forget(connection, before=now - KEEP)

    async def _work(self) -> None:
        while not self._stopping:
            self._wake.clear()
            moved, wait = 0, POLL_SECONDS
            try:
                moved = await self.round()
            except Exception as error:  # noqa: BLE001 a post office that ends would keep every mail to itself
                self._log.warning("post office round failed", exc_info=error)
                wait = FAILED_SECONDS
            if moved:
                continue
            with contextlib.suppress(TimeoutError):
                async with asyncio.timeout(wait):
                    await self._wake.wait()


def _outcome(error: NotSent) -> Outcome:
    if isinstance(error, PermanentFailure):
        return "permanent"
    return "unknown" if isinstance(error, OutcomeUnknown) else "temporary"
