"""What the guard asks of whoever knows tokens."""

from __future__ import annotations

from typing import Protocol

from notalone_chassis.access.caller import Caller


class TokenVerifier(Protocol):
    """Tells whose access token this is."""

    async def verify(self, token: str) -> Caller:
        """The caller that the token stands for.

        Raises:
            Unauthenticated: it is none of ours, not meant for us, no access token, or not valid now.
            Unavailable: nobody can tell, since the identity provider's keys were never reached.
        """
        ...
