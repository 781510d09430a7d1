"""What people tell of trying contacts, as pure counts: any order gives the same, and staff is told when it matters."""

from collections import Counter
from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from notalone.catalog.v1.contact_report_service_pb2 import (
    CLOSED,
    GOT_THROUGH,
    LED_ELSEWHERE,
    NOT_ANSWERED,
    OUT_OF_SERVICE,
    WRONG_HOURS,
)
from notalone.catalog.v1.entry_pb2 import Channel, Entry
from notalone.common.v1.contact_pb2 import Contact
from notalone_catalog.domain import contact_reports as domain
from notalone_catalog.domain.contact_reports import Cell
from notalone_catalog.domain.health import Mark

NOW = datetime(2026, 11, 26, 3, tzinfo=UTC)
TODAY = date(2026, 11, 26)
OUTCOMES = [GOT_THROUGH, NOT_ANSWERED, CLOSED, LED_ELSEWHERE, OUT_OF_SERVICE, WRONG_HOURS]
DESK = ("desk", "0120-279-338")

days = st.integers(0, 29).map(lambda ago: TODAY - timedelta(days=ago))
keys = st.tuples(st.sampled_from("abc"), st.sampled_from(["1", "2"]), days, st.sampled_from(OUTCOMES))


@st.composite
def cells(draw) -> list[Cell]:
    found = []
    for key in draw(st.lists(keys, unique=True, max_size=30)):
        count = draw(st.integers(1, domain.DAILY_CAP))
        found.append(Cell(*key, count, draw(st.integers(0, count))))
    return found


def told(wrong: int, *, days: int = 1, through: int = 0, seen: int = 0) -> list[Cell]:
    """So many reports that something is wrong, over so many days, and so many that got through."""
    per_day = [wrong // days + (place < wrong % days) for place in range(days)]
    found = [
        Cell(*DESK, TODAY - timedelta(days=ago), LED_ELSEWHERE, count, min(seen, count))
        for ago, count in enumerate(per_day)
    ]
    return [*found, Cell(*DESK, TODAY, GOT_THROUGH, through)]


def one(found: list[Cell]) -> domain.Summary:
    [summary] = domain.summaries(found)
    return summary


@given(cells().flatmap(lambda found: st.tuples(st.just(found), st.permutations(found))))
def test_the_order_of_reports_changes_nothing_and_no_count_is_lost(pair):
    found, shuffled = pair
    summaries = domain.summaries(found)
    assert domain.summaries(shuffled) == summaries
    by_outcome: Counter[int] = Counter()
    for summary in summaries:
        by_outcome.update(summary.counts)
    expected: Counter[int] = Counter()
    for cell in found:
        expected[cell.outcome] += cell.count
    assert by_outcome == expected
    new = sum(cell.count - cell.seen for cell in found if cell.outcome in domain.WRONG)
    assert sum(summary.new_wrong for summary in summaries) == new
    assert len({summary.contact for summary in summaries}) == len(summaries)


@given(cells())
def test_what_needs_a_look_stands_first(found):
    pressing = [summary.pressing for summary in domain.summaries(found)]
    assert pressing == sorted(pressing, reverse=True)


@pytest.mark.parametrize(
    ("found", "pressing"),
    [
        (told(2, days=2), False),
        (told(20, days=1), False),
        (told(3, days=2), True),
        (told(3, days=2, through=29), True),
        (told(3, days=2, through=30), False),
        (told(5, days=5, through=600), True),
        (told(3, days=3, seen=1), False),
        ([Cell(*DESK, TODAY - timedelta(days=ago), NOT_ANSWERED, 20) for ago in range(9)], False),
    ],
    ids=[
        "two are too few",
        "one day is no proof",
        "enough",
        "some get through",
        "most get through",
        "however many get through, when it goes on",
        "somebody has looked",
        "a busy line is not wrong",
    ],
)
def test_staff_is_told_when_several_say_so_on_several_days(found, pressing):
    assert one(found).pressing == pressing


@given(st.integers(0, 600))
def test_no_number_of_made_up_successes_hides_what_is_told_on_five_days(through):
    assert one(told(5, days=5, through=through)).pressing


def test_a_contact_is_told_once_a_week_and_only_while_it_is_shown():
    summaries = domain.summaries(told(4, days=2, through=1))
    [first] = domain.to_tell(summaries, {DESK}, {}, now=NOW)
    assert (first.notice.entry_id, first.notice.value) == DESK
    assert (first.notice.reports, first.notice.days, first.notice.got_through) == (4, 2, 1)

    def again(after: timedelta, shown=frozenset({DESK})) -> int:
        return len(list(domain.to_tell(summaries, shown, {first.key: first.mark}, now=NOW + after)))

    assert [again(timedelta(days=6, hours=23)), again(timedelta(days=7))] == [0, 1]
    assert again(timedelta(days=7), frozenset()) == 0
    assert first.mark == Mark("4", NOW)


def test_shown_is_what_people_can_see():
    number, other = Channel(kind=Contact.PHONE, value="03-6745-5600"), Channel(kind=Contact.PHONE, value="110")
    entries = [
        Entry(id="open", status=Entry.ACTIVE, channels=[number, other], withdrawn=["110"]),
        Entry(id="ended", status=Entry.DEFUNCT, channels=[number]),
    ]
    assert set(domain.shown(entries, NOW)) == {("open", "03-6745-5600")}
