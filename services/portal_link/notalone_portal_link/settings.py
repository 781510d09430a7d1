"""Settings of portal_link, from the environment with the prefix NOTALONE_PORTAL_LINK_."""

from __future__ import annotations

from pathlib import Path

from notalone_chassis.events.settings import EventSettings
from pydantic_settings import SettingsConfigDict


class PortalLinkSettings(EventSettings):
    """`NOTALONE_PORTAL_LINK_ENTRANCES`, and what every service has."""

    model_config = SettingsConfigDict(
        env_prefix="NOTALONE_PORTAL_LINK_", frozen=True, extra="ignore", populate_by_name=True
    )

    # A file in the form of portal_links.yaml that takes its place: addresses rot between releases.
    entrances: Path | None = None
