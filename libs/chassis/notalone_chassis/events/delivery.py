"""The delivery policy, the same for every adapter: batches, tries one by one, dead letters, parked keys.

A batch goes to the handler as a whole. Where that fails, its events are tried one by one, in order. One that fails N
times becomes a dead letter and the others move on; where the order of a key matters, its later events follow the dead
one ("parked") until it is replayed or discarded. While a part is down (`Policy.transient`) nothing is given up.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

from notalone_chassis import logs
from notalone_chassis.events.cloudevents import MalformedEvent, to_event
from notalone_chassis.events.event import Delivery
from notalone_chassis.events.log import Reader, Stored
from notalone_chassis.events.ports import Handler
from notalone_chassis.events.waiting import Patience


class DeadLetters(Protocol):
    """Where events go that cannot be handled."""

    def is_known(self, stored: Stored) -> bool:
        """Whether there is an unsettled letter about this very event: it was given up before a restart."""
        ...

    def is_parked(self, stored: Stored) -> bool:
        """Whether the event must wait behind an earlier one of its key."""
        ...

    async def park(self, stored: Stored) -> None:
        """Puts it behind the earlier one."""
        ...

    async def give_up(self, stored: Stored, *, reason: str, tries: int) -> None:
        """Makes a letter of it; `reason` is the name of an exception's class."""
        ...


class Deliverer:
    """Brings records to one handler."""

    def __init__(self, handler: Handler, *, patience: Patience, letters: DeadLetters) -> None:
        self._handler = handler
        self._patience = patience
        self._letters = letters

    async def deliver(self, records: Sequence[Stored], reader: Reader) -> None:
        """Returns when each is handled, or a letter, or no longer this reader's.

        Raises:
            Stopped: the consumer is to end; what is not handled comes again.
        """
        if await self._as_a_whole(records, reader):
            return
        for stored in records:
            if reader.holds(stored.place):
                await self._one(stored, reader)
                await reader.done([stored])

    async def _as_a_whole(self, records: Sequence[Stored], reader: Reader) -> bool:
        if any(self._letters.is_known(one) or self._letters.is_parked(one) for one in records):
            return False
        failures = 0
        while all(reader.holds(place) for place in {one.place for one in records}):
            try:
                await self._handler([_delivery(one, failures + 1) for one in records])
            except self._patience.policy.transient as error:
                failures += 1
                logs.get("events").warning("a handler has to wait", attempt=failures, exc_info=error)
            except Exception as error:  # noqa: BLE001 whatever it is, it must not stop the others
                logs.get("events").warning("a batch failed", count=len(records), exc_info=error)
                return False
            else:
                return True
            await self._patience.wait(failures)
        return False

    async def _one(self, stored: Stored, reader: Reader) -> None:
        if self._letters.is_known(stored):
            return
        if self._letters.is_parked(stored):
            await self._patience.until_done(lambda: self._letters.park(stored))
            return
        reason, tries = await self.attempt(stored, reader)
        if reason:
            await self._patience.until_done(lambda: self._letters.give_up(stored, reason=reason, tries=tries))

    async def attempt(self, stored: Stored, reader: Reader) -> tuple[str, int]:
        """Tries one event until it is handled ("" and the tries that failed) or given up (why, and after how many).

        One whose partition has gone to another reader is not tried again, and counts as neither.

        Raises:
            Stopped: see there.
        """
        failures = tries = 0
        while reader.holds(stored.place):
            try:
                await self._handler([_delivery(stored, failures + 1)])
            except self._patience.policy.transient as error:
                logs.get("events").warning("a handler has to wait", attempt=failures + 1, exc_info=error)
            except Exception as error:  # noqa: BLE001 whatever it is, it must not stop the others
                tries += 1
                logs.get("events").warning("an event failed", attempt=tries, exc_info=error)
                if tries >= self._patience.policy.tries or isinstance(error, MalformedEvent):
                    return type(error).__name__, tries
            else:
                return "", tries
            failures += 1
            await self._patience.wait(failures)
        return "", tries


def _delivery(stored: Stored, attempt: int = 1) -> Delivery:
    return Delivery(
        event=to_event(stored.record),
        topic=stored.topic,
        partition=stored.partition,
        offset=stored.offset,
        attempt=attempt,
    )
