"""Takes notices from the event log: each once, however often it comes."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from notalone_chassis import logs
from notalone_chassis.clock import Clock
from notalone_chassis.events.event import Delivery
from notalone_chassis.sql import inbox
from notalone_chassis.sql.database import Database

from notalone_notify import store
from notalone_notify.domain import notices

TOPIC = "notalone.catalog.notices.v1"
GROUP = "notify"


class Intake:
    """The handler of the topic of notices."""

    def __init__(self, database: Database, *, clock: Clock, added: Callable[[], None]) -> None:
        """`added` is called when there is something new to send."""
        self._database = database
        self._clock = clock
        self._added = added
        self._log = logs.get("notify")

    async def handle(self, deliveries: Sequence[Delivery]) -> None:
        """Keeps what they say; all of them in one transaction with their inbox rows.

        Raises:
            Unavailable: the database cannot be reached.
            ValueError, google.protobuf.message.DecodeError: an event is not what its type says.
        """
        now = self._clock.now()
        read = [(delivery.event, notices.read(delivery.event)) for delivery in deliveries]
        async with self._database.begin() as connection:
            new = await inbox.first_times(connection, GROUP, [event.id for event, _ in read], now=now)
            # By id: a batch may hold an event twice.
            for id_, found in {event.id: found for event, found in read}.items():
                if id_ in new and found:
                    await store.add(connection, found, now=now)
        if unknown := sum(not found for _, found in read):
            # A later release of the catalogue knows more kinds than we do.
            self._log.info("notices of unknown kinds", count=unknown)
        self._added()
