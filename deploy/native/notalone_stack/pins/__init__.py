"""What is installed: versions, coordinates and checksums, in files beside this one."""

from __future__ import annotations

import hashlib
import tomllib
from collections.abc import Mapping
from functools import cache
from importlib import resources
from pathlib import Path

from notalone_stack.errors import StackError


@cache
def table(server: str) -> Mapping[str, object]:
    """The pins of one server in versions.toml."""
    content = tomllib.loads(resources.files(__name__).joinpath("versions.toml").read_text())
    return dict(content[server])


def text(server: str, key: str) -> str:
    """One pin as text."""
    return str(table(server)[key])


def texts(server: str, key: str) -> tuple[str, ...]:
    """One pin that is a list."""
    value = table(server)[key]
    if not isinstance(value, list):
        raise TypeError(f"{server}.{key} in versions.toml is not a list")
    return tuple(map(str, value))


def number(server: str, key: str) -> int:
    """One pin that is a whole number."""
    return int(text(server, key))


def recipe(server: str) -> str:
    """All that decides what an install holds, as one text."""
    return repr(sorted(table(server).items())) + "".join(f"{k}{v}" for k, v in sorted(checksums(server).items()))


@cache
def checksums(server: str) -> Mapping[str, str]:
    """SHA-256 by file name, from `<server>.sha256` (as sha256sum writes it)."""
    file = resources.files(__name__).joinpath(f"{server}.sha256")
    lines = file.read_text().splitlines() if file.is_file() else []
    return {name.strip(): digest for digest, name in (line.split(maxsplit=1) for line in lines)}


def verify(folder: Path, expected: Mapping[str, str]) -> None:
    """Compares all files of a folder with their checksums.

    Raises:
        StackError: a file is missing, unknown or different; nothing of it may be used.
    """
    found = {path.name: path for path in folder.iterdir()}
    faults = sorted(found.keys() ^ expected.keys())
    faults += [name for name in sorted(found.keys() & expected.keys()) if digest(found[name]) != expected[name]]
    if faults:
        raise StackError(f"downloaded files are not the pinned ones: {', '.join(faults)}")


def digest(path: Path) -> str:
    """SHA-256 of a file, in hexadecimal."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
