"""The whole backend as a process of its own, as `make run` starts it."""

from __future__ import annotations

import os
import re
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import httpx2
import psutil

ROOT = Path(__file__).resolve().parent.parent
READY = re.compile(r"http://\S+")
STOP_SECONDS = 30


@dataclass(frozen=True, slots=True)
class Backend:
    """A running backend."""

    client: httpx2.Client
    process: psutil.Process
    started: float

    def memory(self) -> int:
        """Resident bytes of the process and its children."""
        return sum(part.memory_info().rss for part in [self.process, *self.process.children(recursive=True)])


@contextmanager
def running(state: Path, **more: str) -> Iterator[Backend]:
    """Starts the backend on a free port with its state in `state` and `more` settings, and ends it."""
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
    process = subprocess.Popen(
        [sys.executable, "-m", "notalone_app.main", "run"], env=environment, stdout=subprocess.PIPE, text=True
    )
    try:
        assert process.stdout is not None  # noqa: S101 for the type checker
        line = process.stdout.readline()
        found = READY.search(line)
        if found is None:
            raise RuntimeError(f"the backend did not start: {line!r}")
        with httpx2.Client(base_url=found[0], timeout=30) as client:
            yield Backend(client=client, process=psutil.Process(process.pid), started=started)
    finally:
        process.terminate()
        process.wait(STOP_SECONDS)
