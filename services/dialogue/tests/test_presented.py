"""Programmes are made once a minute for all who see them alike, and at once where their entry changes."""

from datetime import UTC, datetime, timedelta

import pytest
from notalone.catalog.v1.entry_pb2 import Channel, Entry, Hours, WeeklyPeriod
from notalone.common.v1.common_pb2 import Audience
from notalone.common.v1.contact_pb2 import Contact
from notalone_dialogue.presented import Presented
from notalone_dialogue.understanding.candidates import Candidates
from notalone_kernel.programmes import present

# Thursday, 10:59:30 in Japan.
NOW = datetime(2026, 11, 26, 1, 59, 30, tzinfo=UTC)
UNTIL_ELEVEN = Hours(weekly=[WeeklyPeriod(days=[1, 2, 3, 4, 5, 6, 7], opens="09:00", closes="11:00")])


def desk(value: str = "0120-000-000", entry_id: str = "desk") -> Entry:
    entry = Entry(id=entry_id, status=Entry.ACTIVE, name={"ja": "窓口"}, needs={"a.x": 1.0}, floor=True)
    entry.channels.append(Channel(kind=Contact.PHONE, value=value, hours=UNTIL_ELEVEN))
    return entry


def seen(presented: Presented, entry: Entry, now: datetime = NOW, **other):
    who = {"language": "ja", "audience": Audience.GENERAL, "prefecture": ""} | other
    return presented.programme(entry, now=now, **who)


@pytest.mark.parametrize("other", [{}, {"language": "en"}, {"audience": Audience.CHILD}, {"prefecture": "13"}])
def test_each_sees_what_is_made_for_them(other) -> None:
    presented, entry = Presented(), desk()
    seen(presented, entry)
    whole = {"language": "ja", "audience": Audience.GENERAL, "prefecture": ""} | other
    assert seen(presented, entry, **other) == present(entry, now=NOW, **whole)


def test_what_closes_is_closed_with_the_next_minute() -> None:
    presented, entry = Presented(), desk()
    assert seen(presented, entry).contacts[0].open_now
    assert not seen(presented, entry, NOW + timedelta(seconds=30)).contacts[0].open_now


def test_a_clock_that_goes_back_is_followed() -> None:
    presented, entry = Presented(), desk()
    assert not seen(presented, entry, NOW + timedelta(seconds=30)).contacts[0].open_now
    assert seen(presented, entry).contacts[0].open_now


def test_a_number_that_changes_is_shown_at_once() -> None:
    presented = Presented()
    seen(presented, desk())
    assert seen(presented, desk("0120-111-111")).contacts[0].value == "0120-111-111"


def test_it_forgets_all_before_it_holds_too_many() -> None:
    presented = Presented(most=2)
    desks = [desk(entry_id=f"desk-{number}") for number in range(3)]
    first = [seen(presented, each) for each in desks]
    assert seen(presented, desks[2]) is first[2]
    assert seen(presented, desks[0]) is not first[0]


def test_candidates_know_what_is_open_in_this_minute() -> None:
    candidates = Candidates([desk()])
    (candidate,) = candidates.answering(["a.x"])
    assert candidates.now(candidate, NOW).open
    assert not candidates.now(candidate, NOW + timedelta(seconds=30)).open


def test_candidates_come_once_each_in_the_order_of_the_entries() -> None:
    both = desk(entry_id="both")
    both.needs["b.y"] = 0.5
    candidates = Candidates([desk(entry_id="one"), both, desk(entry_id="three")])
    assert [each.id for each in candidates.answering(["b.y", "a.x"])] == ["one", "both", "three"]
    assert [each.id for each in candidates.answering(["programme:three", "b.y"])] == ["both", "three"]
    assert candidates.answering(["c.z"]) == []
