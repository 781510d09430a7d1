"""Makes what the services expect on the servers: databases and topics. The bucket of memos makes itself."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping

import psycopg
from notalone_chassis.errors import Unavailable
from notalone_chassis.events import topics
from notalone_chassis.events.kafka.provisioning import create_topics
from notalone_chassis.events.opening import kafka_options
from notalone_chassis.events.settings import EventSettings
from pydantic import Field

from notalone_app.real import databases

IN_PRODUCTION, ELSEWHERE = 3, 1


class PrepareSettings(EventSettings):
    """What is asked of Kafka beyond where it is."""

    # Copies of each new topic; three in production, else one, unless it is said.
    kafka_replicas: int | None = Field(default=None, ge=1, le=9, validation_alias="NOTALONE_KAFKA_REPLICAS")

    @property
    def replicas(self) -> int:
        """Copies of each new topic."""
        return self.kafka_replicas or (IN_PRODUCTION if self.environment == "production" else ELSEWHERE)


class NotPrepared(Exception):
    """A server could not be asked, or refused."""


async def prepare(environment: Mapping[str, str]) -> list[str]:
    """Makes what is missing, and nothing else; may be run again at any time. Returns what was done, a line each.

    Args:
        environment: every `NOTALONE_…_DATABASE_URL` in it names a database.

    Raises:
        NotPrepared: see there; what comes later may be missing too.
    """
    settings = PrepareSettings()
    addresses = [value for name, value in environment.items() if name.endswith("_DATABASE_URL")]
    try:
        done = [f"made database {name}" for name in await databases.create_missing(addresses)]
    except psycopg.Error as error:
        # The error's own words hold no password.
        raise NotPrepared(f"PostgreSQL: {error}") from error
    if not settings.kafka_bootstrap:
        return done
    options = kafka_options(settings)
    try:
        made = await asyncio.to_thread(create_topics, options, topics.load(), replicas=settings.replicas)
    except Unavailable as error:
        raise NotPrepared(f"Kafka at {settings.kafka_bootstrap}: {error.__cause__}") from error
    return [*done, *made]
