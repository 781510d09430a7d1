"""Settings that every service has. A service adds its own in a subclass with its own prefix."""

from __future__ import annotations

from pathlib import Path
from typing import Literal

from pydantic import Field, SecretStr
from pydantic_settings import BaseSettings, SettingsConfigDict


class SettingsError(ValueError):
    """A setting is missing, or not safe in this environment; the sentence names it."""


class ServiceSettings(BaseSettings):
    """Read once at start from the environment; a wrong value stops the start and names every fault.

    A subclass sets `model_config = SettingsConfigDict(env_prefix="NOTALONE_<SERVICE>_", frozen=True, extra="ignore")`.
    `NOTALONE_DATA_DIR`, `NOTALONE_ENVIRONMENT`, `NOTALONE_LOG_LEVEL`, `NOTALONE_OIDC_…`, `NOTALONE_INTERNAL_KEY`,
    `NOTALONE_TRACE_RATIO` and `OTEL_EXPORTER_OTLP_ENDPOINT` are shared by all services.
    """

    model_config = SettingsConfigDict(env_prefix="NOTALONE_", frozen=True, extra="ignore", populate_by_name=True)

    environment: Literal["development", "production"] = Field(
        default="development", validation_alias="NOTALONE_ENVIRONMENT"
    )
    # Where embedded state lives.
    data_dir: Path = Field(default=Path(".state"), validation_alias="NOTALONE_DATA_DIR")
    log_level: Literal["DEBUG", "INFO", "WARNING", "ERROR"] = Field(
        default="INFO", validation_alias="NOTALONE_LOG_LEVEL"
    )
    # Spans go to this collector, by OTLP over gRPC; nowhere where it is empty.
    otlp_endpoint: str = Field(default="", pattern=r"^(https?://.+)?$", validation_alias="OTEL_EXPORTER_OTLP_ENDPOINT")
    # Part of the traces that are kept.
    trace_ratio: float = Field(default=1.0, ge=0, le=1, validation_alias="NOTALONE_TRACE_RATIO")
    # Where Prometheus reads metrics, on the same host; 0 takes any free port, none is opened where it is absent.
    metrics_port: int | None = Field(default=None, ge=0, le=65535)
    # By how much this service's clock is wrong, in seconds, to try what then happens; production takes none.
    clock_offset_seconds: float = 0.0
    host: str = "127.0.0.1"
    # 0 takes any free port.
    port: int = Field(default=0, ge=0, le=65535)
    # Calls at work at once; more are refused with RESOURCE_EXHAUSTED.
    max_concurrent_calls: int = Field(default=200, ge=1)
    # Whose access tokens are accepted; empty: nobody can sign in.
    oidc_issuer: str = Field(default="", validation_alias="NOTALONE_OIDC_ISSUER")
    # Where its keys are, if services reach it by another address than its public one.
    oidc_jwks_url: str = Field(default="", validation_alias="NOTALONE_OIDC_JWKS_URL")
    # Whom a token must be meant for.
    oidc_audience: str = Field(default="notalone-api", min_length=1, validation_alias="NOTALONE_OIDC_AUDIENCE")
    # Ids of the front ends through which staff sign in, separated by commas.
    oidc_staff_clients: str = Field(default="notalone-staff", validation_alias="NOTALONE_OIDC_STAFF_CLIENTS")
    # What our services know each other by; needed in production wherever a method is INTERNAL.
    internal_key: SecretStr = Field(default=SecretStr(""), validation_alias="NOTALONE_INTERNAL_KEY")
