"""Seals small pieces of state that travel with the client, so that only we can read or change them.

AES-256-GCM with a fresh nonce for each seal; the purpose is bound in as associated data, so that a token made for one
use opens for no other. Keys rotate daily; older ones stay until nothing sealed with them can be alive any more.
"""

from __future__ import annotations

import base64
import binascii
import json
import os
import secrets
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from notalone_chassis.clock import Clock

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

    def __init__(self, keys: Callable[[], Sequence[SealKey]]) -> None:
        """`keys` gives the keys that are valid now, newest first, at least one."""
        self._keys = keys

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
        for key in self._keys():
            if key.key_id == key_id:
                try:
                    return AESGCM(key.secret).decrypt(nonce, box, purpose.encode())
                except InvalidTag as error:
                    raise BrokenSeal from error
        raise BrokenSeal


class KeyRing:
    """Keys in one file that only its owner can read; made, rotated and thrown away by age."""

    def __init__(self, file: Path, clock: Clock) -> None:
        self._file = file
        self._clock = clock
        self._keys: list[SealKey] = []

    def keys(self) -> Sequence[SealKey]:
        """The keys that are valid now, newest first."""
        now = self._clock.now()
        if not self._keys or now - self._keys[0].made >= ROTATE_AFTER:
            self._refresh(now)
        return self._keys

    def _refresh(self, now: datetime) -> None:
        kept = [key for key in self._read() if now - key.made < KEEP_FOR]
        if not kept or now - kept[0].made >= ROTATE_AFTER:
            fresh = SealKey(key_id=secrets.token_bytes(ID_BYTES), secret=secrets.token_bytes(32), made=now)
            kept.insert(0, fresh)
            self._write(kept)
        self._keys = kept

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
        self._file.parent.mkdir(parents=True, exist_ok=True)
        temporary = self._file.with_suffix(".new")
        handle = os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
        with os.fdopen(handle, "w", encoding="utf-8") as out:
            json.dump(rows, out)
            out.flush()
            os.fsync(out.fileno())
        temporary.replace(self._file)
