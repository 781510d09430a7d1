"""Metrics of what waits to be published."""

from __future__ import annotations

from datetime import timedelta
from typing import Protocol

from notalone_chassis.telemetry.metrics import Metrics


class Backlog(Protocol):
    """What a relay tells of itself; asked from another thread."""

    @property
    def active(self) -> bool:
        """Whether it is the one at work for its database."""
        ...

    @property
    def backlog_size(self) -> int:
        """Events that wait."""
        ...

    @property
    def backlog_age(self) -> timedelta:
        """How long the oldest of them has waited."""
        ...


def watch(relay: Backlog, metrics: Metrics, *, service: str) -> None:
    """Shows the relay of a service's database."""

    def age() -> float:
        return relay.backlog_age.total_seconds()

    metrics.ask("notalone_outbox_relay_active", lambda: float(relay.active), service=service)
    metrics.ask("notalone_outbox_events", lambda: relay.backlog_size, service=service)
    metrics.ask("notalone_outbox_age_seconds", age, service=service)
