"""Objects in a folder: one file each, whole or not there, readable by its owner only.

A file is one line of JSON (kind and expiry) and then the content. Several processes of one machine may share a folder.
"""

from __future__ import annotations

import fcntl
import json
import os
import secrets
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime, timedelta
from functools import partial
from pathlib import Path
from typing import TypeVar

from notalone_chassis.clock import Clock
from notalone_chassis.errors import Unavailable
from notalone_chassis.objects.ports import AlreadyThere, ObjectInfo, StoredObject, check
from notalone_chassis.objects.threads import Threads

T = TypeVar("T")

PART = "objects"
_THREADS = 4
_SECONDS = 10.0
_UNFINISHED = ".new-"
# A writer that died left its temporary file behind; none takes this long.
_ABANDONED_AFTER = timedelta(hours=1)


class FolderObjectStore:
    """`ObjectStore` in a folder, which is made at the first write."""

    def __init__(self, folder: Path, clock: Clock) -> None:
        self._folder = folder
        self._clock = clock
        self._threads = Threads(PART, most=_THREADS, seconds=_SECONDS)

    async def put(self, name: str, content: bytes, info: ObjectInfo, *, if_absent: bool = False) -> None:
        """See `ObjectStore.put`."""
        check(name, info)
        await self._run(partial(self._put, self._folder / name, _packed(content, info), if_absent=if_absent))

    async def get(self, name: str) -> StoredObject | None:
        """See `ObjectStore.get`."""
        check(name)
        return await self._run(partial(self._alive, self._folder / name))

    async def stat(self, name: str) -> ObjectInfo | None:
        """See `ObjectStore.stat`."""
        found = await self.get(name)
        return found.info if found else None

    async def delete(self, name: str) -> None:
        """See `ObjectStore.delete`."""
        check(name)
        await self._run(partial(_remove, self._folder / name))

    async def expired(self, *, limit: int = 1000) -> Sequence[str]:
        """See `ObjectStore.expired`; clears away what dead writers left."""
        return await self._run(partial(self._expired, limit))

    async def close(self) -> None:
        """See `ObjectStore.close`."""
        await self._threads.close()

    async def _run(self, work: Callable[[], T]) -> T:
        try:
            return await self._threads.run(work)
        except OSError as error:
            # A full or vanished disk is a part that is away.
            raise Unavailable(PART) from error

    def _put(self, file: Path, packed: bytes, *, if_absent: bool) -> None:
        file.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        unfinished = file.with_name(f"{_UNFINISHED}{secrets.token_hex(8)}")
        try:
            _write(unfinished, packed)
            if if_absent:
                self._put_first(unfinished, file)
            else:
                unfinished.replace(file)
        finally:
            unfinished.unlink(missing_ok=True)
        _make_durable(file.parent)

    def _put_first(self, unfinished: Path, file: Path) -> None:
        with _locked(file.parent):
            if self._alive(file) is not None:
                raise AlreadyThere
            unfinished.replace(file)

    def _alive(self, file: Path) -> StoredObject | None:
        found = _read(file)
        return found if found and found.info.expire_time > self._clock.now() else None

    def _expired(self, limit: int) -> list[str]:
        now = self._clock.now()
        found: list[str] = []
        for file in self._files():
            if file.name.startswith(_UNFINISHED):
                _remove_if_abandoned(file, now)
            elif len(found) < limit and self._alive(file) is None:
                found.append(f"{file.parent.name}/{file.name}")
        return found

    def _files(self) -> Iterator[Path]:
        return self._folder.glob("*/*")


def _packed(content: bytes, info: ObjectInfo) -> bytes:
    head = {
        "content_type": info.content_type,
        "expire_time": info.expire_time.isoformat(),
        "metadata": dict(info.metadata),
    }
    return json.dumps(head).encode("ascii") + b"\n" + content


def _read(file: Path) -> StoredObject | None:
    """The object in a file; None where there is none, or where it is no object of ours."""
    try:
        head, _, content = file.read_bytes().partition(b"\n")
    except FileNotFoundError:
        return None
    try:
        known = json.loads(head)
        info = ObjectInfo(
            content_type=known["content_type"],
            expire_time=datetime.fromisoformat(known["expire_time"]),
            metadata=known["metadata"],
        )
    except (ValueError, KeyError, TypeError):
        return None
    return StoredObject(info=info, content=content)


def _write(file: Path, content: bytes) -> None:
    handle = os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(handle, "wb") as out:
        out.write(content)
        out.flush()
        os.fsync(out.fileno())


def _remove(file: Path) -> None:
    try:
        file.unlink()
    except FileNotFoundError:
        return
    _make_durable(file.parent)


def _remove_if_abandoned(file: Path, now: datetime) -> None:
    try:
        age = now.timestamp() - file.stat().st_mtime
    except FileNotFoundError:
        return
    if age > _ABANDONED_AFTER.total_seconds():
        file.unlink(missing_ok=True)


@contextmanager
def _opened(folder: Path) -> Iterator[int]:
    handle = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        yield handle
    finally:
        os.close(handle)


@contextmanager
def _locked(folder: Path) -> Iterator[None]:
    """Holds the folder against every other process and thread; a process that dies lets go."""
    with _opened(folder) as handle:
        fcntl.flock(handle, fcntl.LOCK_EX)
        yield


def _make_durable(folder: Path) -> None:
    """A new or vanished name survives a crash only once its folder is written too."""
    with _opened(folder) as handle:
        os.fsync(handle)
