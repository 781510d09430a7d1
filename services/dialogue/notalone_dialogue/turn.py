"""Puts a turn into words."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

import notalone_crisis
from notalone.common.v1.common_pb2 import Message
from notalone.crisis.v1.crisis_pb2 import Crisis
from notalone.dialogue.v1.dialogue_service_pb2 import Choice, ChosenAnswer, Suggestion, Turn
from notalone_kernel.presented import Presented
from notalone_kernel.ruby import plain

from notalone_dialogue.advice import Advice, Adviser
from notalone_dialogue.domain.conversation import NEED_OF, SURE, Offer, offers
from notalone_dialogue.domain.flow import Flow, Texts
from notalone_dialogue.domain.replay import Answer, Path
from notalone_dialogue.domain.state import Said, State
from notalone_dialogue.wording import Reader, Wording

# More names than these would not read as an answer.
_NAMED_NEEDS = 3

By = Literal["start", "text", "choice", "back"]


@dataclass(frozen=True, slots=True)
class Moment:
    """Where a conversation stands when a turn is made."""

    flow: Flow
    state: State
    path: Path
    by: By
    prefecture: str
    # Kinds of crisis that this very reply tells of.
    fresh: frozenset[Crisis.Kind.ValueType]
    now: datetime
    # Parts that failed on the way.
    degraded: tuple[str, ...] = ()

    @property
    def reader(self) -> Reader:
        """Who reads the turn."""
        return Reader(self.state.language, self.state.audience)


class TurnWriter:
    """Makes the Turn that a person sees."""

    def __init__(
        self, *, adviser: Adviser, wording: Wording, need_labels: Mapping[str, Texts], presented: Presented
    ) -> None:
        self._adviser = adviser
        self._wording = wording
        self._labels = need_labels
        self._presented = presented

    def write(self, moment: Moment, *, conversation: str) -> Turn:
        """The turn with its sealed state."""
        reader = moment.reader
        turn = Turn(
            conversation=conversation,
            messages=self._messages(moment),
            choices=[_choice(offer, reader) for offer in offers(moment.flow, moment.state, moment.path)],
            can_go_back=bool(moment.state.steps),
            answers=chosen_answers(moment.path, reader),
        )
        if moment.state.seen:
            turn.crisis.CopyFrom(_crisis(moment, self._adviser.withdrawn))
        if moment.state.steps or moment.state.carried or moment.state.seen:
            turn.suggestions.extend(self._suggestions(moment, turn))
        turn.degraded.extend(moment.degraded)
        return turn

    def _messages(self, moment: Moment) -> list[Message]:
        reader = moment.reader
        if moment.by == "start":
            return [reader.message(moment.flow.greeting), reader.message(moment.path.current.text)]
        if moment.by == "text" and isinstance(moment.path.last, Said):
            return self._about_words(moment, moment.path.last)
        return [reader.message(moment.path.current.text)]

    def _about_words(self, moment: Moment, said: Said) -> list[Message]:
        reader = moment.reader
        # The crisis text has spoken about these.
        spoken = {NEED_OF[kind] for kind in moment.fresh if kind in NEED_OF}
        weights = {need: w for need, w in said.weights().items() if need in self._labels and need not in spoken}
        if not weights:
            return [self._wording.message("stay" if moment.fresh else "unsure", reader)]
        named = self._wording.quoted((self._labels[need] for need in _named(weights)), reader)
        understood = self._wording.message("understood", reader, needs=named)
        if moment.fresh:
            return [understood, self._wording.message("stay", reader)]
        if max(weights.values()) < SURE:
            return [self._wording.message("did_you_mean", reader)]
        return [understood, self._wording.message("anything_else", reader)]

    def _suggestions(self, moment: Moment, turn: Turn) -> Iterable[Suggestion]:
        found, degraded = self._adviser.advise_anyway(
            moment.state, moment.path, prefecture=moment.prefecture, fresh=moment.fresh, now=moment.now
        )
        turn.degraded.extend(degraded)
        return [self._suggestion(advice, moment) for advice in found]

    def _suggestion(self, advice: Advice, moment: Moment) -> Suggestion:
        programme = self._presented.programme(
            advice.entry,
            language=moment.state.language,
            now=moment.now,
            audience=moment.state.audience,
            prefecture=moment.prefecture,
        )
        return Suggestion(programme=programme, reasons=self._adviser.reasons(advice, moment.path, moment.reader))


def chosen_answers(path: Path, reader: Reader) -> list[ChosenAnswer]:
    """The answers that tell something, in the reader's language and in Japanese."""
    return [_chosen_answer(answer, reader) for answer in path.answers if not answer.choice.common]


def _chosen_answer(answer: Answer, reader: Reader) -> ChosenAnswer:
    japanese = Reader("ja", reader.audience)
    told = japanese.message(answer.choice.label)
    return ChosenAnswer(
        node_id=answer.node.id,
        choice_id=answer.choice.id,
        question=plain(reader.marked(answer.node.text)),
        label=plain(reader.marked(answer.choice.label)),
        question_ja=plain(japanese.marked(answer.node.text)),
        label_ja=told.text,
        label_ja_ruby=told.ruby,
    )


def _named(weights: Mapping[str, float]) -> Sequence[str]:
    sure = [need for need, weight in weights.items() if weight >= SURE]
    return (sure or list(weights))[:_NAMED_NEEDS]


def _choice(offer: Offer, reader: Reader) -> Choice:
    message = reader.message(offer.choice.label)
    return Choice(id=offer.id, label=message.text, ruby=message.ruby)


def _crisis(moment: Moment, withdrawn: frozenset[str]) -> Crisis:
    return notalone_crisis.respond(
        moment.state.seen,
        language=moment.state.language,
        audience=moment.state.audience,
        now=moment.now,
        prefecture=moment.prefecture,
        folded=not moment.fresh,
        withdrawn=withdrawn,
    )
