"""The whole backend as a process of its own, as `make run` starts it, on a free port of this machine."""

from __future__ import annotations

import os
import queue
import re
import subprocess
import sys
import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
START_SECONDS = 30
STOP_SECONDS = 30
BACKEND = ("-m", "notalone_app.main", "run")


@dataclass(frozen=True, slots=True)
class Backend:
    """A process that said it is ready.

    Attributes:
        url: Its base address, without a slash at the end.
        process: The process; whoever holds it may signal it.
        stdout: File with what it wrote to standard output.
        stderr: File with what it wrote to standard error.
        state: Folder of its embedded state.
    """

    url: str
    process: subprocess.Popen[str]
    stdout: Path
    stderr: Path
    state: Path

    def logged(self) -> str:
        """Everything it wrote so far, to either stream."""
        return self.stdout.read_text("utf-8", "replace") + self.stderr.read_text("utf-8", "replace")


@contextmanager
def running_backend(state: Path, **environment: str) -> Iterator[str]:
    """Starts the backend with its state in `state`, gives its base address, and ends it.

    Args:
        state: Folder of the embedded state; its logs lie beside it, never in it.
        environment: Settings beside the usual ones, for instance `NOTALONE_LOG_LEVEL="DEBUG"`.
    """
    with running(state, **environment) as backend:
        yield backend.url


@contextmanager
def running(state: Path, *, command: Sequence[str] = BACKEND, **environment: str) -> Iterator[Backend]:
    """As `running_backend`, and gives the process and its logs too.

    Args:
        state: Folder of the embedded state.
        command: Arguments of the Python interpreter.
        environment: Settings beside the usual ones.
    """
    state.mkdir(parents=True, exist_ok=True)
    stdout, stderr = (state.parent / f"{state.name}-{stream}.log" for stream in ("stdout", "stderr"))
    with stderr.open("w", encoding="utf-8") as errors:
        process = subprocess.Popen(
            [sys.executable, *command],
            env=_environment(state, environment),
            stdout=subprocess.PIPE,
            stderr=errors,
            text=True,
            encoding="utf-8",
        )
    lines: queue.Queue[str] = queue.Queue()
    copier = threading.Thread(target=_copy, args=(process, stdout, lines))
    copier.start()
    try:
        url = _ready(lines, stderr)
        yield Backend(url=url, process=process, stdout=stdout, stderr=stderr, state=state)
    finally:
        _end(process)
        copier.join()


def settings(state: Path) -> dict[str, str]:
    """The settings every test process is started with."""
    return {
        "NOTALONE_HTTP_PORT": "0",
        "NOTALONE_DATA_DIR": str(state),
        "NOTALONE_GATEWAY_WEB_ROOT": str(ROOT / "web"),
        "PYTHONUTF8": "1",
        "PYTHONUNBUFFERED": "1",
    }


def _environment(state: Path, more: dict[str, str]) -> dict[str, str]:
    inherited = {key: value for key, value in os.environ.items() if not key.startswith("NOTALONE_")}
    return inherited | settings(state) | more


def _copy(process: subprocess.Popen[str], stdout: Path, lines: queue.Queue[str]) -> None:
    """Keeps standard output flowing into a file, so that a full pipe never stops the backend."""
    assert process.stdout is not None
    with process.stdout, stdout.open("w", encoding="utf-8") as file:
        for line in process.stdout:
            file.write(line)
            file.flush()
            lines.put(line)
    lines.put("")


def _ready(lines: queue.Queue[str], stderr: Path) -> str:
    try:
        while line := lines.get(timeout=START_SECONDS):
            if found := re.search(r"http://[^\s/]+", line):
                return found[0]
    except queue.Empty:
        raise AssertionError(f"the backend was not ready after {START_SECONDS} s: {_tail(stderr)}") from None
    raise AssertionError(f"the backend ended before it was ready: {_tail(stderr)}")


def _tail(stderr: Path) -> str:
    return stderr.read_text("utf-8", "replace")[-2000:]


def _end(process: subprocess.Popen[str]) -> None:
    if process.poll() is None:
        process.terminate()
    try:
        process.wait(STOP_SECONDS)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()
        raise AssertionError(f"the backend did not end within {STOP_SECONDS} s") from None
