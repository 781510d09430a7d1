"""Settings of portal_link, from the environment with the prefix NOTALONE_PORTAL_LINK_."""

from __future__ import annotations

from notalone_chassis.events.settings import EventSettings
from pydantic_settings import SettingsConfigDict


class PortalLinkSettings(EventSettings):
    """Nothing of its own yet beyond what every service has."""

    model_config = SettingsConfigDict(
        env_prefix="NOTALONE_PORTAL_LINK_", frozen=True, extra="ignore", populate_by_name=True
    )
