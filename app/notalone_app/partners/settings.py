"""Where Keycloak is, and as whom to administer it."""

from __future__ import annotations

from typing import Self

from notalone_chassis.settings import ServiceSettings
from pydantic import Field, SecretStr, model_validator
from pydantic_settings import SettingsConfigDict


class KeycloakSettings(ServiceSettings):
    """`NOTALONE_KEYCLOAK_…`: read only by the command, never by a service."""

    model_config = SettingsConfigDict(
        env_prefix="NOTALONE_KEYCLOAK_", frozen=True, extra="ignore", populate_by_name=True
    )

    # As "https://id.example".
    url: str = Field(pattern=r"^https?://\S+$")
    realm: str = "notalone"
    # A client that may manage clients of the realm, and its secret;
    client_id: str = "notalone-administration"
    client_secret: SecretStr = SecretStr("")
    # or, instead, an administrator of the whole server.
    user: str = ""
    password: SecretStr = SecretStr("")

    @model_validator(mode="after")
    def _somebody(self) -> Self:
        secret = self.password if self.user else self.client_secret
        if not secret.get_secret_value():
            raise ValueError(
                "NOTALONE_KEYCLOAK_CLIENT_SECRET is not set, nor NOTALONE_KEYCLOAK_USER with NOTALONE_KEYCLOAK_PASSWORD"
            )
        return self
