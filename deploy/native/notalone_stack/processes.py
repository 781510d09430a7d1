"""Starts servers apart from this process, tells whether they still run, and ends them with all they started."""

from __future__ import annotations

import os
import signal
import subprocess
import threading
import time
from collections.abc import Iterable
from pathlib import Path

import psutil

from notalone_stack.privilege import Account
from notalone_stack.server import Launch

# The system tells start times in ticks; reading one twice may differ by rounding.
SAME_START = 0.05
KILL_SECONDS = 10.0


def spawn(launch: Launch, *, log: Path, account: Account) -> subprocess.Popen[bytes]:
    """Starts a server as the leader of a session of its own, so that it outlives this process and its terminal."""
    log.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    with log.open("ab") as output:
        process = subprocess.Popen(
            launch.argv,
            cwd=launch.folder,
            env=dict(launch.environment),
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=subprocess.STDOUT,
            start_new_session=True,
            umask=0o077,
            user=account.user if account.changes else None,
            group=account.group if account.changes else None,
            extra_groups=[] if account.changes else None,
        )
    # Takes its exit code whenever it ends; the thread does not keep this process from ending.
    threading.Thread(target=process.wait, daemon=True).start()
    return process


def start_time(pid: int) -> float:
    """When the process started, 0.0 if there is none."""
    try:
        return float(psutil.Process(pid).create_time())
    except psutil.NoSuchProcess:
        return 0.0


def runs(pid: int, started: float) -> bool:
    """Whether that very process runs: a later process with the same pid, or a dead one nobody waited for, does not."""
    try:
        process = psutil.Process(pid) if pid > 0 else None
        return (
            process is not None
            and abs(process.create_time() - started) < SAME_START
            and process.status() != psutil.STATUS_ZOMBIE
        )
    except psutil.NoSuchProcess:
        return False


def members(pid: int, started: float) -> list[psutil.Process]:
    """The server's living processes: its session, and whatever its leader started (some make sessions of their own).

    They may outlive their leader. When the pid was given to a later process, that one's session is not ours.
    """
    if pid <= 0 or (psutil.pid_exists(pid) and abs(start_time(pid) - started) >= SAME_START):
        return []
    found = {process.pid: process for process in psutil.process_iter() if _session(process.pid) == pid}
    if runs(pid, started):
        found |= {process.pid: process for process in psutil.Process(pid).children(recursive=True)}
    return [process for process in found.values() if _living_since(process, started)]


def memory(pid: int, started: float) -> int:
    """Resident bytes of all the server's processes; pages they share count once for each."""
    return sum(_resident(process) for process in members(pid, started))


def end(pid: int, started: float, *, with_signal: signal.Signals, seconds: float) -> bool:
    """Asks the leader to end, waits, then kills what is left of its processes.

    Returns:
        Whether it ended in order, without being killed.
    """
    before = members(pid, started)
    if not before:
        return True
    if runs(pid, started):
        os.kill(pid, with_signal)
        _wait_until_gone(before, seconds)
    left = _alive([*before, *members(pid, started)])
    for process in left:
        try:
            process.kill()
        except psutil.NoSuchProcess:
            continue
    _wait_until_gone(left, KILL_SECONDS)
    return not left


def _wait_until_gone(processes: Iterable[psutil.Process], seconds: float) -> None:
    deadline = time.monotonic() + seconds
    while _alive(processes) and time.monotonic() < deadline:
        time.sleep(0.05)


def _alive(processes: Iterable[psutil.Process]) -> list[psutil.Process]:
    alive: list[psutil.Process] = []
    for process in {process.pid: process for process in processes}.values():
        try:
            if process.is_running() and process.status() != psutil.STATUS_ZOMBIE:
                alive.append(process)
        except psutil.NoSuchProcess:
            continue
    return alive


def _living_since(process: psutil.Process, started: float) -> bool:
    try:
        return bool(process.create_time() >= started - SAME_START and process.status() != psutil.STATUS_ZOMBIE)
    except psutil.NoSuchProcess:
        return False


def _session(pid: int) -> int:
    try:
        return os.getsid(pid)
    except (ProcessLookupError, PermissionError):
        return 0


def _resident(process: psutil.Process) -> int:
    try:
        return int(process.memory_info().rss)
    except psutil.NoSuchProcess:
        return 0
