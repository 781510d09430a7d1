"""The settings of a service that has a database."""

from __future__ import annotations

from typing import Self

from pydantic import Field, SecretStr, model_validator

from notalone_chassis.settings import ServiceSettings


class DatabaseSettings(ServiceSettings):
    """`NOTALONE_<SERVICE>_DATABASE_URL` and what goes with it.

    A service derives its settings from this one, with its own prefix, and gives its name to `database_address`.
    """

    # Empty: SQLite in <data_dir>/<service>/<service>.db; else postgresql+psycopg://user:password@host:port/name.
    database_url: SecretStr = SecretStr("")
    # Connections of this process at once, at most.
    database_connections: int = Field(default=10, ge=1, le=200)
    # One process on one disk may be all that an operator wants; it must be said.
    allow_sqlite_in_production: bool = Field(default=False, validation_alias="NOTALONE_ALLOW_SQLITE_IN_PRODUCTION")
    # False: an operator migrates by hand; until then the service says that it is not ready.
    migrate_at_start: bool = Field(default=True, validation_alias="NOTALONE_MIGRATE_AT_START")

    @model_validator(mode="after")
    def _usable(self) -> Self:
        url = self.database_url.get_secret_value()
        if url and not url.startswith(("postgresql+psycopg://", "sqlite+aiosqlite:///")):
            # The address itself is not shown: it may hold a password.
            raise ValueError("DATABASE_URL begins with postgresql+psycopg:// (or sqlite+aiosqlite:///)")
        on_server = url.startswith("postgresql")
        if self.environment == "production" and not on_server and not self.allow_sqlite_in_production:
            raise ValueError("production needs PostgreSQL in DATABASE_URL, or NOTALONE_ALLOW_SQLITE_IN_PRODUCTION=true")
        return self

    def database_address(self, service: str) -> str:
        """The address of the service's database; it may hold a password."""
        url = self.database_url.get_secret_value()
        return url or f"sqlite+aiosqlite:///{self.data_dir.absolute() / service / f'{service}.db'}"
