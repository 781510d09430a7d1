"""The contacts that ship with the code."""

import pytest
from notalone.catalog.v1.entry_pb2 import Entry
from notalone.common.v1.contact_pb2 import Contact
from notalone_crisis import floor_entries, floor_problems
from notalone_crisis.contacts import IN_WRITING
from notalone_kernel.languages import LANGUAGES
from notalone_kernel.telephone import RETIRED, digits

NUMBERS = {
    "110", "119", "189", "0120-279-338", "0120-279-226", "0120-0-78310", "0120-279-889", "#8891",
}  # fmt: skip
FLOOR = floor_entries()


def test_the_named_floor_is_complete():
    dialled = {channel.value for entry in FLOOR for channel in entry.channels if channel.kind == Contact.PHONE}
    assert dialled == NUMBERS


def test_nothing_is_wrong_with_it():
    assert floor_problems() == []


def test_there_is_a_way_in_writing_at_any_hour():
    assert any(channel.kind == Contact.CHAT and channel.hours.always for entry in FLOOR for channel in entry.channels)


@pytest.mark.parametrize("entry", FLOOR, ids=lambda entry: entry.id)
def test_every_entry_says_what_it_is_in_all_languages_with_its_source(entry):
    assert set(entry.name) >= set(LANGUAGES)
    assert set(entry.summary) >= {*LANGUAGES, "ja-x-child"}
    assert entry.status == Entry.ACTIVE
    assert entry.floor
    assert entry.furigana
    assert entry.needs
    for channel in entry.channels:
        assert list(channel.provenance.sources)
        assert channel.provenance.check_state == Contact.NEEDS_RECHECK


def test_callers_get_copies_of_their_own():
    floor_entries()[0].id = "changed"
    assert floor_entries()[0].id != "changed"


def wrong(**changes):
    entry = floor_entries()[0]
    for name, value in changes.items():
        setattr(entry, name, value)
    return entry


@pytest.mark.parametrize("number", sorted(RETIRED))
def test_a_retired_number_is_a_problem(number):
    entry = next(entry for entry in floor_entries() if entry.id == "yorisoi-hotline")
    entry.channels[0].value = number
    assert floor_problems([entry]) == [f"yorisoi-hotline: {number} is retired"]
    assert digits(number) == number


def test_entries_that_are_not_floor_or_have_no_source_or_no_channel_are_problems():
    not_floor = wrong(floor=False)
    assert any("not marked as floor" in problem for problem in floor_problems([not_floor]))
    bare = wrong()
    bare.provenance.ClearField("sources")
    bare.ClearField("channels")
    assert len(floor_problems([bare])) == 2


def test_an_unsafe_address_is_a_problem():
    entry = next(entry for entry in floor_entries() if any(channel.kind in IN_WRITING for channel in entry.channels))
    next(channel for channel in entry.channels if channel.kind in IN_WRITING).value = "http://example.org/"
    assert any("no safe address" in problem for problem in floor_problems([entry]))
