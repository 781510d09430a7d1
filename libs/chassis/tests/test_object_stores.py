"""One contract for objects, held by a folder and by a bucket of a real server."""

from __future__ import annotations

import asyncio
import io
import secrets
import socket
import subprocess
import sys
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from minio import Minio
from notalone_chassis import logs
from notalone_chassis.clock import FixedClock
from notalone_chassis.errors import Unavailable
from notalone_chassis.objects.folder import FolderObjectStore
from notalone_chassis.objects.opening import ObjectSettings, open_store
from notalone_chassis.objects.ports import AlreadyThere, ObjectInfo, ObjectStore, check
from notalone_chassis.objects.sweeping import sweep, sweep_forever

# Real: a server expires objects by its own clock, and signs by it.
NOW = datetime.now(UTC).replace(microsecond=0)
DAY = timedelta(days=1)
INFO = ObjectInfo(content_type="application/octet-stream", expire_time=NOW + DAY, metadata={"made-by": "a test"})
Environment = dict[str, str]


@pytest.fixture
def clock() -> FixedClock:
    return FixedClock(NOW)


@pytest.fixture
def name() -> str:
    return f"memos/{secrets.token_urlsafe(24)}"


@pytest.fixture
def folder_place(tmp_path) -> Environment:
    return {"NOTALONE_DATA_DIR": str(tmp_path)}


def settings(place: Environment) -> ObjectSettings:
    with pytest.MonkeyPatch.context() as patch:
        for key, value in place.items():
            patch.setenv(key, value)
        return ObjectSettings()


def opened(place: Environment, clock: FixedClock) -> ObjectStore:
    return open_store(settings(place), service="pdf", clock=clock, longest=DAY)


class Contract:
    """What every object store does."""

    @pytest.fixture
    def place(self) -> Environment:
        raise NotImplementedError

    @pytest.fixture
    async def store(self, place, clock) -> AsyncIterator[ObjectStore]:
        store = opened(place, clock)
        yield store
        await store.close()

    async def test_what_is_put_comes_back_with_all_that_is_known_of_it(self, store, name):
        content = bytes(range(256)) * 1000 + b"\n\n{"
        await store.put(name, content, INFO)
        found = await store.get(name)
        assert found.content == content
        assert found.info == INFO
        assert await store.stat(name) == INFO

    async def test_an_empty_object_is_an_object(self, store, name):
        await store.put(name, b"", INFO)
        assert (await store.get(name)).content == b""

    async def test_what_was_never_put_is_not_there(self, store, name):
        assert await store.get(name) is None
        assert await store.stat(name) is None
        assert await store.expired() == []

    async def test_a_second_put_replaces_the_first(self, store, name):
        await store.put(name, b"one", INFO)
        await store.put(name, b"two", INFO)
        assert (await store.get(name)).content == b"two"

    async def test_deleting_is_for_good_and_may_be_asked_twice(self, store, name):
        await store.put(name, b"x", INFO)
        await store.delete(name)
        await store.delete(name)
        assert await store.get(name) is None

    async def test_at_its_expire_time_an_object_is_as_if_it_had_never_been(self, store, name, clock):
        await store.put(name, b"x", INFO)
        clock.advance(DAY - timedelta(microseconds=1))
        assert await store.get(name) is not None
        clock.advance(timedelta(microseconds=1))
        assert await store.get(name) is None
        assert await store.stat(name) is None

    async def test_a_sweep_takes_what_has_expired_and_nothing_else(self, store, name, clock):
        await store.put(name, b"x", INFO)
        later = f"keys/{'k' * 20}"
        await store.put(later, b"x", ObjectInfo(content_type="text/plain", expire_time=NOW + 2 * DAY))
        assert await sweep(store) == 0
        clock.advance(DAY)
        assert await store.expired() == [name]
        assert await sweep(store) == 1
        assert await store.expired() == []
        assert await store.get(later) is not None

    async def test_sweeping_goes_on_by_itself(self, store, name, clock):
        await store.put(name, b"x", INFO)
        clock.advance(DAY)
        sweeping = asyncio.create_task(sweep_forever(store, log=logs.get("test"), every=0.01))
        for _ in range(1000):
            await asyncio.sleep(0.01)
            if not await store.expired():
                break
        sweeping.cancel()
        assert await store.expired() == []

    async def test_no_more_names_come_than_were_asked_for(self, store, clock):
        for number in range(3):
            await store.put(f"memos/{number}", b"x", INFO)
        clock.advance(DAY)
        assert len(await store.expired(limit=2)) == 2

    async def test_expired_objects_are_found_over_many_pages(self, store, clock, monkeypatch):
        monkeypatch.setattr("notalone_chassis.objects.s3._PAGE", 2)
        for number in range(5):
            await store.put(f"memos/{number}", b"x", INFO)
        later = ObjectInfo(content_type="text/plain", expire_time=NOW + 2 * DAY)
        await store.put("memos/3-later", b"x", later)
        clock.advance(DAY)
        assert sorted(await store.expired()) == [f"memos/{number}" for number in range(5)]
        assert len(await store.expired(limit=3)) == 3

    async def test_only_one_can_be_first(self, store, name):
        tries = [store.put(name, str(number).encode(), INFO, if_absent=True) for number in range(8)]
        results = await asyncio.gather(*tries, return_exceptions=True)
        assert results.count(None) == 1
        assert sum(isinstance(result, AlreadyThere) for result in results) == 7
        assert (await store.get(name)).content == str(results.index(None)).encode()

    async def test_what_has_expired_keeps_nobody_from_being_first(self, store, name, clock):
        await store.put(name, b"old", INFO)
        clock.advance(DAY)
        new = ObjectInfo(content_type="text/plain", expire_time=NOW + 3 * DAY)
        tries = [store.put(name, str(number).encode(), new, if_absent=True) for number in range(4)]
        results = await asyncio.gather(*tries, return_exceptions=True)
        assert results.count(None) == 1
        assert (await store.get(name)).content == str(results.index(None)).encode()

    async def test_two_processes_share_it(self, store, place, name):
        await store.put(name, b"from here", INFO)
        other = await asyncio.to_thread(in_another_process, place, name)
        assert other == "b'from here'"
        assert (await store.get(name)).content == b"from there"
        assert (await store.get(f"{name}-2")).content == b"second"

    async def test_the_loop_goes_on_meanwhile(self, store, name):
        turns = 0

        async def count() -> None:
            nonlocal turns
            while True:
                turns += 1
                await asyncio.sleep(0)

        counting = asyncio.create_task(count())
        await store.put(name, bytes(2_000_000), INFO)
        counting.cancel()
        assert turns > 10


OTHER_PROCESS = """
import asyncio, sys
from datetime import datetime
from notalone_chassis import logs
from notalone_chassis.clock import SystemClock
from notalone_chassis.objects.opening import ObjectSettings, open_store
from notalone_chassis.objects.ports import ObjectInfo
from datetime import timedelta

async def main(name, expire_time):
    store = open_store(ObjectSettings(), service="pdf", clock=SystemClock(), longest=timedelta(days=1))
    info = ObjectInfo(content_type="text/plain", expire_time=datetime.fromisoformat(expire_time))
    print((await store.get(name)).content, end="")
    await store.put(name, b"from there", info)
    await store.put(name + "-2", b"second", info, if_absent=True)
    await store.close()

asyncio.run(main(*sys.argv[1:]))
"""


def in_another_process(place: Environment, name: str) -> str:
    argv = [sys.executable, "-c", OTHER_PROCESS, name, INFO.expire_time.isoformat()]
    done = subprocess.run(argv, env=place, capture_output=True, text=True, timeout=50, check=False)
    assert done.returncode == 0, done.stderr[-2000:]
    return done.stdout


class TestFolder(Contract):
    @pytest.fixture
    def place(self, folder_place) -> Environment:
        return folder_place

    async def test_only_its_owner_can_read_it(self, store, name, tmp_path):
        await store.put(name, b"x", INFO)
        files = [path for path in tmp_path.rglob("*") if path.is_file()]
        assert [oct(path.stat().st_mode & 0o777) for path in files] == ["0o600"]
        assert all(path.stat().st_mode & 0o077 == 0 for path in tmp_path.rglob("memos"))

    async def test_what_a_dead_writer_left_is_cleared_away_later(self, store, name, clock, tmp_path):
        await store.put(name, b"x", INFO)
        left = next(tmp_path.rglob("memos")) / ".new-0123"
        left.write_bytes(b"half")
        assert await store.expired() == []
        assert left.exists()
        clock.advance(timedelta(hours=2))
        assert await store.expired() == []
        assert not left.exists()

    @pytest.mark.parametrize("content", [b"", b"{}", b"\xff\n", b"[1]\nx", b'{"expire_time": "x"}\n'])
    async def test_a_file_that_is_no_object_is_swept_away(self, store, name, tmp_path, content):
        await store.put(name, b"x", INFO)
        next(tmp_path.rglob(name)).write_bytes(content)
        assert await store.get(name) is None
        assert await sweep(store) == 1

    async def test_a_disk_that_cannot_be_written_is_a_part_that_is_away(self, tmp_path, clock, name):
        (tmp_path / "file").write_bytes(b"")
        store = FolderObjectStore(tmp_path / "file", clock)
        with pytest.raises(Unavailable) as caught:
            await store.put(name, b"x", INFO)
        assert caught.value.part == "objects"
        await store.close()


class TestBucket(Contract):
    @pytest.fixture
    def place(self, minio_bucket) -> Environment:
        return minio_bucket.settings

    @pytest.fixture
    def client(self, minio_bucket) -> Minio:
        return minio_bucket.client

    async def test_the_server_clears_and_encrypts_by_itself(self, store, place, client, name):
        await store.put(name, b"x", INFO)
        bucket = place["NOTALONE_S3_BUCKET"]
        (rule,) = client.get_bucket_lifecycle(bucket).rules
        assert rule.expiration.days == 2
        assert client.get_bucket_encryption(bucket).rule.sse_algorithm == "AES256"
        # A client learns it from a GET only.
        response = client.get_object(bucket, name)
        response.close()
        response.release_conn()
        assert response.headers["x-amz-server-side-encryption"] == "AES256"

    async def test_without_encryption_by_the_server_where_none_is_wanted(self, place, clock, client, name):
        store = opened({**place, "NOTALONE_S3_ENCRYPTION": "off"}, clock)
        await store.put(name, b"x", INFO)
        assert client.get_bucket_encryption(place["NOTALONE_S3_BUCKET"]) is None
        await store.close()

    async def test_a_bucket_that_vanished_is_made_anew(self, store, place, client, name):
        await store.put(name, b"x", INFO)
        await store.delete(name)
        client.remove_bucket(place["NOTALONE_S3_BUCKET"])
        with pytest.raises(Unavailable):
            await store.put(name, b"x", INFO)
        await store.put(name, b"x", INFO)
        assert await store.get(name) is not None

    async def test_a_foreign_object_in_the_bucket_is_none_of_ours(self, store, place, client, name):
        await store.put(f"{name}-own", b"x", INFO)
        client.put_object(place["NOTALONE_S3_BUCKET"], name, io.BytesIO(b"x"), 1)
        assert await store.get(name) is None

    async def test_wrong_credentials_are_a_part_that_is_away(self, place, clock, name, capfd):
        store = opened({**place, "NOTALONE_S3_SECRET_KEY": "wrong-wrong"}, clock)
        with pytest.raises(Unavailable):
            await store.get(name)
        await store.close()


@pytest.fixture
def silent_place() -> Iterator[Environment]:
    """A server that takes connections and says nothing."""
    with closing(socket.create_server(("127.0.0.1", 0))) as listener:
        yield away(f"127.0.0.1:{listener.getsockname()[1]}")


def away(address: str) -> Environment:
    return {
        "NOTALONE_S3_ENDPOINT": f"http://{address}",
        "NOTALONE_S3_ACCESS_KEY": "a",
        "NOTALONE_S3_SECRET_KEY": "b",
        "NOTALONE_S3_TIMEOUT": "0.5",
    }


CALLS: list[Callable[[ObjectStore, str], object]] = [
    lambda store, name: store.put(name, b"x", INFO),
    lambda store, name: store.put(name, b"x", INFO, if_absent=True),
    lambda store, name: store.get(name),
    lambda store, name: store.stat(name),
    lambda store, name: store.delete(name),
    lambda store, name: store.expired(),
]


@pytest.mark.parametrize("call", CALLS)
async def test_a_server_that_is_away_is_told_as_such(clock, name, call):
    # Nobody answers at port 1.
    store = opened(away("127.0.0.1:1"), clock)
    with pytest.raises(Unavailable) as caught:
        await call(store, name)
    assert caught.value.part == "objects"
    await store.close()


async def test_a_server_that_says_nothing_keeps_nobody_waiting(silent_place, clock, name):
    store = opened(silent_place, clock)
    with pytest.raises(Unavailable):
        await store.get(name)
    await store.close()


@pytest.mark.parametrize(
    "wrong", ["memo", "a/b/c", "../x", "memos/", "Memos/x", "memos/é", "memos/..", f"memos/{'x' * 129}"]
)
def test_a_name_that_could_lead_elsewhere_is_refused(wrong):
    with pytest.raises(ValueError, match="kind/id"):
        check(wrong)


@pytest.mark.parametrize("metadata", [{"Key": "x"}, {"key": "é"}, {"key": "a\nb"}, {"": "x"}])
def test_metadata_that_no_header_can_carry_are_refused(metadata):
    with pytest.raises(ValueError, match="metadata"):
        check("memos/x", ObjectInfo(content_type="text/plain", expire_time=NOW, metadata=metadata))


def test_production_keeps_no_objects_in_a_folder(tmp_path: Path):
    with pytest.raises(ValueError, match="NOTALONE_S3_ENDPOINT"):
        settings({"NOTALONE_ENVIRONMENT": "production", "NOTALONE_DATA_DIR": str(tmp_path)})


def test_an_endpoint_without_credentials_stops_the_start():
    with pytest.raises(ValueError, match="NOTALONE_S3_SECRET_KEY"):
        settings({"NOTALONE_S3_ENDPOINT": "http://127.0.0.1:9000"})
