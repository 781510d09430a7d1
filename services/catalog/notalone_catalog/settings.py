"""Settings of the catalogue, from the environment with the prefix NOTALONE_CATALOG_."""

from __future__ import annotations

from notalone_chassis.events.settings import EventSettings
from notalone_chassis.sql.settings import DatabaseSettings
from pydantic import Field
from pydantic_settings import SettingsConfigDict


class CatalogSettings(DatabaseSettings, EventSettings):
    """What every service has, a database, the event bus, and what the catalogue searches with."""

    model_config = SettingsConfigDict(
        env_prefix="NOTALONE_CATALOG_", frozen=True, extra="ignore", populate_by_name=True
    )

    # Base address of Elasticsearch; empty: search is embedded.
    elasticsearch_url: str = Field(default="", validation_alias="NOTALONE_ELASTICSEARCH_URL")
    # Name of the alias that is searched; its indexes are called after it.
    elasticsearch_index: str = Field(
        default="notalone-programmes",
        pattern=r"^[a-z][a-z0-9_-]{0,80}$",
        validation_alias="NOTALONE_ELASTICSEARCH_INDEX",
    )
    # Opens the addresses of entries once a day, to tell staff of dead ones.
    check_links: bool = False
