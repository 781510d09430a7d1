"""What every server module provides, and the values it works with."""

from __future__ import annotations

import signal
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Protocol

from notalone_stack.cache import Cache
from notalone_stack.privilege import Account

HOST = "127.0.0.1"


@dataclass(frozen=True, slots=True)
class Place:
    """Where one server of one stack lives: its program (read only), its data, its ports and secrets by name."""

    program: Path
    data: Path
    ports: Mapping[str, int]
    secrets: Mapping[str, str] = field(repr=False)

    @property
    def port(self) -> int:
        """The port that clients use."""
        return next(iter(self.ports.values()))


@dataclass(frozen=True, slots=True)
class Launch:
    """How to start the server in the foreground; its environment is complete, nothing is inherited."""

    argv: tuple[str, ...]
    environment: Mapping[str, str]
    folder: Path


@dataclass(frozen=True, slots=True)
class Wishes:
    """What the caller may choose: `quick` starts sooner and runs slower; `realm` is a Keycloak realm file to import."""

    quick: bool = True
    realm: Path | None = None


class Server(Protocol):
    """One kind of server. Modules hold no state: everything they need is in the `Place`."""

    @property
    def name(self) -> str:
        """What it is called in commands and in the state file."""

    @property
    def port_names(self) -> tuple[str, ...]:
        """Every port it listens on; the first is the one for clients."""

    @property
    def secret_names(self) -> tuple[str, ...]:
        """Credentials to make up at random on its first start."""

    @property
    def start_seconds(self) -> float:
        """How long a start may take on a busy machine."""

    @property
    def stop_signal(self) -> signal.Signals:
        """The signal after which it ends in order."""

    def version(self) -> str:
        """The pinned version."""

    def install(self, cache: Cache) -> Path:
        """Installs the program once into the cache; returns its folder.

        Raises:
            StackError: a tool is missing, or a download is not what was pinned.
        """

    def configure(self, place: Place, wishes: Wishes, account: Account) -> None:
        """Writes settings and, on the first start, prepares the data; runs again before every start."""

    def command(self, place: Place, wishes: Wishes) -> Launch:
        """How to start it."""

    def ready(self, place: Place) -> bool:
        """Whether it answers a real request."""
