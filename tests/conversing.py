"""A person in a conversation with the dialogue's use cases, without a server."""

from __future__ import annotations

from datetime import UTC, datetime

from notalone.common.v1.common_pb2 import GENERAL, Audience
from notalone.dialogue.v1 import dialogue_service_pb2 as pb
from notalone_chassis.seal import Sealer, SealKey
from notalone_dialogue.usecases import Conversations

NOW = datetime(2026, 11, 24, 3, 0, tzinfo=UTC)
KEY = SealKey(b"1234", b"k" * 32, NOW)
SEALER = Sealer(lambda: [KEY])


class Talk:
    """A person and the service; `turn` is its last answer."""

    def __init__(
        self,
        service: Conversations,
        *,
        language: str = "ja",
        audience: Audience.ValueType = GENERAL,
        place: str = "",
    ) -> None:
        self.service, self.language = service, language
        self.turn = service.start(language=language, audience=audience, municipality_code=place)

    def reply(self, **given: object) -> pb.Turn:
        request = pb.ReplyConversationRequest(conversation=self.turn.conversation, **given)
        self.turn = self.service.reply(request, language=self.language)
        return self.turn

    def choose(self, *ids: str) -> pb.Turn:
        for choice_id in ids:
            self.reply(choice_id=choice_id)
        return self.turn

    def say(self, text: str) -> pb.Turn:
        return self.reply(text=text)

    def back(self) -> pb.Turn:
        return self.reply(back=True)

    @property
    def names(self) -> list[str]:
        """What is suggested, in Japanese."""
        return [each.programme.display_name_ja for each in self.turn.suggestions]

    @property
    def texts(self) -> str:
        """What the last answer says."""
        return " ".join(message.text for message in self.turn.messages)

    def describe(self, *programme_ids: str, language: str = "") -> pb.DescribeConversationResponse:
        """What the memo is told."""
        return self.service.describe(self.turn.conversation, programme_ids=programme_ids, language=language)
