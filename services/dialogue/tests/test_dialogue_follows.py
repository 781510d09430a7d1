"""A conversation answers from the entries as they are now, whatever its caches were made of."""

from datetime import UTC, datetime

import notalone_crisis
import pytest
from notalone.catalog.v1.entry_pb2 import Channel, Entry, Pause, Provenance
from notalone.catalog.v1.programme_pb2 import NOTHING_TO_APPLY, Programme
from notalone.common.v1.common_pb2 import GENERAL
from notalone.common.v1.contact_pb2 import Contact
from notalone.dialogue.v1.dialogue_service_pb2 import ReplyConversationRequest
from notalone_chassis.clock import FixedClock
from notalone_chassis.errors import InvalidArgument
from notalone_chassis.seal import Sealer, SealKey
from notalone_dialogue.adapters import packaged_programmes
from notalone_dialogue.main import conversations
from notalone_dialogue.understanding import load_understanding
from notalone_kernel.entry_shelf import Change, EntryShelf

NOW = datetime(2026, 11, 24, 3, tzinfo=UTC)
KEY = SealKey(b"1234", b"k" * 32, NOW)
SEALER = Sealer(lambda: [KEY])
SOURCE = Provenance(sources=["https://example.jp/"], as_of="2026-11-20", check_state=Contact.CHECKED)


def desk(revision: int, **fields) -> Entry:
    return Entry(
        id="hoshizora-danwashitsu",
        revision=revision,
        kind=Programme.DESK,
        status=fields.pop("status", Entry.ACTIVE),
        name={"ja": "ほしぞら談話室ネットワーク"},
        furigana="ほしぞらだんわしつねっとわーく",
        summary={"ja": "だれでも話せます。"},
        apply_at=NOTHING_TO_APPLY,
        needs={"lonely.talk": 1.0},
        audiences=[GENERAL],
        provenance=SOURCE,
        channels=[Channel(kind=Contact.PHONE, value="03-6745-5600", provenance=SOURCE)],
        **fields,
    )


@pytest.fixture(scope="module")
def shelf() -> EntryShelf:
    return packaged_programmes()


@pytest.fixture(scope="module")
def talk(shelf):
    return conversations(
        sealer=SEALER, clock=FixedClock(NOW), understanding=load_understanding(shelf), programmes=shelf
    )


def say(talk, text: str):
    begun = talk.start(language="ja", audience=GENERAL, municipality_code="")
    return talk.reply(ReplyConversationRequest(conversation=begun.conversation, text=text), language="ja")


def first(talk, text: str):
    return say(talk, text).suggestions[0].programme


def test_a_published_desk_is_suggested_by_its_name_paused_as_paused_and_gone_when_withdrawn(shelf, talk):
    text = "ほしぞら談話室ネットワークに電話したい"
    assert first(talk, text).id != "hoshizora-danwashitsu"
    shelf.apply([Change("hoshizora-danwashitsu", 1, desk(1))])
    published = say(talk, text)
    assert published.suggestions[0].programme.id == "hoshizora-danwashitsu"
    paused = desk(2, pause=Pause(until="2026-11-25T00:00:00Z"))
    shelf.apply([Change("hoshizora-danwashitsu", 2, paused)])
    shown = first(talk, text)
    assert shown.paused_until == "2026-11-25T09:00:00+09:00"
    assert not shown.contacts[0].open_now
    shelf.apply([Change("hoshizora-danwashitsu", 3, None)])
    assert first(talk, text).id != "hoshizora-danwashitsu"
    # A conversation from before goes on; what it had heard of the desk is dropped.
    again = talk.reply(ReplyConversationRequest(conversation=published.conversation, text="家賃"), language="ja")
    assert again.suggestions


def test_a_withdrawn_contact_is_in_no_answer_to_a_cry_nor_in_an_error(shelf, talk):
    floor = shelf.get("yorisoi-hotline")
    wrong = Entry()
    wrong.CopyFrom(floor)
    wrong.revision, number = 1, "0120-279-338"
    wrong.withdrawn.append(number)
    assert number in str(say(talk, "死にたい"))
    shelf.apply([Change("yorisoi-hotline", 1, wrong)])
    turn = say(talk, "死にたい")
    assert turn.crisis.contacts
    assert number not in str(turn)
    with pytest.raises(InvalidArgument) as caught:
        talk.reply(ReplyConversationRequest(conversation="broken", text="a"), language="ja")
    assert number not in str(caught.value.details)
    assert "119" in str(caught.value.details)


def test_a_number_that_is_withdrawn_from_the_floor_is_in_no_other_suggestion_either():
    shelf, number = packaged_programmes(), "0120-279-338"
    talk = conversations(
        sealer=SEALER, clock=FixedClock(NOW), understanding=load_understanding(shelf), programmes=shelf
    )
    words = "同性が好きなことを誰にも言えない"
    assert number in str(say(talk, words).suggestions)
    [wrong] = [entry for entry in notalone_crisis.floor_entries() if entry.id == "yorisoi-hotline"]
    wrong.revision, wrong.withdrawn[:] = 1, [number]
    shelf.apply([Change("yorisoi-hotline", 1, wrong)])
    after = say(talk, words)
    assert after.suggestions
    assert number not in str(after)
