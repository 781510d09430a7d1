"""What is remembered for a minute."""

from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st
from notalone_kernel.minute import ThisMinute

NOW = datetime(2026, 11, 26, 1, 59, 30, tzinfo=UTC)
steps = st.tuples(st.sampled_from("abcde"), st.integers(-90, 90))


@given(st.lists(steps, max_size=40), st.integers(1, 4))
def test_what_it_gives_was_made_in_this_very_minute_and_it_never_holds_more_than_it_may(asked, most) -> None:
    remembered: ThisMinute[str, tuple[str, datetime]] = ThisMinute(most)
    for key, seconds in asked:
        now = NOW + timedelta(seconds=seconds)
        of, at = remembered.get(key, now, lambda key=key, now=now: (key, now))
        assert (of, at.replace(second=0)) == (key, now.replace(second=0))
        assert len(remembered) <= most


def test_it_is_made_once_in_a_minute() -> None:
    remembered: ThisMinute[str, datetime] = ThisMinute(2)
    later = NOW + timedelta(seconds=29)
    assert remembered.get("a", NOW, lambda: NOW) == remembered.get("a", later, lambda: later) == NOW
