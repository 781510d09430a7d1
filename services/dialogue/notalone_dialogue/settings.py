"""Settings of the dialogue service."""

from __future__ import annotations

from notalone_chassis.settings import ServiceSettings
from pydantic_settings import SettingsConfigDict


class DialogueSettings(ServiceSettings):
    """`NOTALONE_DIALOGUE_HOST`, `NOTALONE_DIALOGUE_PORT` and what all services share."""

    model_config = SettingsConfigDict(
        env_prefix="NOTALONE_DIALOGUE_", frozen=True, extra="ignore", populate_by_name=True
    )
