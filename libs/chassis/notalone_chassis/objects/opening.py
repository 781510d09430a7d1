"""Opens the store that the settings name: an S3 bucket where there is an endpoint, else a folder."""

from __future__ import annotations

from datetime import timedelta

from pydantic import Field, SecretStr, model_validator

from notalone_chassis.clock import Clock
from notalone_chassis.objects.folder import FolderObjectStore
from notalone_chassis.objects.ports import Encryption, ObjectStore
from notalone_chassis.settings import ServiceSettings


class ObjectSettings(ServiceSettings):
    """Settings of a service that keeps objects."""

    # As "https://s3.example.jp"; empty for a folder under the data folder.
    s3_endpoint: str = Field(default="", validation_alias="NOTALONE_S3_ENDPOINT", pattern=r"^(https?://[^/]+/?)?$")
    s3_bucket: str = Field(
        default="notalone-memos", validation_alias="NOTALONE_S3_BUCKET", pattern=r"^[a-z0-9.-]{3,63}$"
    )
    s3_access_key: str = Field(default="", validation_alias="NOTALONE_S3_ACCESS_KEY")
    s3_secret_key: SecretStr = Field(default=SecretStr(""), validation_alias="NOTALONE_S3_SECRET_KEY")
    s3_region: str = Field(default="us-east-1", validation_alias="NOTALONE_S3_REGION")
    # By the server, beside our own: "auto" where it is offered, "required" or nothing is kept, "off".
    s3_encryption: Encryption = Field(default="auto", validation_alias="NOTALONE_S3_ENCRYPTION")
    # Calls at work at once, each with a connection.
    s3_connections: int = Field(default=8, ge=1, le=128, validation_alias="NOTALONE_S3_CONNECTIONS")
    # Seconds for one call, its waiting and its one retry included.
    s3_timeout: float = Field(default=5.0, gt=0, le=60, validation_alias="NOTALONE_S3_TIMEOUT")

    @property
    def sweep_seconds(self) -> float:
        """How often what has expired is taken away; a bucket clears itself too, and is slow to look through."""
        return 3600.0 if self.s3_endpoint else 600.0

    @model_validator(mode="after")
    def _complete(self) -> ObjectSettings:
        if self.s3_endpoint and not (self.s3_access_key and self.s3_secret_key.get_secret_value()):
            raise ValueError("NOTALONE_S3_ENDPOINT needs NOTALONE_S3_ACCESS_KEY and NOTALONE_S3_SECRET_KEY")
        if self.environment == "production" and not self.s3_endpoint:
            raise ValueError("in production objects need NOTALONE_S3_ENDPOINT: a folder belongs to one machine")
        return self


def open_store(settings: ObjectSettings, *, service: str, clock: Clock, longest: timedelta) -> ObjectStore:
    """The store of a service; touches nothing yet.

    Args:
        settings: Where it is.
        service: Whose it is: names the folder, and the logger.
        clock: Tells what has expired.
        longest: How long an object may live; the bucket deletes by itself what is older.
    """
    if not settings.s3_endpoint:
        return FolderObjectStore(settings.data_dir / service / "objects", clock)
    from notalone_chassis.objects.opening_s3 import s3  # noqa: PLC0415 its client would slow down every start

    return s3(settings, service=service, clock=clock, longest=longest)
