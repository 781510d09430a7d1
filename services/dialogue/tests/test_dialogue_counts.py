"""What of a conversation is counted: needs, never words."""

from __future__ import annotations

from datetime import UTC, datetime

from notalone.common.v1.common_pb2 import Audience
from notalone.dialogue.v1 import dialogue_service_pb2 as pb
from notalone_chassis.clock import FixedClock
from notalone_chassis.seal import Sealer, SealKey
from notalone_dialogue import counts
from notalone_dialogue.main import conversations
from notalone_dialogue.understanding import load_understanding
from notalone_kernel.counts import HourOfPlace

NOW = datetime(2026, 11, 24, 3, tzinfo=UTC)
KEY = SealKey(b"1234", b"k" * 32, NOW)


def talk():
    counted: list[tuple[str, ...]] = []
    service = conversations(
        sealer=Sealer(lambda: [KEY]),
        clock=FixedClock(NOW),
        understanding=load_understanding(),
        count=lambda *what: counted.append(what),
    )
    turn = service.start(language="vi", audience=Audience.GENERAL, municipality_code="131016")
    return service, turn, counted


def reply(service, turn, **how) -> pb.Turn:
    return service.reply(pb.ReplyConversationRequest(conversation=turn.conversation, **how), language="vi")


def test_what_was_heard_is_counted_once_by_need_prefecture_and_language():
    service, turn, counted = talk()
    assert counted == []
    turn = reply(service, turn, text="家賃が払えません カワセミ")
    assert ("13", "housing.rent", "vi") in counted
    assert "カワセミ" not in str(counted)
    before = len(counted)
    reply(service, turn, back=True)
    assert len(counted) == before


def test_a_row_of_answers_counts_at_its_end():
    service, turn, counted = talk()
    for _ in range(3):
        assert counted == []
        turn = reply(service, turn, choice_id=turn.choices[0].id)
        if counted:
            break
    needs = [need for _, need, _ in counted]
    assert needs
    assert len(needs) == len(set(needs))


def test_the_event_says_when_where_and_how_often():
    event = counts.payload(HourOfPlace(int(NOW.timestamp()) // 3600, "13", {("housing.rent", "vi"): 10}))
    assert event.hour.ToDatetime(tzinfo=UTC) == NOW
    assert event.prefecture_code == "13"
    (cell,) = event.cells
    assert (cell.need_id, cell.language, cell.count) == ("housing.rent", "vi", 10)
