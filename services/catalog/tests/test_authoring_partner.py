"""What agencies can do with their own entries, and that others' do not exist for them."""

from datetime import timedelta

import pytest
from notalone.catalog.v1 import authoring_pb2
from notalone.catalog.v1 import catalog_authoring_service_pb2 as pb
from notalone.catalog.v1.entry_pb2 import Channel, Entry, Pause
from notalone_catalog.authoring.importing import import_entries
from notalone_catalog.authoring.partner import PartnerDesk
from notalone_catalog.authoring.reading import StaffReading
from notalone_catalog.authoring.staff import StaffDesk
from notalone_chassis.access.caller import Caller
from notalone_chassis.errors import Aborted, FailedPrecondition, InvalidArgument, NotFound

ONE = Caller(subject="client-one", kind="partner", organization="one")
TWO = Caller(subject="client-two", kind="partner", organization="two")
NOBODY = Caller(subject="client-none", kind="partner")


def entry(id_: str, **fields) -> Entry:
    return Entry(id=id_, name={"ja": "窓口"}, channels=[Channel(value="110")], **fields)


@pytest.fixture
async def partner(records, clock, new_id) -> PartnerDesk:
    files = [
        entry("desk", organization_id="one"),
        entry("floor", organization_id="one", floor=True),
        entry("other", organization_id="two"),
        entry("nobodys"),
    ]
    await import_entries(records, files, clock=clock)
    return PartnerDesk(records, clock=clock, new_id=new_id)


@pytest.fixture
def staff(records, clock) -> StaffDesk:
    return StaffDesk(records, needs=set(), clock=clock)


def wish(**fields) -> pb.ProposeCorrectionRequest:
    changed = entry("desk", organization_id="one", url="https://example.jp/new")
    return pb.ProposeCorrectionRequest(**{"entry": changed, "base_revision": 1, "comment": "we moved"} | fields)


async def test_an_agency_sees_its_own_entries_only(partner):
    assert [each.id for each in (await partner.entries(ONE)).entries] == ["desk", "floor"]
    assert [each.id for each in (await partner.entries(TWO)).entries] == ["other"]
    assert list((await partner.entries(NOBODY)).entries) == []
    answer = await partner.entry(pb.GetOwnEntryRequest(entry_id="desk"), ONE)
    assert (answer.entry.id, answer.summary.live_revision) == ("desk", 1)


@pytest.mark.parametrize("id_", ["desk", "nobodys", "no-such"])
@pytest.mark.parametrize("who", [TWO, NOBODY])
async def test_what_is_not_its_own_is_not_there(partner, id_, who):
    until = "2026-11-27T00:00:00Z"
    reason = Pause.TECHNICAL
    for call in (
        partner.entry(pb.GetOwnEntryRequest(entry_id=id_), who),
        partner.pause(pb.PauseDeskRequest(entry_id=id_, until=until, reason=reason), who),
        partner.resume(pb.ResumeDeskRequest(entry_id=id_), who),
        partner.propose(wish(entry=entry(id_)), who),
    ):
        with pytest.raises(NotFound):
            await call


async def test_a_pause_is_public_at_once_and_ends_when_it_is_resumed(partner, told):
    asked = pb.PauseDeskRequest(entry_id="desk", until="2026-11-27T09:00:00+09:00", reason=Pause.OVERLOADED)
    summary = await partner.pause(asked, ONE)
    assert (summary.pause.until, summary.pause.since) == ("2026-11-27T00:00:00Z", "2026-11-26T03:00:00Z")
    assert (await told())[-2:] == [("EntryPublished", "desk"), ("DeskPaused", "desk")]
    shown = (await partner.entry(pb.GetOwnEntryRequest(entry_id="desk"), ONE)).entry
    assert (shown.pause.reason, shown.revision) == (Pause.OVERLOADED, 2)
    summary = await partner.resume(pb.ResumeDeskRequest(entry_id="desk"), ONE)
    assert not summary.HasField("pause")
    assert (await told())[-2:] == [("EntryPublished", "desk"), ("DeskResumed", "desk")]
    before = await told()
    await partner.resume(pb.ResumeDeskRequest(entry_id="desk"), ONE)
    assert await told() == before


async def test_a_pause_is_over_at_its_time(partner, clock):
    asked = pb.PauseDeskRequest(entry_id="desk", until="2026-11-26T04:00:00Z", reason=Pause.OVERLOADED)
    assert (await partner.pause(asked, ONE)).HasField("pause")
    clock.advance(timedelta(hours=1))
    assert not (await partner.entry(pb.GetOwnEntryRequest(entry_id="desk"), ONE)).summary.HasField("pause")


@pytest.mark.parametrize("until", ["2026-11-26T03:00:00Z", "2026-12-28T00:00:00Z", "2026-11-27T00:00:00", "tomorrow"])
async def test_a_pause_ends_within_a_month(partner, until):
    with pytest.raises(InvalidArgument, match=r"until: pause\.time"):
        await partner.pause(pb.PauseDeskRequest(entry_id="desk", until=until, reason=Pause.TECHNICAL), ONE)


async def test_an_emergency_contact_is_not_paused(partner):
    asked = pb.PauseDeskRequest(entry_id="floor", until="2026-11-27T00:00:00Z", reason=Pause.TECHNICAL)
    with pytest.raises(FailedPrecondition, match=r"floor\.fixed"):
        await partner.pause(asked, ONE)


async def test_a_correction_becomes_a_draft_that_goes_the_way_of_every_draft(partner, staff, records, clock, told):
    proposed = await partner.propose(wish(), ONE)
    assert proposed.state == authoring_pb2.Correction.OPEN
    assert (await told())[-1] == ("CorrectionProposed", "desk")
    reading = StaffReading(records, clock=clock)
    (listed,) = (await reading.corrections(pb.ListCorrectionsRequest())).corrections
    assert (listed.comment, listed.entry.url) == ("we moved", "https://example.jp/new")
    asked = pb.AcceptCorrectionRequest(correction_id=proposed.id, base_revision=1)
    accepted = await staff.accept(asked, "akiko")
    assert (accepted.state, accepted.revision) == (authoring_pb2.Correction.ACCEPTED, 2)
    draft = (await reading.entry(pb.GetEntryRequest(entry_id="desk"))).open
    assert (draft.origin, draft.author, draft.state) == (authoring_pb2.PARTNER, "client-one", authoring_pb2.DRAFT)
    with pytest.raises(Aborted):
        await staff.accept(asked, "ben")
    became = await partner.correction(pb.GetOwnCorrectionRequest(correction_id=proposed.id), ONE)
    assert became == accepted


async def test_a_rejected_correction_says_why_and_only_to_its_agency(partner, staff):
    proposed = await partner.propose(wish(), ONE)
    asked = pb.RejectCorrectionRequest(correction_id=proposed.id, reason="the page says otherwise")
    await staff.reject(asked, "akiko")
    (became,) = (await partner.corrections(ONE)).corrections
    assert (became.state, became.reason) == (authoring_pb2.Correction.REJECTED, "the page says otherwise")
    assert list((await partner.corrections(TWO)).corrections) == list((await partner.corrections(NOBODY)).corrections)
    with pytest.raises(NotFound):
        await partner.correction(pb.GetOwnCorrectionRequest(correction_id=proposed.id), TWO)
    with pytest.raises(NotFound):
        await staff.reject(pb.RejectCorrectionRequest(correction_id="none", reason="x"), "akiko")


async def test_a_correction_cannot_give_an_entry_away_nor_rest_on_an_old_revision(partner):
    with pytest.raises(InvalidArgument, match=r"entry\.organization_id"):
        await partner.propose(wish(entry=entry("desk", organization_id="two")), ONE)
    with pytest.raises(Aborted):
        await partner.propose(wish(base_revision=2), ONE)


async def test_a_correction_is_taken_once_however_often_it_is_sent(partner):
    first = await partner.propose(wish(), ONE, key="k")
    assert await partner.propose(wish(), ONE, key="k") == first
    assert len((await partner.corrections(ONE)).corrections) == 1
