"""What ranking asks of entries: found by need, and as they stand in this minute."""

from datetime import UTC, datetime, timedelta

from notalone.catalog.v1.entry_pb2 import Channel, Entry, Hours, WeeklyPeriod
from notalone.common.v1.contact_pb2 import Contact
from notalone_dialogue.understanding.candidates import Candidates

# Thursday, 10:59:30 in Japan.
NOW = datetime(2026, 11, 26, 1, 59, 30, tzinfo=UTC)
UNTIL_ELEVEN = Hours(weekly=[WeeklyPeriod(days=[1, 2, 3, 4, 5, 6, 7], opens="09:00", closes="11:00")])


def desk(entry_id: str, **needs: float) -> Entry:
    entry = Entry(id=entry_id, status=Entry.ACTIVE, needs=needs)
    entry.channels.append(Channel(kind=Contact.PHONE, value="0120-000-000", hours=UNTIL_ELEVEN))
    return entry


def test_they_know_what_is_open_in_this_minute() -> None:
    candidates = Candidates([desk("desk", rent=1.0)])
    (candidate,) = candidates.answering(["rent"])
    assert candidates.now(candidate, NOW).open
    assert not candidates.now(candidate, NOW + timedelta(seconds=30)).open
    assert candidates.now(candidate, NOW).open


def test_they_come_once_each_in_the_order_of_the_entries() -> None:
    candidates = Candidates([desk("one", rent=1.0), desk("both", rent=1.0, debt=0.5), desk("three", rent=0.2)])
    assert [each.id for each in candidates.answering(["debt", "rent"])] == ["one", "both", "three"]
    assert [each.id for each in candidates.answering(["programme:three", "debt"])] == ["both", "three"]
    assert candidates.answering(["work"]) == []
