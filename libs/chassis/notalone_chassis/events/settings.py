"""Where events are kept: settings of every service that publishes or consumes."""

from __future__ import annotations

from pydantic import Field

from notalone_chassis.settings import ServiceSettings


class EventSettings(ServiceSettings):
    """A service adds this to the bases of its own settings; the names are shared by all services."""

    # Addresses of brokers, "host:port,host:port"; empty: the embedded log under the data folder.
    kafka_bootstrap: str = Field(default="", validation_alias="NOTALONE_KAFKA_BOOTSTRAP")
    # Stands before every topic and group on Kafka, so that several installations share one cluster.
    kafka_prefix: str = Field(
        default="", validation_alias="NOTALONE_KAFKA_PREFIX", pattern=r"^[a-zA-Z0-9._-]*$", max_length=60
    )
