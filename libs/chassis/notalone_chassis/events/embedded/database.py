"""One SQLite file from two threads of this process: one writes, one reads. The event loop never waits for the disk."""

from __future__ import annotations

import asyncio
import contextlib
import queue
import sqlite3
import threading
from collections.abc import Callable
from concurrent.futures import Future
from pathlib import Path
from typing import Any, TypeVar

from notalone_chassis.errors import Unavailable

T = TypeVar("T")
Job = Callable[[sqlite3.Connection], Any]

# So many jobs share one transaction, and so one wait for the disk.
TOGETHER = 512
PART = "event log"


class Database:
    """Runs jobs, each a function of a connection. Raises Unavailable where the file cannot be used in time."""

    def __init__(self, file: Path, *, busy_seconds: float = 5.0) -> None:
        file.parent.mkdir(parents=True, exist_ok=True)
        self._journal = file.with_name(f"{file.name}-wal")
        self._writer = _Thread(file, busy_seconds, name="events-writer", writes=True)
        self._reader = _Thread(file, busy_seconds, name="events-reader", writes=False)

    async def write(self, job: Callable[[sqlite3.Connection], T]) -> T:
        """Runs a job in a transaction that it shares with others; returns when that is on the disk."""
        return await self._writer.run(job)

    async def read(self, job: Callable[[sqlite3.Connection], T]) -> T:
        """Runs a job that changes nothing; it sees all that `write` has returned from."""
        return await self._reader.run(job)

    def version(self) -> tuple[int, int] | None:
        """What changes with every write, of whichever process; None where there is none yet.

        From a look at the journal's file, not into it: it is asked for many times a second. Two writes within one tick
        of the machine's clock may look like one; readers look by themselves too, a little later.
        """
        try:
            status = self._journal.stat()
        except OSError:
            return None
        return status.st_mtime_ns, status.st_size

    async def close(self) -> None:
        """Ends both threads after the jobs that wait."""
        await asyncio.to_thread(self._reader.end)
        await asyncio.to_thread(self._writer.end)


class _Thread:
    def __init__(self, file: Path, busy_seconds: float, *, name: str, writes: bool) -> None:
        self._file = file
        self._busy_seconds = busy_seconds
        self._writes = writes
        self._jobs: queue.SimpleQueue[tuple[Job, Future[Any]] | None] = queue.SimpleQueue()
        self._thread = threading.Thread(target=self._work, name=name, daemon=True)
        self._thread.start()

    async def run(self, job: Callable[[sqlite3.Connection], T]) -> T:
        future: Future[T] = Future()
        self._jobs.put((job, future))
        try:
            # Shielded: a caller that gives up must not take the others of its transaction along.
            return await asyncio.shield(asyncio.wrap_future(future))
        except sqlite3.Error as error:
            raise Unavailable(PART) from error

    def end(self) -> None:
        self._jobs.put(None)
        self._thread.join()

    def _work(self) -> None:
        connection: sqlite3.Connection | None = None
        last = False
        while not last:
            first = self._jobs.get()
            batch = [] if first is None else [first]
            last = first is None
            while self._writes and batch and len(batch) < TOGETHER and not last:
                try:
                    more = self._jobs.get_nowait()
                except queue.Empty:
                    break
                last = more is None
                batch.extend([more] if more is not None else [])
            try:
                connection = connection or self._open()
            except sqlite3.Error as error:
                _fail(batch, error)
                continue
            # Whoever has gone, as at the end of the loop, is not answered.
            batch = [one for one in batch if one[1].set_running_or_notify_cancel()]
            if batch:
                (self._transaction if self._writes else _each)(connection, batch)
        if connection is not None:
            connection.close()

    def _open(self) -> sqlite3.Connection:
        connection = sqlite3.connect(self._file, timeout=self._busy_seconds, isolation_level=None)
        # WAL lets readers and the writer work side by side; FULL survives a loss of power.
        for pragma in ("journal_mode = WAL", "synchronous = FULL"):
            connection.execute(f"PRAGMA {pragma}")
        return connection

    def _transaction(self, connection: sqlite3.Connection, batch: list[tuple[Job, Future[Any]]]) -> None:
        try:
            connection.execute("BEGIN IMMEDIATE")
            results = [job(connection) for job, _ in batch]
            connection.execute("COMMIT")
        except BaseException as error:  # noqa: BLE001 whoever waits for the job must hear of it
            with contextlib.suppress(sqlite3.Error):
                connection.execute("ROLLBACK")
            _fail(batch, error)
            return
        for (_, future), result in zip(batch, results, strict=True):
            future.set_result(result)


def _each(connection: sqlite3.Connection, batch: list[tuple[Job, Future[Any]]]) -> None:
    for job, future in batch:
        try:
            future.set_result(job(connection))
        except BaseException as error:  # noqa: BLE001 whoever waits for the job must hear of it
            future.set_exception(error)


def _fail(batch: list[tuple[Job, Future[Any]]], error: BaseException) -> None:
    for _, future in batch:
        future.set_exception(error)
