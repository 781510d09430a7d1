"""Mails as files: any mail program opens them."""

from __future__ import annotations

import asyncio
import os
from email.message import EmailMessage
from email.policy import SMTP
from hashlib import blake2b
from pathlib import Path

from notalone_notify.ports import TemporaryFailure


class FolderMail:
    """See `MailTransport`. One file for each hand-over; nothing leaves the machine."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    async def send(self, message: EmailMessage) -> None:
        """See `MailTransport.send`; durable when it returns."""
        try:
            await asyncio.to_thread(self._write, message)
        except OSError as error:
            raise TemporaryFailure(type(error).__name__) from error

    async def close(self) -> None:
        """Holds nothing."""

    def _write(self, message: EmailMessage) -> None:
        self._folder.mkdir(parents=True, exist_ok=True)
        content = message.as_bytes(policy=SMTP)
        name = blake2b(f"{message['Message-ID']} {message['To']}".encode(), digest_size=12).hexdigest()
        number = 1
        # A repeat stands beside the first: both were handed over.
        while (file := self._folder / f"{name}-{number}.eml").exists():
            number += 1
        part = file.with_suffix(".part")
        with part.open("wb") as out:
            out.write(content)
            out.flush()
            os.fsync(out.fileno())
        part.replace(file)
