"""MinIO: one server for the S3 port, built from its Go module; console off, encryption at rest on."""

from __future__ import annotations

import base64
import hashlib
import json
import signal
from pathlib import Path

from notalone_stack import pins, probe, tools
from notalone_stack.cache import Cache
from notalone_stack.errors import StackError
from notalone_stack.privilege import Account
from notalone_stack.server import HOST, Launch, Place, Wishes

OK = 200
ROOT_USER = "notalone"
KEY_NAME = "memo-key"


class Minio:
    """The object store; its first user is `notalone`."""

    name = "minio"
    port_names = ("s3",)
    secret_names = ("root_password", "kms_seed")
    start_seconds = 60.0
    stop_signal = signal.SIGTERM

    def version(self) -> str:
        """The pinned version of the Go module."""
        return pins.text("minio", "version")

    def install(self, cache: Cache) -> Path:
        """Builds the program once: about five minutes of two cores, 1.5 GB of memory; 112 MB remain."""
        return cache.once("minio", self.version(), pins.recipe("minio"), build=_build)

    def configure(self, place: Place, wishes: Wishes, account: Account) -> None:  # noqa: ARG002
        """Makes the folder of objects."""
        (place.data / "objects").mkdir(exist_ok=True)

    def command(self, place: Place, wishes: Wishes) -> Launch:  # noqa: ARG002
        """The server in the foreground."""
        argv = [str(place.program / "minio"), "server", "--quiet", "--address", f"{HOST}:{place.port}"]
        environment = {
            "HOME": str(place.data),
            "LANG": "C.UTF-8",
            "MINIO_ROOT_USER": ROOT_USER,
            "MINIO_ROOT_PASSWORD": place.secrets["root_password"],
            "MINIO_KMS_SECRET_KEY": f"{KEY_NAME}:{_key(place.secrets['kms_seed'])}",
            "MINIO_BROWSER": "off",
            "MINIO_UPDATE": "off",
        }
        return Launch(argv=(*argv, str(place.data / "objects")), environment=environment, folder=place.data)

    def ready(self, place: Place) -> bool:
        """Whether it says that it can read and write."""
        status, _ = probe.get(place.port, "/minio/health/ready")
        return status == OK


def _key(seed: str) -> str:
    """The key of 32 bytes that encrypts objects, from its secret."""
    return base64.b64encode(hashlib.sha256(seed.encode()).digest()).decode()


def _build(folder: Path) -> None:
    module, version = pins.text("minio", "module"), pins.text("minio", "version")
    go = tools.go(_oldest_go())
    said = json.loads(tools.run([go, "mod", "download", "-json", f"{module}@{version}"], what="fetching MinIO"))
    if said.get("Sum") != pins.text("minio", "sum"):
        raise StackError(f"MinIO's source is not the pinned one: {said.get('Sum')}")
    environment = {"GOBIN": str(folder), "CGO_ENABLED": "0"}
    argv = [go, "install", "-trimpath", "-ldflags=-s -w", f"{module}@{version}"]
    tools.run(argv, what="building MinIO", environment=environment)
    (folder / "minio").chmod(0o755)


def _oldest_go() -> tuple[int, int]:
    major, minor = map(int, pins.texts("minio", "go"))
    return major, minor
