"""Unpacks zip files with the permissions they carry, which the standard library leaves out."""

from __future__ import annotations

import zipfile
from collections.abc import Callable
from pathlib import Path, PurePosixPath

FOLDER_MODE = 0o755


def unpack(archive: Path, into: Path, *, place: Callable[[PurePosixPath], PurePosixPath | None]) -> None:
    """Unpacks an archive.

    Args:
        archive: the zip file.
        into: the folder to fill.
        place: for a name in the archive, where it goes below `into`, or None to leave it out.

    Raises:
        ValueError: a file would land outside the folder.
    """
    with zipfile.ZipFile(archive) as file:
        for entry in file.infolist():
            name = place(PurePosixPath(entry.filename))
            if name is None or entry.is_dir():
                continue
            if name.is_absolute() or ".." in name.parts:
                raise ValueError(f"{archive.name} holds a file that would land outside: {name}")
            target = into / name
            target.parent.mkdir(parents=True, exist_ok=True, mode=FOLDER_MODE)
            with file.open(entry) as source, target.open("wb") as copy:
                while block := source.read(1 << 20):
                    copy.write(block)
            target.chmod((entry.external_attr >> 16) & 0o777 or 0o644)


def below(*folders: str) -> Callable[[PurePosixPath], PurePosixPath | None]:
    """Takes only what lies below these nested folders (a pattern each), and leaves their names away."""

    def place(name: PurePosixPath) -> PurePosixPath | None:
        parts = name.parts
        inside = len(parts) > len(folders) and all(
            PurePosixPath(part).match(folder) for part, folder in zip(parts, folders, strict=False)
        )
        return PurePosixPath(*parts[len(folders) :]) if inside else None

    return place
