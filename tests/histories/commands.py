"""The use cases that histories are made of; each looks at what there is and does the next fitting step."""

from __future__ import annotations

import contextlib
from datetime import timedelta

from notalone.catalog.v1 import catalog_authoring_service_pb2 as pb
from notalone.catalog.v1.entry_pb2 import Channel, Entry, Pause, Provenance
from notalone.common.v1.common_pb2 import GENERAL
from notalone.common.v1.contact_pb2 import Contact
from notalone_catalog.authoring.importing import import_entries
from notalone_catalog.domain.records import EntryRecord
from notalone_catalog.domain.times import iso
from notalone_chassis.access.caller import Caller
from notalone_chassis.errors import Aborted, FailedPrecondition, InvalidArgument, NotFound, PermissionDenied

# The last one is a contact that ships with the code.
KEYS = ("a", "b", "c", "floor")
FILES = ("b", "c", "floor")
NUMBER = "0120-279-338"
SOURCE = Provenance(sources=["https://example.jp/"], as_of="2026-11-20", check_state=Contact.CHECKED)
AGENCY = Caller(subject="agency", kind="partner", organization="agency-1")


def whole(id_: str, text: str, *, floor: bool = False) -> Entry:
    return Entry(
        id=id_,
        status=Entry.ACTIVE,
        floor=floor,
        organization_id="" if floor else AGENCY.organization,
        name={"ja": "相談窓口", "en": "A desk"},
        furigana="そうだんまどぐち",
        operator={"ja": "ある団体"},
        summary={"ja": f"話を聞きます。{text}", "en": f"Somebody listens. {text}"},
        needs={"lonely.talk": 1.0},
        audiences=[GENERAL],
        provenance=SOURCE,
        channels=[
            Channel(kind=Contact.PHONE, value=NUMBER, charge=Contact.FREE, provenance=SOURCE),
            Channel(kind=Contact.CHAT, value="https://example.jp/chat", provenance=SOURCE),
        ],
    )


async def do(process, what: str, id_: str, text: str) -> None:
    """Does it where it can be done now; what is refused changes nothing, which the end of the history shows."""
    async with process.records.look() as look:
        record = await look.record(id_) or EntryRecord(id=id_)
    with contextlib.suppress(Aborted, FailedPrecondition, InvalidArgument, NotFound, PermissionDenied):
        await ALL[what](process, record, text)


async def draft(process, record: EntryRecord, text: str) -> int:
    request = pb.SaveDraftRequest(entry=whole(record.id, text), base_revision=record.newest)
    return (await process.staff.save_draft(request, "akiko")).number


async def submit(process, record: EntryRecord, _text: str) -> None:
    number = record.open.number if record.open else 0
    await process.staff.submit(pb.SubmitDraftRequest(entry_id=record.id, revision=number), "akiko")


async def approve(process, record: EntryRecord, _text: str) -> None:
    number = record.open.number if record.open else 0
    await process.staff.approve(pb.ApproveDraftRequest(entry_id=record.id, revision=number, publish=True), "ben")


async def publish(process, record: EntryRecord, text: str) -> None:
    number = await draft(process, record, text)
    await process.staff.submit(pb.SubmitDraftRequest(entry_id=record.id, revision=number), "akiko")
    await process.staff.approve(pb.ApproveDraftRequest(entry_id=record.id, revision=number, publish=True), "ben")


async def archive(process, record: EntryRecord, text: str) -> None:
    request = pb.ArchiveEntryRequest(entry_id=record.id, revision=record.last_live, reason=text)
    await process.staff.archive(request, "ben")


async def pause(process, record: EntryRecord, text: str) -> None:
    until = iso(process.clock.now() + timedelta(days=1))
    await process.partner.pause(pb.PauseDeskRequest(entry_id=record.id, until=until, reason=Pause.OVERLOADED), AGENCY)


async def resume(process, record: EntryRecord, _text: str) -> None:
    await process.partner.resume(pb.ResumeDeskRequest(entry_id=record.id), AGENCY)


async def withdraw(process, record: EntryRecord, text: str) -> None:
    request = pb.WithdrawContactRequest(entry_id=record.id, value=NUMBER, reason=text)
    await process.staff.withdraw(request, "ben")


async def restore(process, record: EntryRecord, text: str) -> None:
    await process.staff.restore(pb.RestoreContactRequest(entry_id=record.id, value=NUMBER, reason=text), "ben")


async def take_in(process, record: EntryRecord, text: str) -> None:
    """The text files: that of the entry says something else now, or is gone."""
    mark = record.id.removesuffix(record.id.rpartition("-")[2])
    files = [whole(mark + key, text if mark + key == record.id else "", floor=key == "floor") for key in FILES]
    await import_entries(
        process.records, [one for one in files if text != "c" or one.id != record.id], clock=process.clock
    )


ALL = {
    "draft": draft,
    "submit": submit,
    "approve": approve,
    "publish": publish,
    "archive": archive,
    "pause": pause,
    "resume": resume,
    "withdraw": withdraw,
    "restore": restore,
    "import": take_in,
}
