"""Settings of the dialogue service."""

from __future__ import annotations

from pathlib import Path

from notalone_chassis.events.settings import EventSettings
from pydantic_settings import SettingsConfigDict


class DialogueSettings(EventSettings):
    """`NOTALONE_DIALOGUE_HOST`, `NOTALONE_DIALOGUE_PORT` and what all services share."""

    model_config = SettingsConfigDict(
        env_prefix="NOTALONE_DIALOGUE_", frozen=True, extra="ignore", populate_by_name=True
    )

    # Keys of the seals. All processes of the service share this file, in a folder that they can write.
    key_file: Path | None = None

    @property
    def keys(self) -> Path:
        """The file of the keys: the one that is set, else one in the data folder."""
        return self.key_file or self.data_dir / "dialogue" / "keys"
