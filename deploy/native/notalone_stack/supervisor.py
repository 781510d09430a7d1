"""Starts servers side by side, says how they are, and stops them."""

from __future__ import annotations

import random
import secrets
import shutil
import subprocess
import threading
import time
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from enum import StrEnum
from pathlib import Path

from notalone_stack import ports, processes, state
from notalone_stack.cache import Cache
from notalone_stack.errors import StackError
from notalone_stack.paths import Paths
from notalone_stack.privilege import Account
from notalone_stack.progress import Progress, size
from notalone_stack.server import Place, Server, Wishes

STOP_SECONDS = 30.0
# A killed process is gone a little before its sockets are.
FREE_SECONDS = 10.0
POLL_SECONDS = 0.1
LOG_TAIL = 15
SECRET_BYTES = 24


class Health(StrEnum):
    """How a server is."""

    UP = "up"
    NOT_READY = "not ready"  # it runs but does not answer (yet)
    DEAD = "dead"  # it ended without being asked to
    DOWN = "down"


@dataclass(frozen=True, slots=True)
class Status:
    """One server now; `memory` is resident bytes of all its processes."""

    name: str
    health: Health
    record: state.Record | None
    memory: int = 0


class Stack:
    """The servers of one data folder. Commands that change it hold its lock (see `paths.lock`)."""

    def __init__(self, paths: Paths, account: Account, servers: Sequence[Server]) -> None:
        self._paths = paths
        self._account = account
        self._servers = servers
        self._records = state.read(paths.state)
        self._writing = threading.Lock()

    def up(self, wishes: Wishes, progress: Progress) -> list[str]:
        """Installs what is missing, then starts what does not run; returns the names that failed."""
        failed: list[str] = []
        starting = [server for server in self._servers if self._prepare(server, progress, failed)]
        with ThreadPoolExecutor(max_workers=max(1, len(starting))) as pool:
            results = pool.map(lambda server: self._start(server, wishes, progress), starting)
            failed += [server.name for server, well in zip(starting, results, strict=True) if not well]
        return failed

    def status(self) -> list[Status]:
        """How each server is, asked at the same time."""
        with ThreadPoolExecutor(max_workers=max(1, len(self._servers))) as pool:
            return list(pool.map(self._status, self._servers))

    def down(self, progress: Progress) -> list[str]:
        """Stops servers, the last started first; returns the names that had to be killed. Stopped ones stay so."""
        killed: list[str] = []
        order = {name: place for place, name in enumerate(self._records)}
        for server in sorted(self._servers, key=lambda server: order.get(server.name, -1), reverse=True):
            record = self._records.get(server.name)
            if record is None or record.pid == 0:
                progress.tell(server.name, "down")
                continue
            began = time.monotonic()
            was_running = processes.runs(record.pid, record.started)
            orderly = processes.end(record.pid, record.started, with_signal=server.stop_signal, seconds=STOP_SECONDS)
            self._remember(server.name, record.stopped())
            took = f"in {time.monotonic() - began:.1f} s"
            if not orderly:
                killed.append(server.name)
            word = "stopped" if orderly else f"killed: it did not end within {STOP_SECONDS:.0f} s,"
            progress.tell(server.name, f"{word} {took}" if was_running else "was dead; nothing of it is left")
        return killed

    def erase(self) -> None:
        """Removes the data, logs and credentials of servers that are down."""
        for server in self._servers:
            if self._status(server).health is not Health.DOWN:
                raise StackError(f"{server.name} is not down: its data stay")
            shutil.rmtree(self._paths.data / server.name, ignore_errors=True)
            self._paths.log(server.name).unlink(missing_ok=True)
            self._records.pop(server.name, None)
        state.write(self._paths.state, self._records)
        if self._paths.data.exists() and not any(self._paths.data.iterdir()):
            self._paths.data.rmdir()

    def log_tail(self, name: str, lines: int) -> str:
        """The last lines a server wrote."""
        return tail(self._paths.log(name), lines)

    def _prepare(self, server: Server, progress: Progress, failed: list[str]) -> bool:
        """Installs one server and gives it its ports; False if it runs already or cannot be installed."""
        status = self._status(server)
        if status.health is Health.UP and status.record is not None:
            progress.tell(server.name, f"{status.record.address}  is up already")
            return False
        progress.tell(server.name, f"installing {server.version()} ...", passing=True)
        try:
            program = server.install(Cache(self._paths.cache))
        except StackError as error:
            progress.tell(server.name, f"not installed: {error}")
            failed.append(server.name)
            return False
        self._remember(server.name, self._fresh(server, program))
        progress.tell(server.name, "starting ...", passing=True)
        return True

    def _fresh(self, server: Server, program: Path) -> state.Record:
        """The record for the next start, after ending what an earlier one left behind."""
        old = self._records.get(server.name)
        if old is None:
            # Of a stack whose state file is gone: nobody knows the passwords of these data any more.
            shutil.rmtree(self._paths.data / server.name, ignore_errors=True)
        if old is not None and processes.members(old.pid, old.started):
            processes.end(old.pid, old.started, with_signal=server.stop_signal, seconds=STOP_SECONDS)
            ports.wait_until_free(old.ports.values(), seconds=FREE_SECONDS)
        taken = {port for name, other in self._records.items() if name != server.name for port in other.ports.values()}
        before = {} if old is None else old.ports
        known = {} if old is None else old.secrets
        return state.Record(
            version=server.version(),
            program=str(program),
            data=str(self._paths.data / server.name),
            log=str(self._paths.log(server.name)),
            ports=ports.choose(server.port_names, before=before, taken=taken, chance=random.SystemRandom()),
            secrets={name: known.get(name) or secrets.token_urlsafe(SECRET_BYTES) for name in server.secret_names},
        )

    def _start(self, server: Server, wishes: Wishes, progress: Progress) -> bool:
        began = time.monotonic()
        try:
            record = self._launch(server, wishes)
        except (StackError, OSError) as error:
            progress.tell(server.name, f"did not start: {error}")
            return False
        took = f"{time.monotonic() - began:.1f} s"
        used = size(processes.memory(record.pid, record.started))
        progress.tell(server.name, f"{record.address}  up in {took}, {used}")
        return True

    def _launch(self, server: Server, wishes: Wishes) -> state.Record:
        record = self._records[server.name]
        place = _place(record)
        place.data.mkdir(parents=True, exist_ok=True)
        self._account.own(place.data)
        server.configure(place, wishes, self._account)
        self._account.own(place.data)
        process = processes.spawn(server.command(place, wishes), log=Path(record.log), account=self._account)
        record = replace(record, pid=process.pid, started=processes.start_time(process.pid))
        self._remember(server.name, record)
        self._wait_until_ready(server, place, process)
        return record

    def _wait_until_ready(self, server: Server, place: Place, process: subprocess.Popen[bytes]) -> None:
        deadline = time.monotonic() + server.start_seconds
        while not server.ready(place):
            code = process.poll()
            if code is not None:
                raise StackError(f"it ended with {code}; its last lines:\n{self.log_tail(server.name, LOG_TAIL)}")
            if time.monotonic() > deadline:
                lines = self.log_tail(server.name, LOG_TAIL)
                raise StackError(f"no answer after {server.start_seconds:.0f} s (it goes on); its last lines:\n{lines}")
            time.sleep(POLL_SECONDS)

    def _status(self, server: Server) -> Status:
        record = self._records.get(server.name)
        if record is None or record.pid == 0:
            return Status(server.name, Health.DOWN, record)
        if not processes.runs(record.pid, record.started):
            return Status(server.name, Health.DEAD, record, processes.memory(record.pid, record.started))
        health = Health.UP if server.ready(_place(record)) else Health.NOT_READY
        return Status(server.name, health, record, processes.memory(record.pid, record.started))

    def _remember(self, name: str, record: state.Record) -> None:
        """Writes at once, so that a process is never forgotten when this command is cut short."""
        with self._writing:
            self._records.pop(name, None)
            self._records[name] = record
            state.write(self._paths.state, self._records)


def tail(log: Path, lines: int) -> str:
    """The last lines of a file, "" if there is none."""
    try:
        return "\n".join(log.read_text(errors="replace").splitlines()[-lines:])
    except FileNotFoundError:
        return ""


def _place(record: state.Record) -> Place:
    return Place(program=Path(record.program), data=Path(record.data), ports=record.ports, secrets=record.secrets)
