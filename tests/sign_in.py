"""Access tokens of the development sign-in, for tests of the whole backend."""

from __future__ import annotations

import subprocess
import sys


def token(url: str, *whose: str) -> str:
    """What `notalone token` prints."""
    command = [sys.executable, "-m", "notalone_app.main", "token", "--backend", url, *whose]
    return subprocess.run(command, capture_output=True, text=True, timeout=60, check=True).stdout.strip()


def bearer(value: str) -> dict[str, str]:
    """The header that carries a token."""
    return {"Authorization": f"Bearer {value}"}
