"""One line per server on what happens to it: redrawn in place on a terminal, appended elsewhere."""

from __future__ import annotations

import threading
from collections.abc import Sequence
from typing import TextIO


class Progress:
    """Shows the latest word on every server. Threads may tell at the same time."""

    def __init__(self, names: Sequence[str], output: TextIO, *, terminal: bool) -> None:
        self._lines = dict.fromkeys(names, "waiting")
        self._output = output
        self._terminal = terminal
        self._drawn = False
        self._lock = threading.Lock()

    def tell(self, name: str, text: str, *, passing: bool = False) -> None:
        """Sets a server's line; `passing` words (under way) are shown on a terminal only."""
        with self._lock:
            self._lines[name] = text
            if self._terminal:
                self._redraw()
            elif not passing:
                self._output.write(line(name, text) + "\n")
            self._output.flush()

    def _redraw(self) -> None:
        if self._drawn:
            self._output.write(f"\x1b[{len(self._lines)}A\x1b[J")
        self._output.writelines(line(name, text) + "\n" for name, text in self._lines.items())
        self._drawn = True


def line(name: str, text: str) -> str:
    """How a server's line looks."""
    return f"{name:<14} {text}"


def size(count: int) -> str:
    """Bytes as people read them."""
    return f"{count / 1e9:.1f} GB" if count >= 1e9 else f"{count / 1e6:.0f} MB"
