"""Seals small pieces of state that travel with the client, so that only we can read or change them.

AES-256-GCM with a fresh nonce for each seal; the purpose is bound in as associated data, so that a token made for one
use opens for no other. Keys rotate daily; older ones stay until nothing sealed with them can be alive any more.
"""

from __future__ import annotations

import base64
import binascii
import json
import secrets
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from notalone_chassis.clock import Clock
from notalone_chassis.shared_file import alone, replace

NONCE_BYTES = 12
ID_BYTES = 4
VERSION = b"\x01"
ROTATE_AFTER = timedelta(days=1)
KEEP_FOR = timedelta(days=4)


class BrokenSeal(Exception):
    """The token was not sealed by us for this purpose, was changed, or its key is gone."""


@dataclass(frozen=True, slots=True)
class SealKey:
    """One key: its public id, its 32 secret bytes, and when it was made."""

    key_id: bytes
    secret: bytes
    made: datetime


class Sealer:
    """Seals with the newest key, opens with any."""

    def __init__(
        self, keys: Callable[[], Sequence[SealKey]], *, reread: Callable[[], Sequence[SealKey]] | None = None
    ) -> None:
        """`keys` gives the keys that are valid now, newest first, at least one.

        `reread` is asked when a token names a key that is not among them: another process may have made it since.
        """
        self._keys = keys
        self._reread = reread

    def seal(self, data: bytes, *, purpose: str) -> str:
        """A url-safe token, about 4/3 of the data and 45 characters."""
        key = self._keys()[0]
        nonce = secrets.token_bytes(NONCE_BYTES)
        box = AESGCM(key.secret).encrypt(nonce, data, purpose.encode())
        return base64.urlsafe_b64encode(VERSION + key.key_id + nonce + box).rstrip(b"=").decode()

    def open(self, token: str, *, purpose: str) -> bytes:
        """What was sealed.

        Raises:
            BrokenSeal: see there.
        """
        try:
            raw = base64.b64decode(token + "=" * (-len(token) % 4), altchars=b"-_", validate=True)
        except (binascii.Error, ValueError) as error:
            raise BrokenSeal from error
        head = len(VERSION) + ID_BYTES
        if raw[: len(VERSION)] != VERSION or len(raw) < head + NONCE_BYTES:
            raise BrokenSeal
        key_id, nonce, box = raw[len(VERSION) : head], raw[head : head + NONCE_BYTES], raw[head + NONCE_BYTES :]
        key = self._key(key_id)
        if key is None:
            raise BrokenSeal
        try:
            return AESGCM(key.secret).decrypt(nonce, box, purpose.encode())
        except InvalidTag as error:
            raise BrokenSeal from error

    def _key(self, key_id: bytes) -> SealKey | None:
        found = next((key for key in self._keys() if key.key_id == key_id), None)
        if found is None and self._reread is not None:
            found = next((key for key in self._reread() if key.key_id == key_id), None)
        return found


class KeyRing:
    """Keys in one file that only its owner can read; made, rotated and thrown away by age.

    Any number of processes may share the file: one of them rotates while the others wait, and all find what it made.
    """

    def __init__(self, file: Path, clock: Clock) -> None:
        self._file = file
        self._clock = clock
        self._keys: list[SealKey] = []
        # Which version of the file these keys come from: it is only ever replaced as a whole.
        self._version: tuple[int, int] | None = None

    def sealer(self) -> Sealer:
        """A sealer with these keys, and with those that other processes make later."""
        return Sealer(self.keys, reread=self.reread)

    def keys(self) -> Sequence[SealKey]:
        """The keys that are valid now, newest first."""
        now = self._clock.now()
        if not _fresh(self._keys, now):
            self._refresh(now)
        return self._keys

    def reread(self) -> Sequence[SealKey]:
        """The keys that are valid now, with those that another process has written since; newest first."""
        # A flood of made-up tokens costs a look at the folder each, not a read of the file.
        if self._present_version() != self._version:
            self._take_from_file(self._clock.now())
        return self._keys

    def _refresh(self, now: datetime) -> None:
        with alone(self._file):
            self._take_from_file(now)
            if not _fresh(self._keys, now):
                made = SealKey(key_id=secrets.token_bytes(ID_BYTES), secret=secrets.token_bytes(32), made=now)
                self._keys.insert(0, made)
                self._write(self._keys)
                self._version = self._present_version()

    def _take_from_file(self, now: datetime) -> None:
        self._version = self._present_version()
        self._keys = [key for key in self._read() if now - key.made < KEEP_FOR]

    def _present_version(self) -> tuple[int, int] | None:
        try:
            status = self._file.stat()
        except FileNotFoundError:
            return None
        return status.st_ino, status.st_mtime_ns

    def _read(self) -> list[SealKey]:
        if not self._file.exists():
            return []
        rows = json.loads(self._file.read_text("utf-8"))
        keys = [
            SealKey(bytes.fromhex(row["id"]), bytes.fromhex(row["secret"]), datetime.fromisoformat(row["made"]))
            for row in rows
        ]
        return sorted(keys, key=lambda key: key.made, reverse=True)

    def _write(self, keys: Sequence[SealKey]) -> None:
        rows = [{"id": k.key_id.hex(), "secret": k.secret.hex(), "made": k.made.isoformat()} for k in keys]
        replace(self._file, json.dumps(rows))


def _fresh(keys: Sequence[SealKey], now: datetime) -> bool:
    """Whether the newest key may still seal."""
    return bool(keys) and now - keys[0].made < ROTATE_AFTER
