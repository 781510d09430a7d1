"""A backend as a process of its own: the whole as `make run` starts it, or another that says where it answers."""

from __future__ import annotations

import os
import re
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import httpx2
import psutil

ROOT = Path(__file__).resolve().parent.parent
WHOLE = ("notalone_app.main", "run")
READY = re.compile(r"http://\S+")
STOP_SECONDS = 30


@dataclass(frozen=True, slots=True)
class Backend:
    """A running backend."""

    url: str
    client: httpx2.Client
    process: psutil.Process
    started: float

    def worked(self) -> float:
        """Seconds of processor time that the process has used."""
        times = self.process.cpu_times()
        return float(times.user + times.system)

    def memory(self) -> int:
        """Resident bytes of the process and its children."""
        return sum(part.memory_info().rss for part in [self.process, *self.process.children(recursive=True)])


@contextmanager
def running(state: Path, command: Sequence[str] = WHOLE, **more: str) -> Iterator[Backend]:
    """Starts the backend on a free port with its state and log in `state` and `more` settings, and ends it."""
    state.mkdir(parents=True, exist_ok=True)
    environment = {
        **os.environ,
        "NOTALONE_HTTP_PORT": "0",
        "NOTALONE_DATA_DIR": str(state),
        "NOTALONE_GATEWAY_WEB_ROOT": str(ROOT / "web"),
        # The load of a benchmark comes from one address.
        "NOTALONE_GATEWAY_RATE_PER_SECOND": "100000",
        "NOTALONE_GATEWAY_RATE_BURST": "100000",
        **more,
    }
    started = time.perf_counter()
    with (state / "bench.log").open("w") as log:
        process = subprocess.Popen(
            [sys.executable, "-m", *command], env=environment, stdout=subprocess.PIPE, stderr=log, text=True
        )
    try:
        assert process.stdout is not None  # noqa: S101 for the type checker
        line = process.stdout.readline()
        found = READY.search(line)
        if found is None:
            raise RuntimeError(f"the backend did not start: {line!r} {(state / 'bench.log').read_text()}")
        with httpx2.Client(base_url=found[0], timeout=30) as client:
            yield Backend(url=found[0], client=client, process=psutil.Process(process.pid), started=started)
    finally:
        process.terminate()
        process.wait(STOP_SECONDS)
