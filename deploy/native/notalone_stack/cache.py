"""Installs each program once per user, outside the tree; an install that was cut short is done again."""

from __future__ import annotations

import fcntl
import hashlib
import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

MARK = ".complete"


@contextmanager
def exclusive(lock: Path) -> Iterator[None]:
    """Waits for and holds a lock between processes."""
    lock.parent.mkdir(parents=True, exist_ok=True)
    with lock.open("a") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        yield


@dataclass(frozen=True, slots=True)
class Cache:
    """A folder of installed programs, one subfolder per program and recipe."""

    folder: Path

    def path(self, name: str, version: str, recipe: str) -> Path:
        """Where a program is kept: another recipe (pins, settings, sources) is another folder."""
        return self.folder / f"{name}-{version}-{hashlib.sha256(recipe.encode()).hexdigest()[:8]}"

    def once(self, name: str, version: str, recipe: str, *, build: Callable[[Path], None]) -> Path:
        """Builds the program into its folder unless that was done before; processes wait for each other."""
        target = self.path(name, version, recipe)
        if (target / MARK).exists():
            return target
        with exclusive(self.folder / f".{target.name}.lock"):
            if not (target / MARK).exists():
                shutil.rmtree(target, ignore_errors=True)
                target.mkdir(parents=True)
                build(target)
                _let_all_read(target)
                (target / MARK).touch()
        return target


def _let_all_read(folder: Path) -> None:
    """Whoever runs a program may read all of it; only its installer may change it."""
    for path in [folder, *folder.rglob("*")]:
        if not path.is_symlink():
            path.chmod(path.stat().st_mode & 0o755 | (0o755 if path.is_dir() else 0o444))
