"""Staff is told of what expires, is stale or dead: once, however often and by how many processes it is looked at."""

import asyncio
import contextlib
from collections.abc import AsyncIterator
from datetime import timedelta

import pytest
from notalone.catalog.v1 import catalog_authoring_service_pb2 as pb
from notalone.catalog.v1.entry_pb2 import Channel, Entry, Provenance
from notalone.catalog.v1.notices_pb2 import ContactExpiring, LinkDead
from notalone.common.v1.contact_pb2 import Contact
from notalone_catalog.adapters.http_probe import HttpLinkProbe
from notalone_catalog.authoring import sweep as module
from notalone_catalog.authoring.importing import import_entries
from notalone_catalog.authoring.reading import StaffReading
from notalone_catalog.authoring.sweep import Sweep
from notalone_catalog.domain import health
from notalone_catalog.domain.health import Mark
from notalone_chassis.sql import outbox

EXPIRING, STALE, DEAD = "ContactExpiring", "FloorContactStale", "LinkDead"


def line(days_ago: int, clock, *, state=Contact.CHECKED, value: str = "110") -> Channel:
    day = (clock.now() - timedelta(days=days_ago)).date().isoformat()
    return Channel(value=value, provenance=Provenance(as_of=day, check_state=state))


async def nobody_sleeps(_seconds: float) -> None:
    """A second of politeness is no matter of tests."""


class Web:
    """Pages by their status; notes what is opened."""

    def __init__(self, **pages: int):
        self.pages = {f"https://example.jp/{name}": status for name, status in pages.items()}
        self.opened: list[str] = []

    async def status(self, url: str) -> int:
        self.opened.append(url)
        return self.pages[url]


@pytest.fixture
def notices(database):
    async def read(name: str) -> list:
        async with database.read() as connection:
            rows = await outbox.unpublished(connection, limit=1000)
        return [row.event for row in rows if row.event.type.endswith(f".{name}")]

    return read


async def test_a_contact_that_expires_is_told_once_and_again_after_its_next_check(records, clock, notices):
    entries = [Entry(id="fresh", channels=[line(0, clock)]), Entry(id="old", channels=[line(80, clock)])]
    await import_entries(records, entries, clock=clock)
    sweep = Sweep(records, clock=clock)
    for _ in range(3):
        await sweep.round()
        clock.advance(timedelta(hours=1))
    (event,) = await notices(EXPIRING)
    told = ContactExpiring.FromString(event.data)
    assert (event.key, told.value, told.expires_on) == ("old", "110", "2026-12-06")
    entries[1] = Entry(id="old", channels=[line(79, clock)])
    await import_entries(records, entries, clock=clock)
    await sweep.round()
    assert len(await notices(EXPIRING)) == 2


async def test_a_stale_floor_contact_is_told_again_after_each_period_and_others_never(records, clock, notices):
    stale = line(400, clock, state=Contact.NEEDS_RECHECK)
    entries = [Entry(id="floor", floor=True, channels=[stale]), Entry(id="other", channels=[stale])]
    await import_entries(records, entries, clock=clock)
    sweep = Sweep(records, clock=clock)
    for _ in range(31):
        await sweep.round()
        clock.advance(timedelta(days=1))
    assert [event.key for event in await notices(STALE)] == ["floor", "floor"]
    assert await notices(EXPIRING) == []


async def test_several_processes_tell_it_once(records, clock, notices):
    stale = line(400, clock, state=Contact.NEEDS_RECHECK)
    await import_entries(records, [Entry(id="floor", floor=True, channels=[stale])], clock=clock)
    await asyncio.gather(*(Sweep(records, clock=clock).round() for _ in range(5)))
    assert len(await notices(STALE)) == 1


async def test_what_is_withdrawn_from_public_is_told_again_before_a_log_forgets_it(records, clock, told):
    await import_entries(records, [Entry(id="gone"), Entry(id="stays")], clock=clock)
    await import_entries(records, [Entry(id="stays")], clock=clock)
    sweep = Sweep(records, clock=clock)
    for _ in range(10):
        await sweep.round()
        clock.advance(timedelta(hours=1))
    withdrawn = [key for name, key in await told() if name == "EntryWithdrawn"]
    assert withdrawn == ["gone", "gone", "gone"]


async def test_a_page_is_dead_after_several_failures_in_a_row_and_that_is_told_once(records, clock, notices):
    urls = {name: f"https://example.jp/{name}" for name in ("good", "gone", "shy")}
    entries = [Entry(id=name, url=url) for name, url in urls.items()] + [Entry(id="too", url=urls["gone"])]
    await import_entries(records, entries, clock=clock)
    web = Web(good=200, gone=404, shy=403)
    sweep = Sweep(records, clock=clock, probe=web, sleep=nobody_sleeps)
    for _ in range(5):
        await sweep.round()
        await sweep.round()
        clock.advance(timedelta(days=1))
    (event,) = await notices(DEAD)
    told = LinkDead.FromString(event.data)
    assert (event.key, told.url, told.failures, told.http_status) == ("gone", urls["gone"], 3, 404)
    assert web.opened.count(urls["gone"]) == 5
    web.pages[urls["gone"]] = 200
    await sweep.round()
    web.pages[urls["gone"]] = 0
    for _ in range(3):
        clock.advance(timedelta(days=1))
        await sweep.round()
    assert len(await notices(DEAD)) == 2


async def test_staff_sees_since_when_a_page_is_dead_and_when_it_was_opened_last(records, clock):
    urls = {name: f"https://example.jp/{name}" for name in ("good", "gone")}
    await import_entries(records, [Entry(id=name, url=url) for name, url in urls.items()], clock=clock)
    web = Web(good=200, gone=404)
    sweep = Sweep(records, clock=clock, probe=web, sleep=nobody_sleeps)
    reading = StaffReading(records, clock=clock)

    async def links(entry_id: str) -> list[tuple[str, int, str, bool]]:
        found = (await reading.entry(pb.GetEntryRequest(entry_id=entry_id))).summary.links
        return [(link.check_time, link.failures, link.failing_since, link.dead) for link in found]

    assert await links("gone") == []
    for day in range(3):
        if day:
            clock.advance(timedelta(days=1))
        await sweep.round()
    first, last = "2026-11-26T03:00:00Z", "2026-11-28T03:00:00Z"
    assert await links("gone") == [(last, 3, first, True)]
    assert await links("good") == [(last, 0, "", False)]
    dead = await reading.entries(pb.ListEntriesRequest(dead_links=True))
    assert [one.id for one in dead.entries] == ["gone"]
    assert dead.entries[0].links[0].url == urls["gone"]
    # A page that is there again is forgotten as one that was not.
    web.pages[urls["gone"]] = 200
    clock.advance(timedelta(days=1))
    await sweep.round()
    assert await links("gone") == [("2026-11-29T03:00:00Z", 0, "", False)]
    assert not (await reading.entries(pb.ListEntriesRequest(dead_links=True))).entries


async def test_where_nearly_no_page_answers_it_is_not_the_pages(records, clock, notices):
    urls = [f"https://example.jp/{number}" for number in range(12)]
    await import_entries(records, [Entry(id=f"e{place}", url=url) for place, url in enumerate(urls)], clock=clock)
    web = Web(**{str(number): 0 for number in range(12)})
    sweep = Sweep(records, clock=clock, probe=web, sleep=nobody_sleeps)
    for _ in range(4):
        await sweep.round()
        clock.advance(timedelta(days=1))
    assert await notices(DEAD) == []
    assert not (await StaffReading(records, clock=clock).entries(pb.ListEntriesRequest(dead_links=True))).entries
    # Then the way is there again, and one page is not.
    web.pages = dict.fromkeys(web.pages, 200) | {urls[0]: 0}
    for _ in range(3):
        await sweep.round()
        clock.advance(timedelta(days=1))
    assert [event.key for event in await notices(DEAD)] == ["e0"]


async def test_a_real_page_that_goes_is_found_dead_by_the_probe_itself(records, clock):
    async with site(b"HTTP/1.1 410 Gone\r\ncontent-length: 0\r\nconnection: close\r\n\r\n") as (url, asked):
        await import_entries(records, [Entry(id="a", url=url)], clock=clock)
        sweep = Sweep(records, clock=clock, probe=HttpLinkProbe(inside=True), sleep=nobody_sleeps)
        for _ in range(3):
            await sweep.round()
            clock.advance(timedelta(days=1))
    assert len(asked) == 3
    (one,) = (await StaffReading(records, clock=clock).entries(pb.ListEntriesRequest(dead_links=True))).entries
    assert one.id == "a"


async def test_a_mark_of_before_times_were_noted_is_read(records, clock):
    await import_entries(records, [Entry(id="a", url="https://example.jp/gone")], clock=clock)
    async with records.work() as work:
        await work.mark({health.link_key("https://example.jp/gone"): Mark("4", clock.now())})
    summary = (await StaffReading(records, clock=clock).entry(pb.GetEntryRequest(entry_id="a"))).summary
    (link,) = summary.links
    assert (link.failures, link.failing_since, link.dead) == (4, "", True)


async def test_several_processes_open_a_page_once_a_day(records, clock):
    await import_entries(records, [Entry(id="a", url="https://example.jp/good")], clock=clock)
    web = Web(good=200)
    await asyncio.gather(*(Sweep(records, clock=clock, probe=web, sleep=nobody_sleeps).round() for _ in range(4)))
    assert len(web.opened) == 1


async def test_without_a_probe_no_page_is_opened_and_the_rounds_go_on_after_a_fault(records, clock, monkeypatch):
    monkeypatch.setattr(module, "FIRST_SECONDS", 0.0)
    monkeypatch.setattr(module, "EVERY_SECONDS", 0.0)
    rounds, enough = [], asyncio.Event()

    async def round_(self):
        rounds.append(1)
        if len(rounds) == 3:
            enough.set()
        raise OSError

    monkeypatch.setattr(Sweep, "round", round_)
    sweep = Sweep(records, clock=clock)
    await sweep.start()
    async with asyncio.timeout(10):
        await enough.wait()
    await sweep.stop()


@contextlib.asynccontextmanager
async def site(answer: bytes) -> AsyncIterator[tuple[str, list[bytes]]]:
    """A local server that gives every request this answer."""
    asked: list[bytes] = []

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        asked.append(await reader.readuntil(b"\r\n\r\n"))
        writer.write(answer)
        await writer.drain()
        writer.close()

    server = await asyncio.start_server(serve, "127.0.0.1", 0)
    async with server:
        yield f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}/page", asked


@pytest.mark.parametrize("status", [200, 302, 404, 503])
async def test_a_probe_asks_for_the_head_only_and_follows_nothing(status):
    answer = f"HTTP/1.1 {status} X\r\nlocation: http://127.0.0.1:9/\r\ncontent-length: 0\r\nconnection: close\r\n\r\n"
    async with site(answer.encode()) as (url, asked):
        assert await HttpLinkProbe(inside=True).status(url) == status
    assert [request.split(b" ")[0] for request in asked] == [b"HEAD"]


async def test_where_a_head_is_refused_the_page_itself_is_asked_for():
    async with site(b"HTTP/1.1 405 No\r\ncontent-length: 0\r\nconnection: close\r\n\r\n") as (url, asked):
        assert await HttpLinkProbe(inside=True).status(url) == 405
    assert [request.split(b" ")[0] for request in asked] == [b"HEAD", b"GET"]


@pytest.mark.parametrize("url", ["http://127.0.0.1:9/", "http://localhost/", "https://[::1]/", "http://10.0.0.1/", "x"])
async def test_nothing_inside_is_asked(url):
    assert await HttpLinkProbe().status(url) == 0


async def test_nobody_there_is_no_answer():
    assert await HttpLinkProbe(inside=True).status("http://127.0.0.1:9/") == 0
