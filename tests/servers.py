"""The real servers that contract tests run against: those that `make stack-up` started."""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path

from notalone_stack import processes, state
from notalone_stack.servers import NAMES

ROOT = Path(__file__).resolve().parents[1]


class ServersMissing(AssertionError):
    """A real server is needed and does not run: the test fails and says what to do, it is never skipped."""


@dataclass(frozen=True, slots=True)
class Server:
    """One running server: its address as host:port, and its credentials by name."""

    address: str
    secrets: dict[str, str]


def server(name: str) -> Server:
    """A server of the stack by name: "postgres", "kafka", "keycloak", "elasticsearch", "minio".

    The stack is looked for where NOTALONE_STACK_DIR says, else in `.state`.

    Raises:
        ServersMissing: it does not run.
    """
    record = records(name)[name]
    return Server(address=record.address, secrets=dict(record.secrets))


def folder() -> Path:
    """Where the stack keeps its things."""
    return Path(os.environ.get("NOTALONE_STACK_DIR", ROOT / ".state"))


def records(*names: str) -> dict[str, state.Record]:
    """What is known of these servers, of all where none is named.

    Raises:
        ServersMissing: one does not run.
    """
    known = state.read(folder() / "stack" / "state.json")
    wanted = names or NAMES
    down = [name for name in wanted if name not in known or not processes.members(known[name].pid, known[name].started)]
    if down:
        raise ServersMissing(f"{', '.join(down)} not running: make stack-up (the quick tests alone: make unit)")
    return {name: known[name] for name in wanted}
