"""Objects in an S3 bucket, over the minio client, which blocks: so on threads of their own."""

from __future__ import annotations

import io
import threading
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import datetime
from functools import partial
from itertools import islice
from typing import Any, TypeVar

import structlog
import urllib3
from minio import Minio
from minio.error import MinioException, S3Error

from notalone_chassis.clock import Clock
from notalone_chassis.errors import Unavailable
from notalone_chassis.objects.bucket import Bucket
from notalone_chassis.objects.ports import AlreadyThere, ObjectInfo, StoredObject, check
from notalone_chassis.objects.threads import Threads

T = TypeVar("T")

PART = "objects"
_META = "x-amz-meta-"
_EXPIRES = "expires-at"
_ABSENT = {"NoSuchKey", "NoSuchObject", "ResourceNotFound"}
# A condition that did not hold; at most so many rounds until it is known who was first.
_TRIES = 3
# Objects looked at within one call.
_PAGE = 100
_TAKEN = {"PreconditionFailed", "ConditionalRequestConflict"}


class S3ObjectStore:
    """`ObjectStore` in a bucket, which is made at the first use; the server may be away until then."""

    def __init__(
        self,
        client: Minio,
        bucket: str,
        *,
        ready: Bucket,
        connections: Connections,
        clock: Clock,
        threads: Threads,
        log: structlog.typing.FilteringBoundLogger,
    ) -> None:
        """Put together by `opening_s3.s3`."""
        self._client = client
        self._bucket = bucket
        self._ready = ready
        self._connections = connections
        self._clock = clock
        self._threads = threads
        self._log = log

    async def put(self, name: str, content: bytes, info: ObjectInfo, *, if_absent: bool = False) -> None:
        """See `ObjectStore.put`."""
        check(name, info)
        await self._run(partial(self._put_first if if_absent else self._put, name, content, info))

    async def get(self, name: str) -> StoredObject | None:
        """See `ObjectStore.get`."""
        check(name)
        return await self._run(partial(self._get, name))

    async def stat(self, name: str) -> ObjectInfo | None:
        """See `ObjectStore.stat`."""
        check(name)
        return await self._run(partial(self._stat, name))

    async def delete(self, name: str) -> None:
        """See `ObjectStore.delete`."""
        check(name)
        await self._run(partial(self._client.remove_object, self._bucket, name))

    async def expired(self, *, limit: int = 1000) -> Sequence[str]:
        """See `ObjectStore.expired`; asks for every object once, since a list tells no expiry."""
        found: list[str] = []
        last: str | None = ""
        while last is not None and len(found) < limit:
            # Page by page, each within the time of one call.
            over, last = await self._run(partial(self._expired_after, last))
            found.extend(over)
        return found[:limit]

    async def close(self) -> None:
        """See `ObjectStore.close`."""
        await self._threads.close()

    async def _run(self, work: Callable[[], T]) -> T:
        return await self._threads.run(partial(self._ask, work))

    def _ask(self, work: Callable[[], T]) -> T:
        try:
            self._ready.prepare()
            return work()
        except (MinioException, urllib3.exceptions.HTTPError, OSError) as error:
            code = error.code if isinstance(error, S3Error) else type(error).__name__
            if code == "NoSuchBucket":
                self._ready.vanished()
            # The code alone: a message names the object.
            self._log.warning("objects away", code=code)
            raise Unavailable(PART) from None

    def _put(self, name: str, content: bytes, info: ObjectInfo) -> None:
        self._client.put_object(
            self._bucket,
            name,
            io.BytesIO(content),
            len(content),
            content_type=info.content_type,
            metadata={_EXPIRES: info.expire_time.isoformat(), **info.metadata},
        )

    def _put_first(self, name: str, content: bytes, info: ObjectInfo) -> None:
        condition = {"If-None-Match": "*"}
        for _ in range(_TRIES):
            try:
                with self._connections.only_if(condition):
                    self._put(name, content, info)
            except S3Error as error:
                if error.code not in _TAKEN:
                    raise
            else:
                return
            found = self._client.stat_object(self._bucket, name)
            if self._alive(found.metadata or {}):
                break
            # It has expired, and the server has not cleared it yet: take its place, unless another does.
            condition = {"If-Match": f'"{found.etag}"'}
        raise AlreadyThere

    def _get(self, name: str) -> StoredObject | None:
        try:
            response = self._client.get_object(self._bucket, name)
        except S3Error as error:
            if error.code in _ABSENT:
                return None
            raise
        try:
            info = self._alive(response.headers)
            return StoredObject(info=info, content=response.read()) if info else None
        finally:
            response.close()
            response.release_conn()

    def _stat(self, name: str) -> ObjectInfo | None:
        try:
            return self._alive(self._client.stat_object(self._bucket, name).metadata or {})
        except S3Error as error:
            if error.code in _ABSENT:
                return None
            raise

    def _alive(self, headers: Mapping[str, str]) -> ObjectInfo | None:
        info = _info(headers)
        return info if info and info.expire_time > self._clock.now() else None

    def _expired_after(self, name: str) -> tuple[list[str], str | None]:
        """Of the next page after a name, what has expired; and the page's last name, None at the end."""
        listed = self._client.list_objects(self._bucket, recursive=True, start_after=name or None)
        names = [one.object_name for one in islice(listed, _PAGE) if one.object_name]
        return [one for one in names if self._stat(one) is None], names[-1] if len(names) == _PAGE else None


class Connections(urllib3.PoolManager):
    """The client's connections; within `only_if`, what this thread writes bears a condition."""

    def __init__(self, **settings: Any) -> None:  # noqa: ANN401 as urllib3 has them
        super().__init__(**settings)
        self._mine = threading.local()

    @contextmanager
    def only_if(self, condition: Mapping[str, str]) -> Iterator[None]:
        """Round a write of this thread; the condition is an HTTP header."""
        self._mine.condition = condition
        try:
            yield
        finally:
            self._mine.condition = {}

    def urlopen(self, method: str, url: str, redirect: bool = True, **kw: Any) -> Any:  # type: ignore[override]  # noqa: ANN401, FBT001, FBT002
        """Adds the condition, which the minio client has no word for."""
        if method == "PUT":
            kw["headers"].update(getattr(self._mine, "condition", {}))
        return super().urlopen(method, url, redirect, **kw)


def _info(headers: Mapping[str, str]) -> ObjectInfo | None:
    """What the headers of an answer tell; None where it is no object of ours."""
    given = {key.lower(): value for key, value in headers.items()}
    own = {key.removeprefix(_META): value for key, value in given.items() if key.startswith(_META)}
    try:
        expire_time = datetime.fromisoformat(own.pop(_EXPIRES))
    except (KeyError, ValueError):
        return None
    return ObjectInfo(content_type=given.get("content-type", ""), expire_time=expire_time, metadata=own)
