"""Programmes are made once a minute for all who see them alike, and at once where their entry changes."""

from datetime import UTC, datetime, timedelta

import pytest
from notalone.catalog.v1.entry_pb2 import Channel, Entry, Hours, WeeklyPeriod
from notalone.common.v1.common_pb2 import Audience
from notalone.common.v1.contact_pb2 import Contact
from notalone_kernel.presented import Presented
from notalone_kernel.programmes import present

# Thursday, 10:59:30 in Japan.
NOW = datetime(2026, 11, 26, 1, 59, 30, tzinfo=UTC)
UNTIL_ELEVEN = Hours(weekly=[WeeklyPeriod(days=[1, 2, 3, 4, 5, 6, 7], opens="09:00", closes="11:00")])


def desk(value: str = "0120-000-000") -> Entry:
    entry = Entry(id="desk", status=Entry.ACTIVE, name={"ja": "窓口"}, needs={"a.x": 1.0}, floor=True)
    entry.channels.append(Channel(kind=Contact.PHONE, value=value, hours=UNTIL_ELEVEN))
    return entry


def seen(presented: Presented, entry: Entry, now: datetime = NOW):
    return presented.programme(entry, language="ja", now=now)


@pytest.mark.parametrize("other", [{}, {"language": "en"}, {"audience": Audience.CHILD}, {"prefecture": "13"}])
def test_each_sees_what_is_made_for_them(other) -> None:
    presented, entry = Presented(), desk()
    entry.name["ja-x-child"] = "はなせるところ"
    entry.channels.append(Channel(kind=Contact.PHONE, value="0120-222-222", prefectures=["01"]))
    entry.floor = False
    seen(presented, entry)
    who = {"language": "ja", "audience": Audience.GENERAL, "prefecture": ""} | other
    assert presented.programme(entry, now=NOW, **who) == present(entry, now=NOW, **who)


def test_what_one_does_to_it_nobody_else_sees() -> None:
    presented, entry = Presented(), desk()
    del seen(presented, entry).contacts[:]
    assert len(seen(presented, entry).contacts) == 1


def test_what_closes_is_closed_with_the_next_minute() -> None:
    presented, entry = Presented(), desk()
    assert seen(presented, entry).contacts[0].open_now
    assert not seen(presented, entry, NOW + timedelta(seconds=30)).contacts[0].open_now


def test_a_number_that_changes_is_shown_at_once() -> None:
    presented = Presented()
    seen(presented, desk())
    assert seen(presented, desk("0120-111-111")).contacts[0].value == "0120-111-111"
