"""The port to objects. Adapters: a folder, and an S3 bucket; one contract-test class holds both.

An object bears a name of the form "kind/id". Whoever makes the id makes it unguessable where the name itself opens
something. Nothing here encrypts: callers hand over ciphertext.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Literal, Protocol

_NAME = re.compile(r"[a-z]{1,20}/[A-Za-z0-9_-]{1,128}")
_KEY = re.compile(r"[a-z][a-z-]{0,39}")

Encryption = Literal["auto", "required", "off"]
"""By a server that keeps objects, beside our own: where it offers that, or else nothing is kept, or never."""


class AlreadyThere(Exception):
    """An object of this name is there and alive, and the caller wanted to be the first."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ObjectInfo:
    """What is known of an object without its content.

    Attributes:
        content_type: a media type, as "application/octet-stream".
        expire_time: aware; from this instant on it is as if the object had never been.
        metadata: small facts beside it; keys in lower case with hyphens, values printable ASCII. Not encrypted.
    """

    content_type: str
    expire_time: datetime
    metadata: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class StoredObject:
    """An object with its content."""

    info: ObjectInfo
    content: bytes


class ObjectStore(Protocol):
    """Keeps objects until they expire or are deleted. Every call that cannot reach the store says Unavailable."""

    async def put(self, name: str, content: bytes, info: ObjectInfo, *, if_absent: bool = False) -> None:
        """Returns when the object is durable; replaces what was there, whole or not at all.

        Args:
            name: "kind/id".
            content: At most a few megabytes.
            info: Its kind and how long it lives.
            if_absent: Be the first, even among several processes.

        Raises:
            AlreadyThere: `if_absent`, and another object of this name is alive.
            Unavailable: it may have been written all the same.
        """
        ...

    async def get(self, name: str) -> StoredObject | None:
        """The object; None where there is none, or where it has expired."""
        ...

    async def stat(self, name: str) -> ObjectInfo | None:
        """What is known of the object; None as in `get`."""
        ...

    async def delete(self, name: str) -> None:
        """Takes the object away for good; nothing happens where there is none."""
        ...

    async def expired(self, *, limit: int = 1000) -> Sequence[str]:
        """Names of objects whose time is over and whose bytes are still there, at most `limit`."""
        ...

    async def close(self) -> None:
        """Ends what is under way and closes what was opened."""
        ...


def check(name: str, info: ObjectInfo | None = None) -> None:
    """Refuses what one of the adapters could not keep as it is.

    Raises:
        ValueError: a fault of the caller.
    """
    if not _NAME.fullmatch(name):
        raise ValueError("an object's name is kind/id")
    if info is None:
        return
    if info.expire_time.tzinfo is None:
        raise ValueError("an object needs an aware expire time")
    if not all(_KEY.fullmatch(key) and value.isascii() and value.isprintable() for key, value in info.metadata.items()):
        raise ValueError("metadata are printable ASCII under keys in lower case")
