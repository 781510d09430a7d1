"""Mails to an SMTP server."""

from __future__ import annotations

import asyncio
import contextlib
from dataclasses import dataclass
from email.message import EmailMessage
from email.policy import SMTP as WIRE
from typing import Literal

import aiosmtplib

from notalone_notify.ports import OutcomeUnknown, PermanentFailure, TemporaryFailure

_PERMANENT = 500


@dataclass(frozen=True, slots=True, kw_only=True)
class Server:
    """Where the server is and how it is spoken to; `timeout` in seconds for each step."""

    host: str
    port: int
    security: Literal["starttls", "tls", "none"]
    username: str = ""
    password: str = ""
    timeout: float = 20.0


class SmtpMail:
    """See `MailTransport`. A connection for each mail: they are few, and each may go to a server that came back."""

    def __init__(self, server: Server) -> None:
        self._server = server

    async def send(self, message: EmailMessage) -> None:
        """See `MailTransport.send`.

        Only what the server says of the recipient or of the text is final; a refused sign-in or sender is a setting
        that somebody will mend.
        """
        client = self._client()
        try:
            await self._open(client, str(message["From"]))
            await _recipient(client, str(message["To"]))
            await _text(client, message)
        finally:
            await _quit(client)

    async def close(self) -> None:
        """Holds nothing."""

    def _client(self) -> aiosmtplib.SMTP:
        return aiosmtplib.SMTP(
            hostname=self._server.host,
            port=self._server.port,
            timeout=self._server.timeout,
            use_tls=self._server.security == "tls",
            start_tls=self._server.security == "starttls",
        )

    async def _open(self, client: aiosmtplib.SMTP, sender: str) -> None:
        try:
            await client.connect()
            if self._server.username:
                await client.login(self._server.username, self._server.password)
            await client.mail(sender)
        except aiosmtplib.SMTPResponseException as error:
            raise TemporaryFailure(str(error.code)) from error
        except (aiosmtplib.SMTPException, OSError, ValueError) as error:
            raise TemporaryFailure(type(error).__name__) from error


async def _recipient(client: aiosmtplib.SMTP, recipient: str) -> None:
    try:
        await client.rcpt(recipient)
    except aiosmtplib.SMTPResponseException as error:
        raise _refused(error.code) from error
    except (aiosmtplib.SMTPException, OSError) as error:
        raise TemporaryFailure(type(error).__name__) from error


async def _text(client: aiosmtplib.SMTP, message: EmailMessage) -> None:
    try:
        await client.data(message.as_bytes(policy=WIRE))
    except aiosmtplib.SMTPResponseException as error:
        # 421 says that the server ends the connection: before or after it kept the text, nobody knows.
        if error.code == aiosmtplib.SMTPStatus.domain_unavailable or error.code < 0:
            raise OutcomeUnknown(str(error.code)) from error
        raise _refused(error.code) from error
    except (aiosmtplib.SMTPException, OSError) as error:
        raise OutcomeUnknown(type(error).__name__) from error


def _refused(code: int) -> TemporaryFailure | PermanentFailure:
    return PermanentFailure(str(code)) if code >= _PERMANENT else TemporaryFailure(str(code))


async def _quit(client: aiosmtplib.SMTP) -> None:
    """Says good-bye where there is somebody; the mail's fate is decided by now."""
    if client.is_connected:
        with contextlib.suppress(aiosmtplib.SMTPException, OSError, asyncio.TimeoutError):
            await client.quit(timeout=2)
    client.close()
