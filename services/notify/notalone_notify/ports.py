"""What notify needs of the world outside: a way for mails."""

from __future__ import annotations

from email.message import EmailMessage
from typing import Protocol


class NotSent(Exception):
    """Base of what can go wrong with a mail; `reason` is a code or a kind of error, never an address or a text."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


class TemporaryFailure(NotSent):
    """Not taken now: try again later. Certainly not sent."""


class PermanentFailure(NotSent):
    """This mail to this address will never be taken. Certainly not sent."""


class OutcomeUnknown(NotSent):
    """The text went out and no answer came back: it may have been taken."""


class MailTransport(Protocol):
    """Hands one mail over."""

    async def send(self, message: EmailMessage) -> None:
        """Returns when the next one has taken it over for good; bounded in time.

        The message has one From, one To and a Message-ID, under which the receiving side may know a repeat.

        Raises:
            TemporaryFailure, PermanentFailure, OutcomeUnknown: see there.
        """
        ...

    async def close(self) -> None:
        """Gives up what it holds."""
        ...
