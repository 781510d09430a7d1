"""No sequence of calls publishes what its submitter approved, and what is live only moves forward."""

from datetime import UTC, datetime

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule
from notalone.catalog.v1 import authoring_pb2 as pb
from notalone.catalog.v1.entry_pb2 import Channel, Entry, Pause
from notalone_catalog.domain import records
from notalone_catalog.domain import revision as domain
from notalone_catalog.domain.records import Change, EntryRecord, Outdated, Refused, SameHand

NOW = datetime(2026, 11, 26, 3, tzinfo=UTC)
PEOPLE = st.sampled_from(["akiko", "ben", "chika"])
NUMBERS = st.integers(-1, 1)  # beside the revision at work: older, the same, newer
VALUES = st.sampled_from(["0120-279-338", "03-6745-5600"])


def entry(summary: str, **fields) -> Entry:
    channels = [Channel(value=value) for value in ("0120-279-338", "03-6745-5600")]
    return Entry(id="a", name={"ja": "窓口"}, summary={"ja": summary}, channels=channels, **fields)


class EntryLife(RuleBasedStateMachine):
    """Staff, agencies and the import act on one entry in any order, on revisions they may have read long ago."""

    def __init__(self):
        super().__init__()
        self.record = EntryRecord(id="a")
        self.public: list[Entry | None] = []
        self.live: list[int] = []
        self.contents: dict[int, bytes] = {}
        self.archived = False

    def do(self, act, *arguments, **named) -> bool:
        before = self.record
        try:
            change: Change = act(before, *arguments, **named)
        except Refused:
            assert self.record == before
            return False
        self.record = change.record
        for revision in change.revisions:
            assert self.contents.setdefault(revision.number, revision.content) == revision.content
        assert (change.record == before) == (not change.done)
        assert change.record.version > before.version or change.record == before
        changed = records.public_entry(before) != records.public_entry(change.record)
        assert changed == (change.record.public > before.public)
        if self.record.live and (before.live is None or before.live.number != self.record.live.number):
            self.live.append(self.record.live.number)
        return True

    @property
    def at_work(self) -> int:
        return self.record.open.number if self.record.open else self.record.last_live

    @rule(by=PEOPLE, off=NUMBERS, text=st.text(max_size=3))
    def write(self, by, off, text):
        done = self.do(domain.write, entry(text), base=self.record.newest + off, author=by, origin=pb.STAFF, at=NOW)
        assert done == (off == 0)

    @rule(by=PEOPLE, off=NUMBERS)
    def submit(self, by, off):
        self.do(domain.submit, self.at_work + off, by=by, at=NOW)

    @rule(by=PEOPLE, off=NUMBERS)
    def approve(self, by, off):
        before = self.record.open
        if self.do(domain.approve, self.at_work + off, by=by):
            assert before.submitter != by

    @rule(off=NUMBERS)
    def publish(self, off):
        before = self.record.open
        if self.do(domain.publish, self.at_work + off):
            assert before.state == pb.APPROVED
            self.archived = False

    @rule(off=NUMBERS)
    def give_back(self, off):
        self.do(domain.give_back, self.at_work + off)

    @rule(off=NUMBERS)
    def discard(self, off):
        self.do(domain.discard, self.at_work + off)

    @rule(off=NUMBERS)
    def archive(self, off):
        self.archived = self.do(domain.archive, self.record.last_live + off) or self.archived

    @rule(text=st.text(max_size=3))
    def take_in(self, text):
        before = self.record
        self.do(domain.take_in, entry(text), digest=text, author="system:import", at=NOW)
        if before.live and before.live.origin != pb.IMPORT:
            assert self.record.live == before.live
        self.archived = self.archived and self.record.live is None

    @rule()
    def vanish(self):
        before = self.record
        self.do(domain.vanish)
        if before.live and before.live.origin != pb.IMPORT:
            assert self.record.live == before.live

    @rule(minutes=st.integers(1, 60))
    def pause(self, minutes):
        self.do(domain.pause, Pause(until=f"2026-11-26T04:{minutes - 1:02}:00Z", since=str(self.record.version)))

    @rule()
    def resume(self):
        self.do(domain.resume)

    @rule(value=VALUES)
    def withdraw(self, value):
        self.do(domain.withdraw, value)

    @rule(value=VALUES)
    def restore(self, value):
        self.do(domain.restore, value)

    @precondition(lambda self: self.live)
    @invariant()
    def live_only_moves_forward(self):
        assert self.live == sorted(set(self.live))
        assert self.record.last_live == self.live[-1]

    @invariant()
    def what_is_live_was_approved_by_another_or_came_with_the_code(self):
        live = self.record.live
        assert live is None or live.origin == pb.IMPORT or (live.approver and live.approver != live.submitter)

    @invariant()
    def what_is_archived_is_not_shown(self):
        if self.archived:
            assert records.public_entry(self.record) is None

    @invariant()
    def a_withdrawn_contact_stays_withdrawn_whatever_else_happens(self):
        shown = records.public_entry(self.record)
        assert shown is None or set(shown.withdrawn) == self.record.withdrawn

    @invariant()
    def nothing_open_is_live(self):
        if self.record.open and self.record.live:
            assert self.record.open.number != self.record.live.number


TestEntryLife = EntryLife.TestCase
TestEntryLife.settings = settings(max_examples=100, stateful_step_count=30, deadline=None)


def published() -> EntryRecord:
    record = domain.write(EntryRecord(id="a"), entry("one"), base=0, author="akiko", origin=pb.STAFF, at=NOW).record
    record = domain.submit(record, 1, by="akiko", at=NOW).record
    record = domain.approve(record, 1, by="ben").record
    return domain.publish(record, 1).record


def test_a_draft_goes_live_by_two_people():
    record = published()
    assert (record.live.number, record.open, record.public) == (1, None, 1)
    assert records.public_entry(record).summary["ja"] == "one"


def test_who_submits_does_not_approve():
    record = domain.write(published(), entry("two"), base=1, author="ben", origin=pb.STAFF, at=NOW).record
    record = domain.submit(record, 2, by="ben", at=NOW).record
    with pytest.raises(SameHand):
        domain.approve(record, 2, by="ben")


def test_a_draft_that_an_import_has_overtaken_must_be_written_anew():
    record = domain.take_in(EntryRecord(id="a"), entry("one"), digest="1", author="system:import", at=NOW).record
    record = domain.write(record, entry("mine"), base=1, author="akiko", origin=pb.STAFF, at=NOW).record
    record = domain.take_in(record, entry("two"), digest="2", author="system:import", at=NOW).record
    with pytest.raises(Outdated):
        domain.submit(record, 2, by="akiko", at=NOW)
    again = domain.write(record, entry("mine"), base=3, author="akiko", origin=pb.STAFF, at=NOW).record
    assert again.open.number == 4
    assert domain.discard(record, 2).record.open is None


def test_a_text_file_only_files_a_draft_where_staff_has_published():
    record = domain.take_in(published(), entry("file"), digest="1", author="system:import", at=NOW).record
    assert record.live.number == 1
    assert (record.open.number, record.open.state, record.open.submitter) == (2, pb.SUBMITTED, "system:import")
    assert domain.take_in(record, entry("file"), digest="1", author="system:import", at=NOW).done == ()


def test_an_entry_whose_file_comes_back_is_shown_again_but_not_against_the_staff():
    taken = domain.take_in(EntryRecord(id="a"), entry("one"), digest="1", author="system:import", at=NOW).record
    gone = domain.vanish(taken).record
    assert records.public_entry(gone) is None
    assert domain.take_in(gone, entry("one"), digest="1", author="system:import", at=NOW).record.live.number == 2
    archived = domain.archive(taken, 1).record
    assert domain.take_in(archived, entry("one"), digest="1", author="system:import", at=NOW).record == archived


@pytest.mark.parametrize(
    "act",
    [
        lambda floor: domain.write(floor, entry("x"), base=1, author="akiko", origin=pb.STAFF, at=NOW),
        lambda floor: domain.archive(floor, 1),
        lambda floor: domain.pause(floor, Pause(until="2026-11-27T00:00:00Z")),
    ],
)
def test_contacts_that_ship_with_the_code_can_only_be_withdrawn(act):
    floor = domain.take_in(
        EntryRecord(id="a"), entry("one", floor=True), digest="1", author="system:import", at=NOW
    ).record
    with pytest.raises(Refused, match="floor"):
        act(floor)
    withdrawn = domain.withdraw(floor, "0120-279-338").record
    assert list(records.public_entry(withdrawn).withdrawn) == ["0120-279-338"]


def test_a_contact_that_is_not_there_cannot_be_withdrawn():
    with pytest.raises(Refused, match=r"contact\.unknown"):
        domain.withdraw(published(), "0120-000-000")


def test_the_service_keeps_its_own_fields_from_editors():
    said = entry("one", revision=99, withdrawn=["0120-279-338"], pause=Pause(until="2026-11-27T00:00:00Z"))
    record = domain.write(EntryRecord(id="a"), said, base=0, author="akiko", origin=pb.STAFF, at=NOW).record
    assert record.open.entry == entry("one")
