"""Settings of the `notalone` command itself."""

from __future__ import annotations

from typing import Annotated, Literal

from notalone_chassis.settings import ServiceSettings
from pydantic import Field, field_validator
from pydantic_settings import NoDecode

from notalone_app.real import plan


class AppSettings(ServiceSettings):
    """`NOTALONE_LOG_LEVEL` of the whole: only what an operator must act on; each service run alone logs every call."""

    log_level: Literal["DEBUG", "INFO", "WARNING", "ERROR"] = Field(
        default="WARNING", validation_alias="NOTALONE_LOG_LEVEL"
    )
    # Where the development issuer answers; 0 takes any free port.
    issuer_port: int = Field(default=0, ge=0, le=65535, validation_alias="NOTALONE_ISSUER_PORT")
    # How many processes of each kind `run-real` starts, as "dialogue=2,catalog=2"; one of each that is not named.
    replicas: Annotated[dict[str, int], NoDecode] = Field(default_factory=lambda: plan.replicas(""))

    @field_validator("replicas", mode="before")
    @classmethod
    def _count(cls, value: object) -> object:
        return plan.replicas(value) if isinstance(value, str) else value
