"""The read model of entries: revisions decide, whatever the order, and replays change nothing."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from notalone.catalog.v1.entry_pb2 import Channel, Entry
from notalone_kernel.entry_shelf import Change, EntryShelf, change, event_id


def entry(id_: str, revision: int = 0, summary: str = "", **fields) -> Entry:
    return Entry(id=id_, revision=revision, summary={"ja": summary}, **fields)


def published(id_: str, revision: int, summary: str = "", **fields) -> Change:
    return Change(id_, revision, entry(id_, revision, summary, **fields))


def packaged() -> EntryShelf:
    return EntryShelf([entry("b", summary="b"), entry("z-floor", floor=True), entry("a", summary="a")])


def ids(shelf: EntryShelf) -> list[str]:
    return [each.id for each in shelf.all()]


def test_the_packaged_entries_are_there_from_the_beginning_the_floor_first():
    shelf = packaged()
    assert ids(shelf) == ["z-floor", "a", "b"]
    assert shelf.get("a").summary["ja"] == "a"
    assert shelf.get("c") is None


def test_a_newer_revision_takes_the_place_of_an_older_one_and_never_the_other_way():
    shelf = packaged()
    shelf.apply([published("a", 2, "two")])
    shelf.apply([published("a", 1, "one"), published("c", 1)])
    assert shelf.get("a").summary["ja"] == "two"
    assert ids(shelf) == ["z-floor", "a", "b", "c"]


def test_what_is_withdrawn_is_gone_and_an_older_event_does_not_bring_it_back():
    shelf = packaged()
    shelf.apply([Change("a", 3, None), published("a", 2)])
    assert shelf.get("a") is None
    shelf.apply([published("a", 4)])
    assert shelf.get("a") is not None


def test_what_somebody_else_kept_is_brought_up_to_date():
    shelf = packaged()
    shelf.apply([published("a", 2, "two"), Change("b", 3, None)])
    assert shelf.current(entry("a", 1, "one")).summary["ja"] == "two"
    assert shelf.current(entry("a", 3, "three")).summary["ja"] == "three"
    assert shelf.current(entry("b", 2)) is None
    assert shelf.current(entry("unknown", 0)).id == "unknown"


def test_the_version_grows_only_where_something_else_is_said():
    shelf = packaged()
    shelf.apply([published("a", 1, "a")])
    assert (shelf.version, shelf.get("a").revision) == (0, 1)
    shelf.apply([published("a", 2, "other"), published("b", 1, "b")])
    assert shelf.version == 1
    shelf.apply([Change("b", 2, None)])
    assert shelf.version == 2
    shelf.apply([Change("b", 2, None), published("a", 2, "yet another")])
    assert shelf.version == 2


def test_withdrawn_contacts_are_named_as_the_crisis_floor_takes_them():
    shelf = packaged()
    shelf.apply([published("z-floor", 1, floor=True, withdrawn=["0120-279-338"])])
    assert shelf.withdrawn == {"z-floor:0120-279-338"}
    shelf.apply([published("z-floor", 2, floor=True)])
    assert shelf.withdrawn == frozenset()


NUMBER, WITHOUT = "0120-279-338", "03-1234-5678"


def calls(id_: str, *numbers: str, **fields) -> Entry:
    return Entry(id=id_, channels=[Channel(value=number) for number in numbers], **fields)


def shown(shelf: EntryShelf, id_: str) -> list[str]:
    found = shelf.get(id_)
    return [each.value for each in found.channels if each.value not in found.withdrawn]


def test_a_number_that_is_withdrawn_from_the_floor_is_shown_nowhere_else_however_it_is_written():
    line = calls("line", NUMBER, floor=True)
    shelf = EntryShelf([line, calls("abroad", "+81 120 279 338"), calls("other", NUMBER, WITHOUT), calls("c", WITHOUT)])
    shelf.apply([Change("line", 1, calls("line", NUMBER, floor=True, revision=1, withdrawn=[NUMBER]))])
    assert (shown(shelf, "abroad"), shown(shelf, "other"), shown(shelf, "c")) == ([], [WITHOUT], [WITHOUT])
    assert [each.id for each in shelf.all() if NUMBER in each.withdrawn] == ["line", "other"]
    # What comes later bears it no more than what was there; nobody withdrew it from there by name.
    shelf.apply([Change("late", 1, calls("late", NUMBER, revision=1))])
    assert shown(shelf, "late") == []
    assert shelf.withdrawn == {f"line:{NUMBER}"}
    shelf.apply([Change("line", 2, calls("line", NUMBER, floor=True, revision=2))])
    assert [shown(shelf, id_) for id_ in ("abroad", "other", "late")] == [
        ["+81 120 279 338"],
        [NUMBER, WITHOUT],
        [NUMBER],
    ]


def test_a_contact_that_is_withdrawn_from_another_entry_stays_elsewhere():
    shelf = EntryShelf([calls("one", NUMBER), calls("other", NUMBER)])
    shelf.apply([Change("one", 1, calls("one", NUMBER, revision=1, withdrawn=[NUMBER]))])
    assert (shown(shelf, "one"), shown(shelf, "other")) == ([], [NUMBER])


def test_an_address_that_is_withdrawn_from_the_floor_is_compared_as_it_is():
    chat = "https://example.jp/119"
    shelf = EntryShelf([calls("line", chat, "189", floor=True), calls("same", chat), calls("other", "119", "@abc189")])
    shelf.apply([Change("line", 1, calls("line", chat, "189", floor=True, revision=1, withdrawn=[chat, "189"]))])
    assert (shown(shelf, "same"), shown(shelf, "other")) == ([], ["119", "@abc189"])


def said(id_: str, revision: int) -> Change:
    """What a revision says never changes: every third one withdraws."""
    return Change(id_, revision, None) if revision % 3 == 2 else published(id_, revision, str(revision))


CHANGES = st.lists(
    st.builds(
        lambda id_, revision: (
            Change(id_, revision, None) if revision % 3 == 2 else published(id_, revision, str(revision))
        ),
        st.sampled_from(["a", "b", "c"]),
        st.integers(0, 6),
    )
)


@given(CHANGES, st.randoms(use_true_random=False), st.integers(0, 10))
def test_order_repetition_and_replay_from_the_first_event_do_not_matter(changes, random, cut):
    once, other = packaged(), packaged()
    once.apply(changes)
    shuffled = list(changes)
    random.shuffle(shuffled)
    other.apply(shuffled[:cut])
    other.apply(shuffled)
    assert other.all() == once.all()
    version = once.version
    once.apply(changes)
    assert (once.all(), once.version) == (other.all(), version)


def test_an_event_tells_its_entry_and_a_tombstone_its_revision():
    told = entry("a-desk", 7)
    assert change(event_id("a-desk", 7), "a-desk", told.SerializeToString()) == Change("a-desk", 7, told)
    assert change(event_id("a-desk", 8), "a-desk", None) == Change("a-desk", 8, None)


@pytest.mark.parametrize(
    ("id_", "data"),
    [
        ("a", None),
        ("a@x", None),
        ("b@1", None),
        ("a@1", b"\xff\xff"),
        ("a@1", entry("a", 2).SerializeToString()),
        ("a@1", entry("b", 1).SerializeToString()),
    ],
)
def test_what_is_no_entry_event_is_refused(id_, data):
    with pytest.raises(ValueError, match="entry"):
        change(id_, "a", data)
