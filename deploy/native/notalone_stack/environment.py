"""What clients of the servers are told by their environment: addresses and credentials, under the backend's names."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from urllib.parse import quote

from notalone_stack.state import Record

REALM = "notalone"
BUCKET = "notalone-memos"
# Each service that keeps truth has a database of its own.
DATABASES = {"NOTALONE_CATALOG_DATABASE_URL": "notalone_catalog", "NOTALONE_NOTIFY_DATABASE_URL": "notalone_notify"}


def _postgres(record: Record) -> dict[str, str]:
    user = f"notalone:{quote(record.secrets['password'], safe='')}"
    return {name: f"postgresql+psycopg://{user}@{record.address}/{database}" for name, database in DATABASES.items()}


def _kafka(record: Record) -> dict[str, str]:
    return {"NOTALONE_KAFKA_BOOTSTRAP": record.address}


def _keycloak(record: Record) -> dict[str, str]:
    return {"NOTALONE_OIDC_ISSUER": f"http://{record.address}/realms/{REALM}"}


def _elasticsearch(record: Record) -> dict[str, str]:
    return {"NOTALONE_ELASTICSEARCH_URL": f"http://{record.address}"}


def _minio(record: Record) -> dict[str, str]:
    return {
        "NOTALONE_S3_ENDPOINT": f"http://{record.address}",
        "NOTALONE_S3_BUCKET": BUCKET,
        "NOTALONE_S3_ACCESS_KEY": "notalone",
        "NOTALONE_S3_SECRET_KEY": record.secrets["root_password"],
    }


TOLD: Mapping[str, Callable[[Record], dict[str, str]]] = {
    "postgres": _postgres,
    "kafka": _kafka,
    "keycloak": _keycloak,
    "elasticsearch": _elasticsearch,
    "minio": _minio,
}


def settings(records: Mapping[str, Record]) -> dict[str, str]:
    """The settings for the servers of `records`, by name."""
    return {
        name: value
        for server, told in TOLD.items()
        if server in records
        for name, value in told(records[server]).items()
    }
