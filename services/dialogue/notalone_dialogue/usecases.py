"""Start, reply, describe a conversation, and the flow as a graph."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime

import notalone_crisis
from google.protobuf.message import Message
from notalone.common.v1.common_pb2 import Audience
from notalone.crisis.v1.crisis_pb2 import Crisis
from notalone.dialogue.v1 import dialogue_service_pb2 as pb
from notalone_chassis import logs
from notalone_chassis.clock import Clock
from notalone_chassis.counting import Count, uncounted
from notalone_chassis.errors import FieldViolation, InvalidArgument
from notalone_chassis.seal import BrokenSeal, Sealer
from notalone_kernel import languages, municipality
from notalone_kernel.presented import Presented
from notalone_kernel.ruby import plain

from notalone_dialogue.advice import Advice, Adviser
from notalone_dialogue.domain import conversation
from notalone_dialogue.domain.flow import Flow, Texts
from notalone_dialogue.domain.replay import Path, replay, told_last
from notalone_dialogue.domain.state import BadState, State, decode, encode, fit
from notalone_dialogue.ports import Understanding
from notalone_dialogue.turn import By, Moment, TurnWriter, chosen_answers
from notalone_dialogue.wording import CHILD, Reader

PURPOSE = "conversation"
MAX_AGE_HOURS = 48
# The memo's own choice where the person made none.
_DESCRIBED = 3

_Kinds = frozenset[Crisis.Kind.ValueType]


class Conversations:
    """All that can be done with a conversation. Holds none: their state comes and goes with the caller."""

    def __init__(
        self,
        *,
        flows: Mapping[Audience.ValueType, Flow],
        understanding: Understanding,
        adviser: Adviser,
        writer: TurnWriter,
        need_labels: Mapping[str, Texts],
        presented: Presented,
        sealer: Sealer,
        clock: Clock,
        mentions: Callable[[], frozenset[str]] = frozenset,
        count: Count = uncounted,
    ) -> None:
        self._flows = flows
        self._understanding = understanding
        self._adviser = adviser
        self._writer = writer
        self._labels = need_labels
        self._presented = presented
        self._mentions = mentions
        self._sealer = sealer
        self._clock = clock
        self._count = count
        self._log = logs.get("dialogue")
        self._needs_of = {
            audience: {f"{node.id}/{choice.id}": flow.nodes[choice.to].needs for node, choice in flow.edges()}
            for audience, flow in flows.items()
        }

    @property
    def _known(self) -> frozenset[str]:
        """What a conversation may hold now: needs, and mentions of entries that are there."""
        return self._mentions().union(self._labels)

    def start(self, *, language: str, audience: Audience.ValueType, municipality_code: str) -> pb.Turn:
        """The first turn.

        Raises:
            InvalidArgument: there is no such municipality.
        """
        audience = audience or Audience.GENERAL
        state = State(
            language=languages.resolve(language),
            audience=audience,
            municipality_code=_municipality(municipality_code),
            flow_version=self._flows[audience].version,
            issued_hour=0,
        )
        return self._turn(state, by="start")

    def reply(self, request: pb.ReplyConversationRequest, *, language: str) -> pb.Turn:
        """The next turn.

        Args:
            request: Valid by the proto's rules.
            language: Of the help contacts, should the conversation not open.

        Raises:
            InvalidArgument: the conversation does not open, or the choice is not offered.
        """
        state = self._open(request.conversation, language=language)
        match request.WhichOneof("input"):
            case "text":
                return self._said(state, request.text)
            case "choice_id":
                return self._chosen(state, request.choice_id)
            case _:
                return self._turn(conversation.back(state), by="back")

    def flow(self, *, audience: Audience.ValueType, language: str) -> pb.Flow:
        """The questions and answers as a graph."""
        flow = self._flows[audience]
        reader = Reader(languages.resolve(language), audience)
        return pb.Flow(
            audience=audience,
            version=flow.version,
            start_node_id=flow.start,
            nodes=[
                pb.FlowNode(id=node.id, text=plain(reader.marked(node.text)), topics=node.needs, leaf=node.leaf)
                for node in flow.nodes.values()
            ],
            edges=[
                pb.FlowEdge(
                    from_node_id=node.id,
                    to_node_id=choice.to,
                    choice_id=choice.id,
                    label=plain(reader.marked(choice.label)),
                )
                for node, choice in flow.edges()
            ],
        )

    def describe(self, token: str, *, programme_ids: Sequence[str], language: str) -> pb.DescribeConversationResponse:
        """What a conversation came to.

        Args:
            token: The sealed conversation.
            programme_ids: Of the programmes to describe, in this order; the best suggestions where empty.
            language: Of the texts beside the Japanese; the conversation's where empty.

        Raises:
            InvalidArgument: the conversation does not open, or a programme is not there.
        """
        state = self._open(token, language=languages.resolve(language))
        path = self._replay(state)
        now = self._clock.now()
        reader = Reader(languages.resolve(language) if language else state.language, state.audience)
        japanese = Reader("ja", state.audience)
        degraded: tuple[str, ...] = ()
        if programme_ids:
            chosen = self._picked(path, programme_ids, now)
        else:
            chosen, degraded = self._best(state, path, now)
        return pb.DescribeConversationResponse(
            language=reader.language,
            audience=state.audience,
            municipality_code=state.municipality_code,
            answers=chosen_answers(path, reader),
            needs=[
                pb.UnderstoodNeed(
                    id=need, label=reader.line(self._labels[need]), label_ja=japanese.line(self._labels[need])
                )
                for need in path.from_words
                if need in self._labels
            ],
            programmes=[self._described(advice, path, state, reader=reader, now=now) for advice in chosen],
            crisis_kinds=sorted(state.seen),
            degraded=degraded,
        )

    def _said(self, state: State, text: str) -> pb.Turn:
        # Before anything else, and whatever else fails.
        kinds = frozenset(notalone_crisis.recognise(text))
        needs, degraded = self._heard(state, text)
        return self._turn(conversation.say(state, needs, kinds), by="text", fresh=kinds, degraded=degraded)

    def _heard(self, state: State, text: str) -> tuple[dict[str, float], tuple[str, ...]]:
        try:
            heard = self._understanding.understand(text, audience=state.audience, language=state.language)
        except Exception as error:  # noqa: BLE001 a fault in understanding must not keep the crisis answer back
            # Only its kind: the message of an error may hold the person's words.
            self._log.error("understanding failed", reason=type(error).__name__)
            return {}, ("understanding",)
        needs = {item.need: item.weight for item in heard if item.need in self._known}
        if state.audience == Audience.CHILD:
            # "Raising children" is what a parent would mean by the words of a child.
            childrens = {need: weight for need, weight in needs.items() if CHILD in self._labels.get(need, ())}
            needs = childrens or needs
        return needs, ()

    def _chosen(self, state: State, choice_id: str) -> pb.Turn:
        try:
            after, kinds = conversation.choose(self._flows[state.audience], state, self._replay(state), choice_id)
        except conversation.UnknownChoice as error:
            raise InvalidArgument(FieldViolation("choice_id", "choice.unknown")) from error
        return self._turn(after, by="choice", fresh=kinds)

    def _turn(self, state: State, *, by: By, fresh: _Kinds = frozenset(), degraded: tuple[str, ...] = ()) -> pb.Turn:
        now = self._clock.now()
        flow = self._flows[state.audience]
        state = replace(state, flow_version=flow.version, issued_hour=_hour(now))
        state = fit(state, needs_of=self._needs_of[state.audience])
        path = self._replay(state)
        if by in ("text", "choice"):
            for need in told_last(path):
                if need in self._labels:
                    self._count(state.municipality_code[:2], need, state.language)
        moment = Moment(
            flow=flow,
            state=state,
            path=path,
            by=by,
            prefecture=state.municipality_code[:2],
            fresh=fresh,
            now=now,
            degraded=degraded,
        )
        return self._writer.write(moment, conversation=self._sealer.seal(encode(state), purpose=PURPOSE))

    def _replay(self, state: State) -> Path:
        return replay(self._flows[state.audience], state, known_needs=self._known)

    def _open(self, token: str, *, language: str) -> State:
        try:
            state = decode(self._sealer.open(token, purpose=PURPOSE))
        except (BrokenSeal, BadState) as error:
            raise self._cannot_go_on("conversation.broken", language) from error
        if _hour(self._clock.now()) - state.issued_hour > MAX_AGE_HOURS:
            raise self._cannot_go_on("conversation.expired", state.language)
        return state

    def _cannot_go_on(self, rule: str, language: str) -> InvalidArgument:
        withdrawn = self._adviser.withdrawn
        contacts = notalone_crisis.help_contacts(language=language, now=self._clock.now(), withdrawn=withdrawn)
        details: list[Message] = [Crisis(contacts=contacts)]
        return InvalidArgument(FieldViolation("conversation", rule), details=details)

    def _best(self, state: State, path: Path, now: datetime) -> tuple[list[Advice], tuple[str, ...]]:
        """What goes on the memo where the person picked nothing, and the parts that are down."""
        prefecture = state.municipality_code[:2]
        best, degraded = self._adviser.advise_anyway(state, path, prefecture=prefecture, fresh=frozenset(), now=now)
        # Crisis desks are called, not asked for at a counter, and on paper they tell a bystander too much.
        for_the_counter = [advice for advice in best if not advice.crisis]
        return (for_the_counter or best)[:_DESCRIBED], degraded

    def _picked(self, path: Path, programme_ids: Sequence[str], now: datetime) -> list[Advice]:
        found = []
        for place, programme_id in enumerate(programme_ids):
            advice = self._adviser.about(programme_id, path, now)
            if advice is None:
                raise InvalidArgument(FieldViolation(f"programme_ids[{place}]", "not_found"))
            found.append(advice)
        return found

    def _described(
        self, advice: Advice, path: Path, state: State, *, reader: Reader, now: datetime
    ) -> pb.DescribedProgramme:
        japanese = Reader("ja", state.audience)
        shown = {
            each.language: self._presented.programme(
                advice.entry,
                language=each.language,
                now=now,
                audience=state.audience,
                prefecture=state.municipality_code[:2],
            )
            for each in (reader, japanese)
        }
        return pb.DescribedProgramme(
            programme=shown[reader.language],
            programme_ja=shown["ja"],
            reasons=self._adviser.reasons(advice, path, reader),
            reasons_ja=self._adviser.reasons(advice, path, japanese),
            name_ja_reading=advice.entry.furigana,
            summary_ja_ruby=japanese.message(advice.entry.summary).ruby,
        )


def _hour(now: datetime) -> int:
    return int(now.timestamp()) // 3600


def _municipality(code: str) -> str:
    if not code:
        return ""
    try:
        return municipality.six(code)
    except ValueError as error:
        raise InvalidArgument(FieldViolation("municipality_code", "municipality.unknown")) from error
