"""The whole backend as `make run` or `make run-real` starts it, on a free port of this machine."""

from __future__ import annotations

import os
import queue
import re
import subprocess
import sys
import threading
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import TextIO

import staff
from buckets import Bucket

ROOT = Path(__file__).resolve().parent.parent
# Usually three; a machine busy with other things needs longer.
START_SECONDS = 120
STOP_SECONDS = 30
READY = r"ready: http://([^\s/]+)"
BACKEND = ("-m", "notalone_app.main", "run")
REAL_BACKEND = ("-m", "notalone_app.main", "run-real")


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


@dataclass(frozen=True, slots=True, kw_only=True)
class Environment:
    """How the whole backend runs. The same tests hold in every one.

    Attributes:
        name: "embedded" or "real".
        command: Arguments of the Python interpreter.
        settings: What every backend in it is told beside the usual settings; credentials are among them.
        listeners: How many ports it listens on.
        bucket: Where it keeps memos, if not in its state.
        people: Who signs in, if not by the development sign-in of each backend.
    """

    name: str
    command: Sequence[str]
    listeners: int
    settings: Mapping[str, str] = field(default_factory=dict, repr=False)
    bucket: Bucket | None = None
    people: staff.Staff | None = None

    @classmethod
    def embedded(cls) -> Environment:
        """All services in one process, a port for each, no server beside it: `make run`."""
        return cls(name="embedded", command=BACKEND, listeners=7)

    @classmethod
    def real(cls, bucket: Bucket, people: staff.Staff, **settings: str) -> Environment:
        """Every service in processes of its own, two of some, each with a port for its metrics too: `make run-real`."""
        settings["NOTALONE_REPLICAS"] = "dialogue=2,catalog=2"
        return cls(
            name="real",
            command=REAL_BACKEND,
            listeners=16,
            settings={**settings, **bucket.settings},
            bucket=bucket,
            people=people,
        )

    def staff(self, backend: Backend) -> staff.Staff:
        """Who signs in at a backend in it."""
        return self.people or staff.embedded(backend.url)

    @contextmanager
    def running(self, state: Path, **environment: str) -> Iterator[Backend]:
        """Starts a backend with its state in `state`, and ends it."""
        with running(state, command=self.command, **{**self.settings, **environment}) as backend:
            yield backend

    def start(self, state: Path, **environment: str) -> subprocess.Popen[str]:
        """Starts a backend and waits for nothing."""
        return start(state, command=self.command, **{**self.settings, **environment})


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
def running(
    state: Path, *, command: Sequence[str] = BACKEND, ready: str = READY, **environment: str
) -> Iterator[Backend]:
    """As `running_backend`, and gives the process and its logs too.

    Args:
        state: Folder of the embedded state.
        command: Arguments of the Python interpreter.
        ready: Pattern of the line that says the process is ready; its group holds host and port.
        environment: Settings beside the usual ones.
    """
    state.mkdir(parents=True, exist_ok=True)
    stdout, stderr = (state.parent / f"{state.name}-{stream}.log" for stream in ("stdout", "stderr"))
    process = start(state, command=command, **environment)
    lines: queue.Queue[str | None] = queue.Queue()
    copiers = [
        threading.Thread(target=_copy, args=(stream, file, lines))
        for stream, file in ((process.stdout, stdout), (process.stderr, stderr))
    ]
    for copier in copiers:
        copier.start()
    try:
        url = f"http://{_ready(lines, ready)}"
        yield Backend(url=url, process=process, stdout=stdout, stderr=stderr, state=state)
    finally:
        _end(process)
        for copier in copiers:
            copier.join()


def start(state: Path, *, command: Sequence[str] = BACKEND, **environment: str) -> subprocess.Popen[str]:
    """Starts a process and waits for nothing."""
    inherited = {key: value for key, value in os.environ.items() if not key.startswith("NOTALONE_")}
    return subprocess.Popen(
        [sys.executable, *command],
        env=inherited | settings(state) | environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        encoding="utf-8",
        errors="replace",
    )


def settings(state: Path) -> dict[str, str]:
    """The settings every test process is started with."""
    return {
        "NOTALONE_HTTP_PORT": "0",
        "NOTALONE_DATA_DIR": str(state),
        "NOTALONE_GATEWAY_WEB_ROOT": str(ROOT / "web"),
        "PYTHONUTF8": "1",
        "PYTHONUNBUFFERED": "1",
    }


def _copy(stream: TextIO, file: Path, lines: queue.Queue[str | None]) -> None:
    """Keeps output flowing into a file, so that a full pipe never stops the backend; None at its end."""
    with stream, file.open("w", encoding="utf-8") as out:
        for line in stream:
            out.write(line)
            out.flush()
            lines.put(line)
    lines.put(None)


def _ready(lines: queue.Queue[str | None], pattern: str) -> str:
    said: list[str] = []
    try:
        # Until both streams have ended.
        while said.count("") < 2:
            line = lines.get(timeout=START_SECONDS)
            if line and (found := re.search(pattern, line)):
                return found[1]
            said.append(line or "")
    except queue.Empty:
        raise AssertionError(f"not ready after {START_SECONDS} s: {''.join(said)[-2000:]}") from None
    raise AssertionError(f"ended before it was ready: {''.join(said)[-2000:]}")


def _end(process: subprocess.Popen[str]) -> None:
    if process.poll() is None:
        process.terminate()
    try:
        process.wait(STOP_SECONDS)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()
        raise AssertionError(f"the backend did not end within {STOP_SECONDS} s") from None
