"""The whole catalogue, started: on both databases, after a death, and while its database is away."""

import asyncio
import contextlib
from collections.abc import AsyncIterator

import grpc
import notalone_crisis
import pytest
from notalone.catalog.v1 import catalog_service_pb2 as pb
from notalone.catalog.v1.catalog_service_pb2_grpc import CatalogServiceStub
from notalone.catalog.v1.entry_pb2 import Channel, Entry, Provenance
from notalone.catalog.v1.programme_pb2 import Programme
from notalone.common.v1.common_pb2 import GENERAL
from notalone_catalog.adapters.sql_records import SqlRecords
from notalone_catalog.authoring.ports import Act
from notalone_catalog.domain import revision
from notalone_catalog.domain.records import EntryRecord
from notalone_catalog.feeding import Feed
from notalone_catalog.main import start
from notalone_catalog.settings import CatalogSettings
from notalone_chassis import grpc_client
from notalone_chassis.clock import FixedClock
from notalone_chassis.remembering import Memory
from notalone_chassis.sql import migrations, preparation
from notalone_chassis.sql.database import open_database
from notalone_kernel import left_out
from notalone_kernel.entry_shelf import Change, EntryShelf

NAME = "ほしぞら談話室ネットワーク"


async def ready(channel, service: str) -> bool:
    return await grpc_client.serves(channel, f"notalone.catalog.v1.{service}", timeout=10)


@contextlib.asynccontextmanager
async def running(clock: FixedClock, **settings) -> AsyncIterator[CatalogServiceStub]:
    async with reached(clock, **settings) as channel:
        yield CatalogServiceStub(channel)


@contextlib.asynccontextmanager
async def reached(clock: FixedClock, **settings) -> AsyncIterator[grpc.aio.Channel]:
    catalog = await start(CatalogSettings(**settings), clock=clock)
    channel = grpc_client.channel(catalog.address)
    try:
        yield channel
    finally:
        await channel.close()
        await catalog.stop(0)


async def names(catalog: CatalogServiceStub, words: str) -> list[str]:
    answer = await catalog.SearchProgrammes(pb.SearchProgrammesRequest(query=words), timeout=10)
    return [programme.id for programme in answer.programmes]


class StartContract:
    @pytest.fixture
    def settings(self, url, tmp_path) -> dict:
        return {"database_url": url, "data_dir": tmp_path / "state"}

    async def test_what_was_committed_but_not_published_is_found_after_a_start(self, settings, url, clock, new_id):
        database = open_database(url, application="test", synchronous="NORMAL")
        await migrations.migrate(database, "notalone_catalog")
        records = SqlRecords(database, clock=clock, new_id=new_id)
        made = Entry(
            id="hoshizora",
            kind=Programme.DESK,
            status=Entry.ACTIVE,
            name={"ja": NAME},
            furigana="ほしぞら",
            audiences=[GENERAL],
            channels=[Channel(value="03-6745-5600", provenance=Provenance(sources=["a"]))],
        )
        record = EntryRecord(id="hoshizora")
        async with records.work() as work:
            for step in (
                lambda record: revision.write(record, made, base=0, author="a", origin=2, at=clock.now()),
                lambda record: revision.submit(record, 1, by="a", at=clock.now()),
                lambda record: revision.approve(record, 1, by="b"),
                lambda record: revision.publish(record, 1),
            ):
                change = step(record)
                await work.save([(record, change)], Act(actor="a", at=clock.now()))
                record = change.record
        await database.close()
        async with running(clock, **settings) as catalog:
            assert (await names(catalog, NAME))[0] == "hoshizora"
            assert await names(catalog, "家賃")

    async def test_it_starts_again_on_what_it_has(self, settings, clock):
        for _ in range(2):
            async with running(clock, **settings) as catalog:
                assert await names(catalog, "家賃")

    async def test_staff_are_told_that_it_is_not_ready_until_somebody_has_migrated(self, settings, clock, monkeypatch):
        monkeypatch.setattr(preparation, "AGAIN_SECONDS", 0.01)
        async with reached(clock, **settings, migrate_at_start=False) as channel:
            assert await ready(channel, "CatalogService")
            assert not await ready(channel, "CatalogAuthoringService")
            database = open_database(settings["database_url"], application="test", synchronous="NORMAL")
            await migrations.migrate(database, "notalone_catalog")
            await database.close()
            async with asyncio.timeout(20):
                while not await ready(channel, "CatalogAuthoringService"):
                    pass


class TestStartOnSqlite(StartContract):
    @pytest.fixture
    def url(self, sqlite_url):
        return sqlite_url


class TestStartOnPostgres(StartContract):
    @pytest.fixture
    def url(self, postgres_url):
        return postgres_url


async def test_while_its_database_is_away_it_answers_from_what_ships_with_the_code(clock, tmp_path):
    nobody = "postgresql+psycopg://nobody:nothing@127.0.0.1:9/none"
    async with running(clock, database_url=nobody, data_dir=tmp_path) as catalog:
        assert await names(catalog, "家賃")
        cry = await catalog.SearchProgrammes(pb.SearchProgrammesRequest(query="死にたい"), timeout=10)
        assert cry.crisis.contacts
        withdrawn = await catalog.ListWithdrawnContacts(pb.ListWithdrawnContactsRequest(), timeout=30)
        assert list(withdrawn.contacts) == []


async def test_a_contact_that_was_withdrawn_stays_so_at_a_start_without_database(clock, tmp_path):
    line, number = "yorisoi-hotline", "0120-279-338"
    shelf = EntryShelf(notalone_crisis.floor_entries())
    memory = Memory(tmp_path / "catalog" / "left_out.json", left_out, service="test")
    [told] = [entry for entry in notalone_crisis.floor_entries() if entry.id == line]
    told.revision, told.withdrawn[:] = 2, [number]
    await Feed(shelf, memory).apply([Change(line, 2, told)])
    nobody = "postgresql+psycopg://nobody:nothing@127.0.0.1:9/none"
    async with running(clock, database_url=nobody, data_dir=tmp_path) as catalog:
        cry = await catalog.SearchProgrammes(pb.SearchProgrammesRequest(query="死にたい"), timeout=10)
        assert cry.crisis.contacts
        assert number not in str(cry.crisis)
        withdrawn = await catalog.ListWithdrawnContacts(pb.ListWithdrawnContactsRequest(), timeout=30)
        assert list(withdrawn.contacts) == [f"{line}:{number}"]


async def test_the_first_search_does_not_wait_for_the_sheets_of_the_crisis_library(clock, tmp_path, monkeypatch):
    asked = []
    monkeypatch.setattr(notalone_crisis, "recognise", lambda text: asked.append(text) or frozenset())
    nobody = "postgresql+psycopg://nobody:nothing@127.0.0.1:9/none"
    async with reached(clock, database_url=nobody, data_dir=tmp_path):
        assert asked == [""]
