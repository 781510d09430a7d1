"""A diff names every field that differs, as a person can read it, and nothing else."""

import json

from hypothesis import given
from hypothesis import strategies as st
from notalone.catalog.v1.entry_pb2 import Channel, Entry, Hours, WeeklyPeriod
from notalone_catalog.domain.diff import diff


def told(before: Entry, after: Entry) -> dict[str, tuple[str, str]]:
    return {change.path: (change.before, change.after) for change in diff(before, after)}


def desk(closes: str, **fields) -> Entry:
    hours = Hours(weekly=[WeeklyPeriod(days=[1], opens="09:00", closes=closes)])
    return Entry(id="a", channels=[Channel(value="110", hours=hours)], **fields)


def test_a_field_deep_inside_is_named_by_its_whole_path():
    assert told(desk("17:00"), desk("18:00")) == {"channels[0].hours.weekly[0].closes": ('"17:00"', '"18:00"')}


def test_texts_are_compared_by_language():
    before, after = (
        desk("17:00", name={"ja": "窓口", "ko": "창구"}),
        desk("17:00", name={"ja": "相談窓口", "en": "Desk"}),
    )
    assert told(before, after) == {
        "name[en]": ("", '"Desk"'),
        "name[ja]": ('"窓口"', '"相談窓口"'),
        "name[ko]": ('"창구"', ""),
    }


def test_what_is_added_and_taken_away_at_the_end_of_a_list_is_seen():
    before, after = Entry(aliases=["a", "b"]), Entry(aliases=["a"])
    assert told(before, after) == {"aliases[1]": ('"b"', "")}
    assert told(after, before) == {"aliases[1]": ("", '"b"')}


def test_a_whole_channel_that_is_new_stands_as_one_change():
    (change,) = diff(Entry(), Entry(channels=[Channel(value="110")]))
    assert change.path == "channels[0]"
    assert json.loads(change.after) == {"value": "110"}


@given(st.dictionaries(st.sampled_from(["ja", "en", "ko"]), st.text()), st.lists(st.text(), max_size=3))
def test_an_entry_does_not_differ_from_itself_and_swapping_swaps_the_sides(name, aliases):
    one, other = Entry(name=name), Entry(aliases=aliases)
    assert diff(one, one) == []
    assert told(other, one) == {path: (after, before) for path, (before, after) in told(one, other).items()}
