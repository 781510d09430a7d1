"""The port to events. Adapters: an embedded durable log, and Kafka; one contract-test class holds both."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence
from typing import Protocol

from notalone_chassis.events.event import Delivery, Event

# Applies a batch, in order, or raises: then nothing of it counts as handled. What one event does must be done at most
# once: an inbox row in the transaction of its effect, or a write conditional on the revision.
Handler = Callable[[Sequence[Delivery]], Awaitable[None]]


class Consuming(Protocol):
    """A consumer at work."""

    async def caught_up(self) -> None:
        """Returns when all that was there at the time of the call has been handled (or is a dead letter).

        Of a group: by whichever of its consumers, in whichever process.

        Raises:
            Unavailable: the log cannot be reached.
            Closed: the consumer is stopped.
        """
        ...

    async def stop(self) -> None:
        """Ends after the batch at work; what was handled is committed. Waits between tries end at once."""
        ...


class EventBus(Protocol):
    """Publishes events and hands them to consumers, at least once."""

    async def publish(self, topic: str, events: Sequence[Event]) -> None:
        """Returns when all of them are durable; keeps the order within each key.

        Raises:
            Unavailable: the log cannot be reached; some of them may have been written all the same.
            UnknownTopic: the topic is not in `topics.yaml`.
            ValueError: an event lacks what it needs, or its payload is larger than 900 kB.
            Closed: the bus is closed; so does every method but `close`.
        """
        ...

    async def consume(self, topics: Sequence[str], handler: Handler, *, group: str) -> Consuming:
        """Hands every event to one consumer of the group; goes on after a restart where the group had come to.

        A handler that fails is tried again, then the event becomes a dead letter (`delivery`). `Unavailable` raised by
        a handler says that a part it needs is down: it is tried until it works.
        """
        ...

    async def follow(self, topics: Sequence[str], handler: Handler) -> Consuming:
        """Hands every event from the first one on to this consumer: for read models in memory. Commits nothing.

        An event that the handler cannot take after all tries is logged and left out.
        """
        ...

    async def close(self) -> None:
        """Ends all consumers and closes what was opened."""
        ...
