"""Settings of notify, from the environment with the prefix NOTALONE_NOTIFY_."""

from __future__ import annotations

from typing import Literal, Self

from notalone_chassis.events.settings import EventSettings
from notalone_chassis.sql.settings import DatabaseSettings
from pydantic import Field, SecretStr, field_validator, model_validator
from pydantic_settings import SettingsConfigDict

from notalone_notify.domain.notices import ROLES
from notalone_notify.staff import Staff, is_address

# Nobody's: mails to them can be read in the folder and leave it never.
NOBODY = "catalog-editor=editor@notalone.invalid,catalog-approver=approver@notalone.invalid"


class NotifySettings(DatabaseSettings, EventSettings):
    """What every service has, a database, the event bus, and the way of the mails."""

    model_config = SettingsConfigDict(
        env_prefix="NOTALONE_NOTIFY_",
        frozen=True,
        extra="ignore",
        populate_by_name=True,
        # Whom we write to stands in no log.
        hide_input_in_errors=True,
    )

    # "catalog-approver=a@example.jp,catalog-editor=b@example.jp"; secret, for these are people.
    staff: SecretStr = SecretStr(NOBODY)
    # Where the staff pages are, with a slash at the end; mails hold no links where it is empty.
    staff_url: str = Field(default="", pattern=r"^(https?://[^\s#]+/)?$")
    mail_from: str = "notalone@notalone.invalid"
    # Empty: mails are files in <data_dir>/notify/mail.
    smtp_host: str = ""
    smtp_port: int = Field(default=587, ge=1, le=65535)
    smtp_security: Literal["starttls", "tls", "none"] = "starttls"
    smtp_username: str = ""
    smtp_password: SecretStr = SecretStr("")
    # Seconds for each step of a hand-over.
    smtp_timeout: float = Field(default=20.0, gt=0, le=60)
    # Seconds that a notice waits for others of its kind; urgent ones wait for nothing.
    gather_seconds: float = Field(default=300.0, ge=0, le=3600)

    @field_validator("staff")
    @classmethod
    def _known_roles(cls, value: SecretStr) -> SecretStr:
        Staff.parse(value.get_secret_value())
        return value

    @field_validator("mail_from")
    @classmethod
    def _address(cls, value: str) -> str:
        if not is_address(value):
            raise ValueError("takes one address, as notalone@example.jp")
        return value

    @model_validator(mode="after")
    def _safe(self) -> Self:
        if self.environment != "production":
            return self
        if not self.smtp_host:
            raise ValueError("production needs NOTALONE_NOTIFY_SMTP_HOST: nobody reads mails in a folder")
        staff = Staff.parse(self.staff.get_secret_value())
        if self.staff.get_secret_value() == NOBODY or not all(staff.recipients(role) for role in ROLES):
            raise ValueError("production needs NOTALONE_NOTIFY_STAFF, for both roles")
        if self.smtp_security == "none" and self.smtp_password.get_secret_value():
            raise ValueError("production sends no password without TLS: NOTALONE_NOTIFY_SMTP_SECURITY")
        return self
