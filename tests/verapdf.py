"""veraPDF, pinned, fetched once with Maven into the cache outside the tree: does a file keep a standard for PDFs?"""

from __future__ import annotations

import os
import subprocess
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from notalone_stack import maven, paths, pins, privilege, tools
from notalone_stack.cache import Cache

NAME = "verapdf"
MAIN = "org.verapdf.apps.GreenfieldCliWrapper"
# A Java process starts in some seconds; a busy machine needs longer.
SECONDS = 300


@dataclass(frozen=True, slots=True)
class VeraPdf:
    """An installed veraPDF."""

    jars: Path
    java: Path

    def failures(self, files: Sequence[Path], *, flavour: str) -> list[str]:
        """What the files break of a standard; empty where each keeps it.

        Args:
            files: PDFs.
            flavour: As veraPDF names them: "ua1", "3a".

        Raises:
            AssertionError: it did not look at all of the files.
        """
        argv = [str(self.java), "-XX:TieredStopAtLevel=1", "-cp", f"{self.jars}/*", MAIN]
        argv += ["--flavour", flavour, "--format", "text", "-v", *map(str, files)]
        done = subprocess.run(argv, capture_output=True, text=True, timeout=SECONDS, check=False)
        lines = done.stdout.splitlines()
        verdicts = [line for line in lines if line.startswith(("PASS ", "FAIL "))]
        assert len(verdicts) == len(files), done.stdout[-2000:] + done.stderr[-2000:]
        return [line for line in lines if line.strip() and not line.startswith("PASS ")]


def installed() -> VeraPdf:
    """Fetches it where that has not been done.

    Raises:
        StackError: Maven or a JDK is missing and cannot be installed here; the text says what to install.
    """
    cache = Cache(paths.resolve(os.environ, privilege.choose(), home=Path.home()).cache)
    folder = cache.once(NAME, pins.text(NAME, "version"), pins.recipe(NAME), build=_fetch)
    return VeraPdf(jars=folder / "jars", java=tools.java_home(pins.number(NAME, "java")) / "bin" / "java")


def _fetch(folder: Path) -> None:
    maven.fetch(NAME, folder / "jars")
