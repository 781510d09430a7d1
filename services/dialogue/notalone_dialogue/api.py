"""The gRPC face of the conversation."""

from __future__ import annotations

from typing import Any

import grpc
from notalone.dialogue.v1 import dialogue_service_pb2 as pb
from notalone.dialogue.v1 import dialogue_service_pb2_grpc as rpc
from notalone_chassis.interceptors import language_of

from notalone_dialogue.usecases import Conversations

_Context = grpc.aio.ServicerContext[Any, Any]


class DialogueApi(rpc.DialogueServiceServicer):
    """Hands requests to the use cases; they arrive checked against the proto's rules."""

    def __init__(self, conversations: Conversations) -> None:
        self._conversations = conversations

    async def StartConversation(self, request: pb.StartConversationRequest, context: _Context) -> pb.Turn:
        """The first turn."""
        return self._conversations.start(
            language=request.language, audience=request.audience, municipality_code=request.municipality_code
        )

    async def ReplyConversation(self, request: pb.ReplyConversationRequest, context: _Context) -> pb.Turn:
        """The next turn."""
        return self._conversations.reply(request, language=language_of(request, context))

    async def GetFlow(self, request: pb.GetFlowRequest, context: _Context) -> pb.Flow:
        """The flow as a graph."""
        return self._conversations.flow(audience=request.audience, language=request.language)

    async def DescribeConversation(
        self,
        request: pb.DescribeConversationRequest,
        context: _Context,
    ) -> pb.DescribeConversationResponse:
        """What a conversation came to."""
        return self._conversations.describe(
            request.conversation, programme_ids=request.programme_ids, language=request.language
        )
