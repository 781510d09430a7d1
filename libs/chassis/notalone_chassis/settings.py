"""Settings that every service has. A service adds its own in a subclass with its own prefix."""

from __future__ import annotations

from pathlib import Path
from typing import Literal

from pydantic import Field
from pydantic_settings import BaseSettings, SettingsConfigDict


class ServiceSettings(BaseSettings):
    """Read once at start from the environment; a wrong value stops the start and names every fault.

    A subclass sets `model_config = SettingsConfigDict(env_prefix="NOTALONE_<SERVICE>_", frozen=True, extra="ignore")`.
    `NOTALONE_DATA_DIR`, `NOTALONE_ENVIRONMENT` and `NOTALONE_LOG_LEVEL` are shared by all services.
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
    host: str = "127.0.0.1"
    # 0 takes any free port.
    port: int = Field(default=0, ge=0, le=65535)
    # Calls at work at once; more are refused with RESOURCE_EXHAUSTED.
    max_concurrent_calls: int = Field(default=200, ge=1)
