"""Root never runs a server: it gives the data and the process to an account without rights."""

from __future__ import annotations

import os
import pwd
from dataclasses import dataclass
from pathlib import Path

from notalone_stack.errors import StackError

UNPRIVILEGED = "nobody"


@dataclass(frozen=True, slots=True)
class Account:
    """Who runs the servers; `changes` when that is not who runs this command."""

    name: str
    user: int
    group: int
    changes: bool

    def may_enter(self, folder: Path) -> bool:
        """Whether the account can reach the folder; parts that do not exist yet count as reachable."""
        return not self.changes or all(_enterable(part) for part in [folder, *folder.parents] if part.exists())

    def own(self, folder: Path) -> None:
        """Gives a folder and all in it to the account."""
        if not self.changes:
            return
        os.chown(folder, self.user, self.group)
        for path in folder.rglob("*"):
            os.chown(path, self.user, self.group, follow_symlinks=False)


def choose() -> Account:
    """The present user, or an unprivileged account when that is root.

    Raises:
        StackError: root has no unprivileged account to drop to.
    """
    if os.getuid() != 0:
        return Account(pwd.getpwuid(os.getuid()).pw_name, os.getuid(), os.getgid(), changes=False)
    try:
        entry = pwd.getpwnam(UNPRIVILEGED)
    except KeyError:
        raise StackError(f"root needs the account {UNPRIVILEGED!r} to run servers; run this as another user") from None
    return Account(UNPRIVILEGED, entry.pw_uid, entry.pw_gid, changes=True)


def _enterable(folder: Path) -> bool:
    return bool(folder.stat().st_mode & 0o001)
