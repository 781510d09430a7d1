"""A bucket of a test's own on the real MinIO, and what lies in it."""

from __future__ import annotations

import contextlib
import secrets
from collections.abc import Iterator
from dataclasses import dataclass, field

import servers
from minio import Minio

USER = "notalone"


@dataclass(frozen=True, slots=True)
class Bucket:
    """A bucket that is made by whoever uses it first.

    Attributes:
        name: Nobody else's.
        settings: What a service is told by its environment to keep objects there.
        client: Looks into it from outside.
    """

    name: str
    settings: dict[str, str] = field(repr=False)
    client: Minio = field(repr=False)

    def stored(self) -> dict[str, bytes]:
        """Everything in it by name: what is known of each object, and its bytes, as whoever runs the server sees it."""
        found: dict[str, bytes] = {}
        if not self.client.bucket_exists(self.name):
            return found
        for one in self.client.list_objects(self.name, recursive=True):
            response = self.client.get_object(self.name, one.object_name)
            found[one.object_name] = str(response.headers).encode() + response.read()
            response.close()
            response.release_conn()
        return found


@contextlib.contextmanager
def bucket(server: servers.Server) -> Iterator[Bucket]:
    """Gives a name that is free; whatever is there under it afterwards is removed."""
    name, password = f"test-{secrets.token_hex(6)}", server.secrets["root_password"]
    settings = {
        "NOTALONE_S3_ENDPOINT": f"http://{server.address}",
        "NOTALONE_S3_BUCKET": name,
        "NOTALONE_S3_ACCESS_KEY": USER,
        "NOTALONE_S3_SECRET_KEY": password,
        # Generous: the machine may be busy with other tests.
        "NOTALONE_S3_TIMEOUT": "20",
    }
    client = Minio(server.address, access_key=USER, secret_key=password, secure=False, region="us-east-1")
    yield Bucket(name, settings, client)
    if client.bucket_exists(name):
        for one in client.list_objects(name, recursive=True):
            client.remove_object(name, one.object_name)
        client.remove_bucket(name)
