"""What the memo needs from outside."""

from __future__ import annotations

from typing import Protocol

from notalone.dialogue.v1 import dialogue_service_pb2 as dialogue


class Conversations(Protocol):
    """Knows what a sealed conversation came to."""

    async def describe(
        self, request: dialogue.DescribeConversationRequest, *, accept_language: str, seconds: float
    ) -> dialogue.DescribeConversationResponse:
        """Opens and describes a conversation.

        Args:
            request: The sealed conversation and what to tell of it.
            accept_language: The caller's header, for texts that travel with an error.
            seconds: Left for the answer.

        Raises:
            InvalidArgument: the conversation is broken or too old; bears what helps the person to go on.
            Unavailable: no answer in time.
        """
        ...
