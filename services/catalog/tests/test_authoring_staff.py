"""What staff can do, and what is refused, on a real database."""

from datetime import timedelta

import pytest
from notalone.catalog.v1 import authoring_pb2
from notalone.catalog.v1 import catalog_authoring_service_pb2 as pb
from notalone.catalog.v1.entry_pb2 import Channel, Entry, Pause, Provenance
from notalone.common.v1.common_pb2 import GENERAL
from notalone.common.v1.contact_pb2 import Contact
from notalone_catalog.authoring.importing import import_entries
from notalone_catalog.authoring.reading import StaffReading
from notalone_catalog.authoring.staff import StaffDesk
from notalone_chassis.errors import Aborted, FailedPrecondition, InvalidArgument, NotFound, PermissionDenied

SOURCE = Provenance(sources=["https://example.jp/"], as_of="2026-11-20", check_state=Contact.CHECKED)
NEEDS = {"lonely.talk"}


def whole(id_: str = "a-desk", **fields) -> Entry:
    return Entry(
        id=id_,
        status=Entry.ACTIVE,
        name={"ja": "相談窓口", "en": "A desk"},
        furigana="そうだんまどぐち",
        operator={"ja": "ある団体"},
        summary=fields.pop("summary", {"ja": "話を聞きます。", "en": "Somebody listens."}),
        needs={"lonely.talk": 1.0},
        audiences=[GENERAL],
        provenance=SOURCE,
        channels=[
            Channel(kind=Contact.PHONE, value="0120-279-338", charge=Contact.FREE, provenance=SOURCE),
            Channel(kind=Contact.CHAT, value="https://example.jp/chat", provenance=SOURCE),
        ],
        **fields,
    )


@pytest.fixture
def staff(records, clock) -> StaffDesk:
    return StaffDesk(records, needs=NEEDS, clock=clock)


@pytest.fixture
def reading(records, clock) -> StaffReading:
    return StaffReading(records, clock=clock)


async def drafted(staff, entry: Entry | None = None, *, base: int = 0, who: str = "akiko") -> int:
    return (await staff.save_draft(pb.SaveDraftRequest(entry=entry or whole(), base_revision=base), who)).number


async def published(staff, entry: Entry | None = None, *, base: int = 0) -> int:
    entry = entry or whole()
    number = await drafted(staff, entry, base=base)
    await staff.submit(pb.SubmitDraftRequest(entry_id=entry.id, revision=number), "akiko")
    await staff.approve(pb.ApproveDraftRequest(entry_id=entry.id, revision=number, publish=True), "ben")
    return number


async def test_a_draft_goes_live_through_two_people_and_everybody_is_told(staff, reading, told):
    await published(staff)
    answer = await reading.entry(pb.GetEntryRequest(entry_id="a-desk"))
    assert (answer.live.number, answer.live.state) == (1, authoring_pb2.PUBLISHED)
    assert (answer.live.author, answer.live.submitter, answer.live.approver) == ("akiko", "akiko", "ben")
    assert not answer.HasField("open")
    assert (answer.newest_revision, answer.summary.freshness) == (1, authoring_pb2.FRESH)
    assert await told() == [("DraftSubmitted", "a-desk"), ("EntryPublished", "a-desk")]


async def test_its_submitter_cannot_approve_it(staff, told):
    number = await drafted(staff)
    await staff.submit(pb.SubmitDraftRequest(entry_id="a-desk", revision=number), "akiko")
    with pytest.raises(PermissionDenied, match=r"approver\.is_submitter"):
        await staff.approve(pb.ApproveDraftRequest(entry_id="a-desk", revision=number, publish=True), "akiko")
    assert ("EntryPublished", "a-desk") not in await told()


async def test_approving_and_publishing_may_be_two_steps(staff, reading):
    number = await drafted(staff)
    await staff.submit(pb.SubmitDraftRequest(entry_id="a-desk", revision=number), "akiko")
    approved = await staff.approve(pb.ApproveDraftRequest(entry_id="a-desk", revision=number), "ben")
    assert approved.state == authoring_pb2.APPROVED
    assert not (await reading.entry(pb.GetEntryRequest(entry_id="a-desk"))).HasField("live")
    live = await staff.publish(pb.PublishRevisionRequest(entry_id="a-desk", revision=number), "ben")
    assert live.state == authoring_pb2.PUBLISHED


async def test_a_returned_draft_bears_its_reason_in_the_history_and_goes_on_as_a_new_one(staff, reading, told):
    number = await drafted(staff)
    await staff.submit(pb.SubmitDraftRequest(entry_id="a-desk", revision=number), "akiko")
    await staff.give_back(pb.ReturnDraftRequest(entry_id="a-desk", revision=number, reason="hours are missing"), "ben")
    assert await drafted(staff, base=number) == 2
    items = (await reading.history(pb.ListHistoryRequest(entry_id="a-desk"))).items
    assert [(item.actor, item.reason) for item in items][1] == ("ben", "hours are missing")
    assert ("DraftReturned", "a-desk") in await told()


async def test_what_is_incomplete_cannot_be_submitted_and_says_why(staff, reading):
    entry = whole()
    entry.channels[0].value = "0570-046-556"
    number = await drafted(staff, entry)
    with pytest.raises(InvalidArgument) as caught:
        await staff.submit(pb.SubmitDraftRequest(entry_id="a-desk", revision=number), "akiko")
    (violation,) = caught.value.violations
    assert (violation.field, violation.rule) == ("entry.channels[0].value", "phone.retired")
    assert (await reading.entry(pb.GetEntryRequest(entry_id="a-desk"))).open.state == authoring_pb2.DRAFT


async def test_who_writes_on_an_old_revision_is_told_to_read_again(staff):
    await drafted(staff)
    await drafted(staff, base=1, who="ben")
    with pytest.raises(Aborted, match=r"revision\.changed"):
        await drafted(staff, base=1)
    with pytest.raises(Aborted):
        await staff.submit(pb.SubmitDraftRequest(entry_id="a-desk", revision=1), "akiko")


async def test_a_draft_is_written_once_however_often_it_is_sent(staff, reading):
    request = pb.SaveDraftRequest(entry=whole(), base_revision=0)
    first = await staff.save_draft(request, "akiko", key="0c7d")
    assert await staff.save_draft(request, "akiko", key="0c7d") == first
    assert len((await reading.history(pb.ListHistoryRequest(entry_id="a-desk"))).items) == 1
    request.entry.furigana = "べつ"
    with pytest.raises(InvalidArgument, match=r"idempotency\.other_body"):
        await staff.save_draft(request, "akiko", key="0c7d")


async def test_the_services_own_fields_are_not_taken_from_an_editor(staff):
    said = whole(floor=True, revision=9, withdrawn=["0120-279-338"], pause=Pause(until="2027-01-01T00:00:00Z"))
    answer = await staff.save_draft(pb.SaveDraftRequest(entry=said), "akiko")
    assert answer.entry == whole()


async def test_an_entry_larger_than_any_can_be_is_refused(staff):
    large = whole(summary={"ja": "あ" * 20_000, "en": "x"})
    with pytest.raises(InvalidArgument, match=r"entry\.too_large"):
        await staff.save_draft(pb.SaveDraftRequest(entry=large), "akiko")


async def test_an_archived_entry_is_gone_and_a_new_revision_brings_it_back(staff, reading, told):
    number = await published(staff)
    summary = await staff.archive(pb.ArchiveEntryRequest(entry_id="a-desk", revision=number, reason="ended"), "ben")
    assert (summary.archived, summary.live_revision) == (True, 0)
    assert (await told())[-1] == ("EntryWithdrawn", "a-desk")
    assert await published(staff, base=number) == 2
    assert (await told())[-1] == ("EntryPublished", "a-desk")
    assert not (await reading.entry(pb.GetEntryRequest(entry_id="a-desk"))).summary.archived


async def test_a_discarded_draft_leaves_the_live_revision_alone(staff, reading):
    await published(staff)
    number = await drafted(staff, base=1)
    gone = await staff.discard(pb.DiscardDraftRequest(entry_id="a-desk", revision=number), "akiko")
    assert gone.state == authoring_pb2.DISCARDED
    answer = await reading.entry(pb.GetEntryRequest(entry_id="a-desk"))
    assert (answer.live.number, answer.HasField("open"), answer.newest_revision) == (1, False, 1)


async def test_one_person_withdraws_a_wrong_contact_and_restores_it(staff, reading, told):
    await published(staff)
    asked = {"entry_id": "a-desk", "value": "0120-279-338", "reason": "rings at a shop"}
    summary = await staff.withdraw(pb.WithdrawContactRequest(**asked), "ben")
    assert list(summary.withdrawn) == ["0120-279-338"]
    (listed,) = (await reading.withdrawals()).contacts
    assert (listed.value, listed.actor, listed.reason) == ("0120-279-338", "ben", "rings at a shop")
    assert list((await staff.restore(pb.RestoreContactRequest(**asked), "ben")).withdrawn) == []
    # Only of the crisis floor staff is told beyond the entry itself.
    assert [name for name, _ in await told()][-2:] == ["EntryPublished", "EntryPublished"]


async def test_of_the_floor_staff_is_told_and_110_stays(staff, records, told, clock):
    floor = [whole("yorisoi-hotline", floor=True), whole("keisatsu-110", floor=True)]
    await import_entries(records, floor, clock=clock)
    asked = {"value": "0120-279-338", "reason": "wrong"}
    await staff.withdraw(pb.WithdrawContactRequest(entry_id="yorisoi-hotline", **asked), "ben")
    assert ("FloorContactWithdrawn", "yorisoi-hotline") in await told()
    with pytest.raises(FailedPrecondition, match=r"contact\.never_withdrawn"):
        await staff.withdraw(pb.WithdrawContactRequest(entry_id="keisatsu-110", **asked), "ben")
    with pytest.raises(FailedPrecondition, match=r"floor\.fixed"):
        await drafted(staff, whole("yorisoi-hotline"), base=1)


async def test_a_contact_that_is_not_there_cannot_be_withdrawn(staff):
    await published(staff)
    with pytest.raises(FailedPrecondition, match=r"contact\.unknown"):
        await staff.withdraw(pb.WithdrawContactRequest(entry_id="a-desk", value="03-0000-0000", reason="x"), "ben")
    with pytest.raises(NotFound):
        await staff.withdraw(pb.WithdrawContactRequest(entry_id="none", value="110", reason="x"), "ben")


async def test_what_awaits_approval_is_listed_longest_first(staff, reading, clock):
    for id_ in ("b-desk", "a-desk"):
        number = await drafted(staff, whole(id_))
        await staff.submit(pb.SubmitDraftRequest(entry_id=id_, revision=number), "akiko")
        clock.advance(timedelta(hours=1))
    await drafted(staff, whole("c-desk"))
    awaiting = (await reading.awaiting()).awaiting
    assert [(each.entry.id, each.submitter) for each in awaiting] == [("b-desk", "akiko"), ("a-desk", "akiko")]
    assert awaiting[0].submit_time == "2026-11-26T03:00:00Z"


async def test_entries_are_listed_in_pages_by_state_freshness_and_agency(staff, reading, clock):
    for id_ in ("a-desk", "b-desk", "c-desk"):
        await published(staff, whole(id_, organization_id="one" if id_ == "b-desk" else ""))
    await drafted(staff, whole("b-desk", organization_id="one"), base=1)
    first = await reading.entries(pb.ListEntriesRequest(page_size=2))
    assert [entry.id for entry in first.entries] == ["a-desk", "b-desk"]
    second = await reading.entries(pb.ListEntriesRequest(page_size=2, page_token=first.next_page_token))
    assert ([entry.id for entry in second.entries], second.next_page_token) == (["c-desk"], "")
    drafts = await reading.entries(pb.ListEntriesRequest(open_state=authoring_pb2.DRAFT))
    owned = await reading.entries(pb.ListEntriesRequest(organization_id="one"))
    assert [entry.id for entry in drafts.entries] == [entry.id for entry in owned.entries] == ["b-desk"]
    clock.advance(timedelta(days=100))
    stale = await reading.entries(pb.ListEntriesRequest(freshness=authoring_pb2.STALE))
    assert len(stale.entries) == 3
    with pytest.raises(InvalidArgument):
        await reading.entries(pb.ListEntriesRequest(page_size=2, organization_id="x", page_token=first.next_page_token))


async def test_two_revisions_are_compared_field_by_field(staff, reading):
    await published(staff)
    await drafted(staff, whole(summary={"ja": "聞きます。", "en": "Somebody listens."}), base=1)
    (change,) = (
        await reading.differences(pb.DiffRevisionsRequest(entry_id="a-desk", from_revision=1, to_revision=2))
    ).changes
    assert (change.path, change.before, change.after) == ("summary[ja]", '"話を聞きます。"', '"聞きます。"')
    new = await reading.differences(pb.DiffRevisionsRequest(entry_id="a-desk", to_revision=1))
    assert {"name[ja]", "channels[0]"} <= {change.path for change in new.changes}
    with pytest.raises(NotFound):
        await reading.differences(pb.DiffRevisionsRequest(entry_id="a-desk", from_revision=1, to_revision=7))
