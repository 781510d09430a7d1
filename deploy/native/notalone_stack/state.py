"""The state file: which servers were started, where they answer, and their credentials. Only its owner may read it."""

from __future__ import annotations

import json
import os
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field, replace
from pathlib import Path

from notalone_stack.errors import StackError
from notalone_stack.server import HOST

FORMAT = 1


@dataclass(frozen=True, slots=True)
class Record:
    """One server. `pid` is 0 when it was stopped in order; `started` tells the process from a later one with its pid.

    Attributes:
        started: when the process started, in seconds since 1970 as the system tells it.
    """

    version: str
    program: str
    data: str
    log: str
    ports: dict[str, int]
    secrets: dict[str, str] = field(repr=False)
    pid: int = 0
    started: float = 0.0

    @property
    def address(self) -> str:
        """Host and port for clients."""
        return f"{HOST}:{next(iter(self.ports.values()))}"

    def stopped(self) -> Record:
        """The same server, not running: ports and credentials stay for its next start."""
        return replace(self, pid=0, started=0.0)


def read(path: Path) -> dict[str, Record]:
    """All servers by name, in the order of their start; none when there is no file.

    Raises:
        StackError: the file is not one of ours.
    """
    try:
        content = json.loads(path.read_text())
        if content["format"] != FORMAT:
            raise StackError(f"{path} was written by another version; stop its servers with that, then remove it")
        return {name: Record(**record) for name, record in content["servers"].items()}
    except FileNotFoundError:
        return {}
    except (ValueError, KeyError, TypeError) as error:
        raise StackError(
            f"{path} cannot be read ({type(error).__name__}); end its servers by hand and remove it"
        ) from None


def write(path: Path, servers: Mapping[str, Record]) -> None:
    """Replaces the file as a whole: a reader sees the old one or the new one."""
    path.parent.mkdir(parents=True, exist_ok=True)
    draft = path.with_suffix(".new")
    draft.unlink(missing_ok=True)
    content = {"format": FORMAT, "servers": {name: asdict(record) for name, record in servers.items()}}
    descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "w") as file:
        json.dump(content, file, indent=2)
        file.write("\n")
        file.flush()
        os.fsync(file.fileno())
    draft.replace(path)
