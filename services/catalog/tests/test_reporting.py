"""Anybody tells what came of trying a contact; staff sees it, looks, and is told."""

import asyncio
import contextlib
from datetime import timedelta

import pytest
from notalone.catalog.v1 import contact_report_service_pb2 as pb
from notalone.catalog.v1.entry_pb2 import Channel, Entry
from notalone.catalog.v1.notices_pb2 import ContactReportedWrong
from notalone.common.v1.contact_pb2 import Contact
from notalone_catalog.authoring.importing import import_entries
from notalone_catalog.authoring.reports import ReportsDesk
from notalone_catalog.authoring.sweep import Sweep
from notalone_catalog.domain.contact_reports import DAILY_CAP
from notalone_catalog.reporting import AT_ONCE, Reporting
from notalone_chassis.errors import Aborted, InvalidArgument, ResourceExhausted, Unavailable
from notalone_chassis.sql import outbox
from notalone_kernel.entry_shelf import Change, EntryShelf

NUMBER, PAGE = "0120-279-338", "https://example.jp/chat"


def desk(id_: str, *, floor: bool = False) -> Entry:
    channels = [Channel(kind=Contact.PHONE, value=NUMBER), Channel(kind=Contact.CHAT, value=PAGE)]
    return Entry(id=id_, status=Entry.ACTIVE, name={"ja": f"窓口 {id_}"}, floor=floor, channels=channels)


ENTRIES = [desk("a-desk"), desk("z-floor", floor=True), Entry(id="mute", status=Entry.ACTIVE)]


@pytest.fixture
def shelf() -> EntryShelf:
    return EntryShelf(ENTRIES)


@pytest.fixture
async def reporting(records, shelf, clock) -> Reporting:
    await import_entries(records, ENTRIES, clock=clock)
    return Reporting(records, shelf, clock=clock)


@pytest.fixture
def staff(records, shelf, clock) -> ReportsDesk:
    return ReportsDesk(records, shelf, clock=clock)


def report(value: str = NUMBER, outcome=pb.LED_ELSEWHERE, programme_id: str = "a-desk") -> pb.ReportContactRequest:
    return pb.ReportContactRequest(value=value, outcome=outcome, programme_id=programme_id)


async def listed(staff, **page) -> list[pb.ReportedContact]:
    return list((await staff.reported(pb.ListReportedContactsRequest(**page))).contacts)


async def test_what_is_told_is_counted_for_the_contact_it_was_shown_with(reporting, staff):
    for outcome in (pb.LED_ELSEWHERE, pb.LED_ELSEWHERE, pb.GOT_THROUGH):
        assert await reporting.report(report(outcome=outcome)) == pb.ReportContactResponse()
    [found] = await listed(staff)
    assert (found.entry_id, found.name_ja, found.value, found.floor) == ("a-desk", "窓口 a-desk", NUMBER, False)
    assert (found.led_elsewhere, found.got_through, found.new_wrong, found.new_days) == (2, 1, 2, 1)
    assert (found.seen_time, found.seen_by, found.pressing) == ("", "", False)


async def test_a_contact_shown_alone_is_the_floors_where_it_has_it(reporting, staff):
    await reporting.report(report(programme_id=""))
    [found] = await listed(staff)
    assert (found.entry_id, found.floor) == ("z-floor", True)


@pytest.mark.parametrize(
    ("request_", "field"),
    [
        (report(programme_id="nowhere"), "programme_id"),
        (report(programme_id="mute"), "value"),
        (report(value="0120-000-000"), "value"),
        (report(value="0120-000-000", programme_id=""), "value"),
    ],
)
async def test_what_is_no_contact_is_named_and_not_counted(reporting, staff, request_, field):
    with pytest.raises(InvalidArgument) as refused:
        await reporting.report(request_)
    [violation] = refused.value.violations
    assert violation.field == field
    assert "0120-000-000" not in str(refused.value)
    assert await listed(staff) == []


async def test_over_the_days_cap_it_is_taken_and_not_counted_and_the_next_day_counts_anew(reporting, staff, clock):
    for _ in range(DAILY_CAP + 5):
        await reporting.report(report())
    await reporting.report(report(outcome=pb.GOT_THROUGH))
    [found] = await listed(staff)
    assert (found.led_elsewhere, found.got_through) == (DAILY_CAP, 1)
    clock.advance(timedelta(days=1))
    await reporting.report(report())
    [found] = await listed(staff)
    assert (found.led_elsewhere, found.new_days) == (DAILY_CAP + 1, 2)


async def test_days_are_those_of_japan_and_count_for_thirty(reporting, staff, clock):
    await reporting.report(report())
    clock.advance(timedelta(hours=13))  # 1 in the morning in Japan, still the same day in UTC
    await reporting.report(report())
    assert [found.new_days for found in await listed(staff)] == [2]
    clock.advance(timedelta(days=30))
    assert [found.new_wrong for found in await listed(staff)] == [1]
    clock.advance(timedelta(days=1))
    assert await listed(staff) == []


class Stuck:
    """A database that does not answer, and how many wait for it; then one that is away, which is known at once."""

    def __init__(self):
        self.waiting, self.all_wait, self.away = 0, asyncio.Event(), False

    @contextlib.asynccontextmanager
    async def work(self):
        if self.away:
            raise Unavailable("database")
        self.waiting += 1
        if self.waiting == AT_ONCE:
            self.all_wait.set()
        await asyncio.Event().wait()
        yield


async def test_without_a_database_nothing_is_taken_and_it_is_said(shelf, clock):
    stuck = Stuck()
    reporting = Reporting(stuck, shelf, clock=clock, seconds=0.01)
    for stuck.away in (False, True):
        with pytest.raises(Unavailable, match="database"):
            await reporting.report(report())


async def test_a_database_that_hangs_holds_a_few_and_sends_the_others_away(shelf, clock):
    stuck = Stuck()
    reporting = Reporting(stuck, shelf, clock=clock, seconds=60)
    first = [asyncio.create_task(reporting.report(report())) for _ in range(AT_ONCE)]
    await stuck.all_wait.wait()
    with pytest.raises(ResourceExhausted):
        await reporting.report(report())
    for task in first:
        task.cancel()
    await asyncio.wait(first)
    stuck.away = True
    with pytest.raises(Unavailable):
        await reporting.report(report())


async def test_looking_is_noted_and_only_what_comes_after_is_new(reporting, staff, records, clock):
    await reporting.report(report())
    asked = pb.MarkReportsSeenRequest(entry_id="a-desk", value=NUMBER, new_wrong=1)
    marked = await staff.mark_seen(asked, "akiko")
    assert (marked.new_wrong, marked.led_elsewhere, marked.seen_by) == (0, 1, "akiko")
    assert marked.seen_time == "2026-11-26T03:00:00Z"
    await reporting.report(report())
    [found] = await listed(staff)
    assert (found.new_wrong, found.led_elsewhere, found.seen_by) == (1, 2, "akiko")
    async with records.look() as look:
        [newest, *_] = await look.history("a-desk", limit=5)
    assert (newest.actor, newest.reason) == ("akiko", NUMBER)


async def test_who_has_not_read_the_newest_is_told_to_read_again(reporting, staff):
    await reporting.report(report())
    await reporting.report(report())
    with pytest.raises(Aborted, match=r"revision\.changed"):
        await staff.mark_seen(pb.MarkReportsSeenRequest(entry_id="a-desk", value=NUMBER, new_wrong=1), "akiko")
    assert [(found.new_wrong, found.seen_by) for found in await listed(staff)] == [(2, "")]


@pytest.mark.parametrize(("entry_id", "value"), [("a-desk", PAGE), ("nowhere", NUMBER)])
async def test_where_nothing_was_told_there_is_nothing_to_mark(reporting, staff, entry_id, value):
    await reporting.report(report())
    with pytest.raises(InvalidArgument, match="value"):
        await staff.mark_seen(pb.MarkReportsSeenRequest(entry_id=entry_id, value=value), "akiko")


async def test_what_is_not_shown_any_more_needs_no_look(reporting, staff, shelf):
    await reporting.report(report())
    await reporting.report(report(value=PAGE))
    withdrawn = desk("a-desk")
    withdrawn.revision = 2
    withdrawn.withdrawn.append(NUMBER)
    shelf.apply([Change("a-desk", 2, withdrawn)])
    assert [found.value for found in await listed(staff)] == [PAGE]


async def test_the_list_comes_in_pages_what_needs_a_look_first(reporting, staff, clock):
    await reporting.report(report(outcome=pb.GOT_THROUGH, value=PAGE))
    await reporting.report(report(programme_id="z-floor"))
    for _ in range(2):
        await reporting.report(report(outcome=pb.OUT_OF_SERVICE))
        await reporting.report(report(outcome=pb.WRONG_HOURS))
        clock.advance(timedelta(days=1))
    first = await staff.reported(pb.ListReportedContactsRequest(page_size=2))
    assert [(found.entry_id, found.pressing) for found in first.contacts] == [("a-desk", True), ("z-floor", False)]
    rest = await staff.reported(pb.ListReportedContactsRequest(page_size=2, page_token=first.next_page_token))
    assert [found.value for found in rest.contacts] == [PAGE]
    assert rest.next_page_token == ""
    with pytest.raises(InvalidArgument, match="page_token"):
        await listed(staff, page_token="broken")


async def test_staff_is_told_once_a_week_however_often_and_by_how_many_it_is_looked_at(
    reporting, records, database, clock
):
    async def told() -> list[ContactReportedWrong]:
        async with database.read() as connection:
            rows = await outbox.unpublished(connection, limit=1000)
        found = [row.event for row in rows if row.event.type.endswith(".ContactReportedWrong")]
        return [ContactReportedWrong.FromString(event.data) for event in found]

    async def rounds() -> None:
        await asyncio.gather(*(Sweep(records, clock=clock).round() for _ in range(3)))

    await reporting.report(report())
    await reporting.report(report())
    await rounds()
    assert await told() == []
    clock.advance(timedelta(days=1))
    await reporting.report(report())
    for _ in range(8):
        await rounds()
        clock.advance(timedelta(hours=20))
    [notice] = await told()
    assert (notice.entry_id, notice.value, notice.reports, notice.days) == ("a-desk", NUMBER, 3, 2)
    clock.advance(timedelta(days=1))
    await rounds()
    assert len(await told()) == 2
