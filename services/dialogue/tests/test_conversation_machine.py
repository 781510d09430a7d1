"""Whatever a person does, in whatever order, the conversation goes on."""

import hypothesis.strategies as st
import pytest
from hypothesis import HealthCheck, settings
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule
from notalone.common.v1.common_pb2 import Audience
from notalone.dialogue.v1 import dialogue_service_pb2 as pb
from notalone_chassis.errors import InvalidArgument

WORDS = st.one_of(
    st.text(min_size=1, max_size=60),
    st.sampled_from(
        ["死にたい", "家賃が払えない", "I lost my job", "夫に殴られる", "😭", "うちの子が学校に行かない", "あ" * 2000]
    ),
)


def test_a_conversation_survives_everything(service):
    class Machine(RuleBasedStateMachine):
        @initialize(
            audience=st.sampled_from([Audience.GENERAL, Audience.CHILD, Audience.TEEN]),
            language=st.sampled_from(["ja", "en", "th", "xx"]),
        )
        def begin(self, audience, language):
            self.turn = service.start(language=language, audience=audience, municipality_code="")
            self.told = False
            self.seen = set()

        def reply(self, **given):
            request = pb.ReplyConversationRequest(conversation=self.turn.conversation, **given)
            self.turn = service.reply(request, language="ja")

        @rule(at=st.integers(0, 40))
        def choose(self, at):
            choice = self.turn.choices[at % len(self.turn.choices)]
            self.reply(choice_id=choice.id)
            self.told = choice.id != "restart"

        @rule(words=WORDS)
        def say(self, words):
            self.reply(text=words)
            self.told = True
            assert self.turn.can_go_back

        @rule()
        def back(self):
            self.reply(back=True)
            self.told = self.turn.can_go_back

        @rule(choice_id=st.text(min_size=1, max_size=20))
        def garbage(self, choice_id):
            if choice_id not in {choice.id for choice in self.turn.choices}:
                with pytest.raises(InvalidArgument):
                    self.reply(choice_id=choice_id)

        @invariant()
        def the_turn_is_whole(self):
            if not hasattr(self, "turn"):
                return
            turn = self.turn
            assert len(turn.conversation) <= 4096
            assert turn.messages
            assert all(message.text for message in turn.messages)
            ids = [choice.id for choice in turn.choices]
            assert ids
            assert len(set(ids)) == len(ids)
            assert len(turn.suggestions) <= 10
            assert len(turn.suggestions) >= 3 or not self.told
            assert self.seen <= set(turn.crisis.kinds)
            self.seen = set(turn.crisis.kinds)

    Machine.TestCase.settings = settings(
        max_examples=12, stateful_step_count=40, deadline=None, suppress_health_check=list(HealthCheck)
    )
    Machine.TestCase().runTest()
