"""What is left out of the packaged entries is remembered, and only ever takes away."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st
from notalone.catalog.v1.entry_pb2 import Channel, Entry
from notalone_kernel import left_out
from notalone_kernel.entry_shelf import Change, EntryShelf
from notalone_kernel.left_out import LeftOut

FLOOR = Entry(id="a-line", floor=True, status=Entry.ACTIVE, channels=[Channel(value="1"), Channel(value="2")])
DESK = Entry(id="a-desk", status=Entry.ACTIVE, channels=[Channel(value="3"), Channel(value="4")])


def shelf(remembered=None) -> EntryShelf:
    return EntryShelf([FLOOR, DESK], remembered=remembered)


def told(entry: Entry, revision: int, *, numbers=None, withdrawn=(), status=Entry.ACTIVE) -> Change:
    copy = Entry(id=entry.id, floor=entry.floor, status=status, revision=revision, withdrawn=withdrawn)
    copy.channels.extend(entry.channels if numbers is None else [Channel(value=number) for number in numbers])
    return Change(entry.id, revision, copy)


def next_start(before: EntryShelf) -> EntryShelf:
    return shelf(left_out.parse(json.loads(json.dumps(left_out.dump(before.left_out)))))


def shown(entry: Entry | None) -> list[str]:
    return [] if entry is None else [each.value for each in entry.channels if each.value not in entry.withdrawn]


def test_as_long_as_all_is_as_packaged_there_is_nothing_to_remember():
    read = shelf()
    read.apply([told(FLOOR, 1), told(DESK, 1), Change("unknown", 4, None)])
    assert read.left_out == {}


def test_a_withdrawn_number_of_the_floor_stays_away_at_the_next_start():
    before = shelf()
    before.apply([told(FLOOR, 2, withdrawn=["1"])])
    after = next_start(before)
    assert (after.withdrawn, shown(after.get("a-line"))) == ({"a-line:1"}, ["2"])
    assert FLOOR.withdrawn == []


def test_events_from_before_the_withdrawal_do_not_bring_it_back_and_the_restoring_one_does():
    before = shelf()
    before.apply([told(FLOOR, 2, withdrawn=["1"])])
    after = next_start(before)
    after.apply([told(FLOOR, 1)])
    assert after.withdrawn == {"a-line:1"}
    after.apply([told(FLOOR, 3)])
    assert after.withdrawn == frozenset()
    assert next_start(after).withdrawn == frozenset()


@pytest.mark.parametrize(
    "gone", [Change("a-desk", 5, None), told(DESK, 5, status=Entry.DEFUNCT), told(DESK, 5, status=Entry.INACTIVE)]
)
def test_a_desk_that_is_gone_stays_gone(gone):
    before = shelf()
    before.apply([gone])
    after = next_start(before)
    assert after.get("a-desk") is None
    assert [each.id for each in after.all()] == ["a-line"]
    after.apply([told(DESK, 4)])
    assert after.get("a-desk") is None
    after.apply([told(DESK, 6)])
    assert shown(after.get("a-desk")) == ["3", "4"]


def test_a_number_that_staff_have_replaced_does_not_come_back():
    before = shelf()
    before.apply([told(DESK, 2, numbers=["4", "5"])])
    assert shown(before.get("a-desk")) == ["4", "5"]
    assert shown(next_start(before).get("a-desk")) == ["4"]


def test_a_number_of_the_floor_that_the_catalogue_does_not_know_yet_is_the_newer_one():
    before = shelf()
    before.apply([told(FLOOR, 2, numbers=["2"])])
    assert before.left_out == {}


LEFT = st.builds(
    LeftOut, st.integers(0, 2**63 - 1), st.booleans(), st.frozensets(st.text(max_size=5).filter(str.isprintable))
)
MEMORIES = st.dictionaries(st.sampled_from(["a-line", "a-desk", "b"]), LEFT)


@given(MEMORIES)
def test_what_is_written_is_read_again(memory):
    assert left_out.parse(json.loads(json.dumps(left_out.dump(memory)))) == memory


@given(MEMORIES, MEMORIES, MEMORIES)
def test_memories_join_in_any_order_and_any_number_of_times(one, two, three):
    together = left_out.join(one, left_out.join(two, three))
    assert together == left_out.join(left_out.join(three, one), two)
    assert left_out.join(together, two) == together


@given(MEMORIES)
def test_a_memory_only_takes_away(memory):
    read = shelf(memory)
    for packaged in (FLOOR, DESK):
        assert set(shown(read.get(packaged.id))) <= set(shown(packaged))
    assert {each.id for each in read.all()} <= {"a-line", "a-desk"}


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(st.characters()),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(st.sampled_from(["revision", "whole", "values"]) | st.text(st.characters()), inner)
    ),
    max_leaves=12,
)
HALF = {"a-line": {"revision": 1, "whole": False, "values": ["\ud800"]}}


@given(JSON)
def test_whatever_json_holds_is_a_memory_or_is_refused(found):
    try:
        memory = left_out.parse(found)
    except ValueError:
        return
    assert shelf(memory).all() is not None


@pytest.mark.parametrize(
    "wrong",
    [
        HALF,
        {"\ud800": {"revision": 1, "whole": True, "values": []}},
        {"a": {"revision": True, "whole": True, "values": []}},
        {"a": {"revision": -1, "whole": True, "values": []}},
        {"a": {"revision": 2**63, "whole": True, "values": []}},
        {"a": {"revision": 1, "whole": 1, "values": []}},
        {"a": {"revision": 1, "whole": True}},
        {"a": {"revision": 1, "whole": True, "values": [1]}},
        ["a"],
        None,
    ],
)
def test_what_is_no_memory_is_refused(wrong):
    with pytest.raises(ValueError):  # noqa: PT011 an encoding error is one too, with a message of its own
        left_out.parse(wrong)
