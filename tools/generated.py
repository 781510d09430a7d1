"""Files that are generated and committed: written, or held against what would be written."""

from __future__ import annotations

import sys
from collections.abc import Mapping, Sequence
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent


def keep(texts: Mapping[Path, str], arguments: Sequence[str], *, command: str) -> int:
    """Writes the files; with `--check` among the arguments names those that differ instead.

    Args:
        texts: What each file is to hold.
        arguments: Of the command line.
        command: What writes them, for the person who has to.

    Returns:
        The exit code: 1 where a file differs.
    """
    stale = [path for path, text in texts.items() if not path.is_file() or path.read_text("utf-8") != text]
    if "--check" not in arguments:
        for path in stale:
            path.parent.mkdir(exist_ok=True)
            path.write_text(texts[path], "utf-8")
        return 0
    for path in stale:
        print(f"{path.relative_to(ROOT)} is not what would be written: {command}, and commit", file=sys.stderr)
    return 1 if stale else 0
