from collections import Counter

from hypothesis import given
from hypothesis import strategies as st
from notalone_kernel import counts
from notalone_kernel.counts import LEAST, HourlyCounts

TOLD = st.lists(
    st.tuples(st.integers(0, 3), st.sampled_from(["", "01", "13"]), st.sampled_from([("a", "ja"), ("b", "vi")])),
    max_size=200,
)


@given(TOLD, st.integers(0, 4))
def test_each_count_is_right_or_left_out_and_nothing_seldom_is_told(told, before):
    hours = HourlyCounts()
    for hour, place, cell in told:
        hours.add(hour, place, cell)
    given_out = {
        (one.hour, one.place, cell): count for one in hours.take(before=before) for cell, count in one.counts.items()
    }
    assert given_out == {key: n for key, n in Counter(told).items() if key[0] < before and n >= LEAST}
    assert hours.take(before=before) == []


def test_hours_that_are_not_over_stay():
    hours = HourlyCounts()
    for _ in range(LEAST):
        hours.add(7, "13", ("a",))
    assert hours.take(before=7) == []
    (one,) = hours.take(before=8)
    assert (one.hour, one.place, one.counts) == (7, "13", {("a",): LEAST})


def test_memory_has_a_bound(monkeypatch):
    monkeypatch.setattr(counts, "MOST_CELLS", 2)
    hours = HourlyCounts()
    for cell in "abc":
        for _ in range(LEAST):
            hours.add(0, "", (cell,))
    assert {cell for one in hours.take(before=1) for cell in one.counts} == {("a",), ("b",)}
