"""The whole catalogue, started: on both databases, after a death, and while its database is away."""

import contextlib
from collections.abc import AsyncIterator

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
from notalone_catalog.main import start
from notalone_catalog.settings import CatalogSettings
from notalone_chassis import grpc_client
from notalone_chassis.clock import FixedClock
from notalone_chassis.sql import migrations
from notalone_chassis.sql.database import open_database

NAME = "ほしぞら談話室ネットワーク"


@contextlib.asynccontextmanager
async def running(clock: FixedClock, **settings) -> AsyncIterator[CatalogServiceStub]:
    catalog = await start(CatalogSettings(**settings), clock=clock)
    channel = grpc_client.channel(catalog.address)
    try:
        yield CatalogServiceStub(channel)
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


async def test_a_contact_that_was_withdrawn_stays_so_at_a_start_without_database(clock, tmp_path, sqlite_url, new_id):
    line, number = "yorisoi-hotline", "0120-279-338"
    async with running(clock, database_url=sqlite_url, data_dir=tmp_path):
        pass
    database = open_database(sqlite_url, application="test", synchronous="NORMAL")
    records = SqlRecords(database, clock=clock, new_id=new_id)
    async with records.work() as work:
        before = await work.record(line)
        await work.save([(before, revision.withdraw(before, number))], Act(actor="ben", at=clock.now(), reason="wrong"))
    await database.close()
    async with running(clock, database_url=sqlite_url, data_dir=tmp_path):
        pass
    # Neither the database nor what was published can be read any more.
    (tmp_path / "events").rename(tmp_path / "gone")
    nobody = "postgresql+psycopg://nobody:nothing@127.0.0.1:9/none"
    async with running(clock, database_url=nobody, data_dir=tmp_path) as catalog:
        cry = await catalog.SearchProgrammes(pb.SearchProgrammesRequest(query="死にたい"), timeout=10)
        assert cry.crisis.contacts
        assert number not in str(cry.crisis)
        withdrawn = await catalog.ListWithdrawnContacts(pb.ListWithdrawnContactsRequest(), timeout=30)
        assert list(withdrawn.contacts) == [f"{line}:{number}"]
