"""Settings of the gateway, read once at start."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

from notalone_chassis.settings import ServiceSettings
from pydantic import Field, field_validator
from pydantic_settings import NoDecode, SettingsConfigDict

# A developer's machine measures and tests with thousands of calls; a person in distress sends one in a few seconds.
_RATES = {"development": (2000.0, 10_000), "production": (20.0, 60)}
# Of reports that anybody can make up: a person tries a few contacts in an hour.
_REPORT_RATES = {"development": (2000.0, 10_000), "production": (1 / 30, 20)}

Names = Annotated[tuple[str, ...], NoDecode]


class GatewaySettings(ServiceSettings):
    """Environment variables `NOTALONE_GATEWAY_…`, except the port: `NOTALONE_HTTP_PORT`."""

    model_config = SettingsConfigDict(
        env_prefix="NOTALONE_GATEWAY_", frozen=True, extra="ignore", populate_by_name=True
    )

    # 0 takes any free port.
    port: int = Field(default=8080, ge=0, le=65535, validation_alias="NOTALONE_HTTP_PORT")
    catalog_address: str = ""
    dialogue_address: str = ""
    pdf_address: str = ""
    portal_link_address: str = ""
    notify_address: str = ""
    # Folder of the reference site; none is served without it.
    web_root: Path | None = None
    # Origins of other front ends, separated by commas, as "https://example.jp"; "*" for any.
    cors_origins: Names = ()
    # Addresses of reverse proxies whose X-Forwarded-For is believed, separated by commas.
    trusted_proxies: Names = ()
    # Where the gateway is reached from outside, as "https://example.jp", for links; the request's own host where empty.
    public_url: str = Field(default="", pattern=r"^(https?://[A-Za-z0-9.:\[\]_-]+)?$")
    max_body_bytes: int = Field(default=64 * 1024, ge=1024)
    max_address_bytes: int = Field(default=8 * 1024, ge=256)
    # Seconds in which a body must have arrived.
    body_timeout: float = Field(default=10.0, gt=0)
    # Seconds that a call to a service may take.
    call_timeout: float = Field(default=5.0, gt=0)
    memo_timeout: float = Field(default=15.0, gt=0)
    # Calls per second and caller, and how many at once after a pause; the environment's own where absent.
    rate_per_second: float | None = Field(default=None, gt=0)
    rate_burst: int | None = Field(default=None, ge=1)
    # The same of reports about contacts, beside the above.
    report_rate_per_second: float | None = Field(default=None, gt=0)
    report_rate_burst: int | None = Field(default=None, ge=1)

    @field_validator("cors_origins", "trusted_proxies", mode="before")
    @classmethod
    def _split(cls, value: object) -> object:
        if isinstance(value, str):
            return tuple(name.strip().rstrip("/") for name in value.split(",") if name.strip())
        return value

    @property
    def rate(self) -> tuple[float, int]:
        """Calls per second, and burst."""
        per_second, burst = _RATES[self.environment]
        return self.rate_per_second or per_second, self.rate_burst or burst

    @property
    def report_rate(self) -> tuple[float, int]:
        """Reports per second, and burst."""
        per_second, burst = _REPORT_RATES[self.environment]
        return self.report_rate_per_second or per_second, self.report_rate_burst or burst

    def address_of(self, part: str) -> str:
        """Where a part answers.

        Raises:
            ValueError: the setting is missing.
        """
        address = str(getattr(self, f"{part}_address"))
        if not address:
            raise ValueError(f"NOTALONE_GATEWAY_{part.upper()}_ADDRESS is not set")
        return address

    def timeout_of(self, part: str) -> float:
        """Seconds that a call to a part may take."""
        return self.memo_timeout if part == "pdf" else self.call_timeout
