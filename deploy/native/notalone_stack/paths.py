"""Where things are kept: programs in a cache outside the tree, data and state under NOTALONE_DATA_DIR."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from notalone_stack.errors import StackError
from notalone_stack.privilege import Account


@dataclass(frozen=True, slots=True)
class Paths:
    """`stack` holds the state file and logs, `data` a folder per server, `cache` the installed programs."""

    stack: Path
    data: Path
    cache: Path

    @property
    def state(self) -> Path:
        """The state file: addresses, processes, credentials."""
        return self.stack / "state.json"

    @property
    def lock(self) -> Path:
        """Held while a command changes the stack."""
        return self.stack / "lock"

    def log(self, server: str) -> Path:
        """What a server writes to its output."""
        return self.stack / "logs" / f"{server}.log"


def resolve(environment: Mapping[str, str], account: Account, *, home: Path) -> Paths:
    """Finds the folders for this user.

    A server that root starts runs as another account, which may not enter root's folders: then its programs are cached
    under /var/cache, and its data under /var/lib in a folder named after the data folder that was asked for.

    Raises:
        StackError: NOTALONE_CACHE_DIR names a folder that the servers cannot enter.
    """
    stack = Path(environment.get("NOTALONE_DATA_DIR", ".state")).resolve() / "stack"
    data = stack / "data"
    if not account.may_enter(stack):
        data = Path("/var/lib/notalone") / hashlib.sha256(os.fsencode(stack)).hexdigest()[:12]
    return Paths(stack=stack, data=data, cache=_cache(environment, account, home))


def _cache(environment: Mapping[str, str], account: Account, home: Path) -> Path:
    named = environment.get("NOTALONE_CACHE_DIR")
    if named is None:
        return Path("/var/cache/notalone") if account.changes else home / ".cache" / "notalone"
    folder = Path(named).resolve()
    if not account.may_enter(folder):
        raise StackError(f"{account.name} runs the servers and cannot enter NOTALONE_CACHE_DIR={folder}")
    return folder
