"""What the services expect on the servers is made once, and a server that is away is named."""

import pytest
from confluent_kafka.admin import AdminClient
from installation import installation
from notalone_app.real.prepare import NotPrepared, PrepareSettings, prepare


@pytest.fixture
def settings(postgres_server, kafka_server, monkeypatch):
    with installation() as found:
        for name, value in found.items():
            monkeypatch.setenv(name, value)
        yield found


async def test_what_is_missing_is_made_and_told_and_the_second_time_nothing_is(settings):
    done = await prepare(settings)
    assert len([line for line in done if line.startswith("made database notalone_")]) == 2
    topics = AdminClient({"bootstrap.servers": settings["NOTALONE_KAFKA_BOOTSTRAP"]}).list_topics(timeout=30).topics
    prefix = settings["NOTALONE_KAFKA_PREFIX"]
    assert {f"{prefix}notalone.catalog.entries.v1", f"{prefix}notalone.catalog.entries.v1.dead"} <= set(topics)
    assert await prepare(settings) == []


async def test_without_servers_there_is_nothing_to_prepare(monkeypatch):
    monkeypatch.delenv("NOTALONE_KAFKA_BOOTSTRAP", raising=False)
    assert await prepare({}) == []


async def test_a_database_server_that_is_away_is_named_without_its_password():
    with pytest.raises(NotPrepared, match="PostgreSQL") as told:
        await prepare({"NOTALONE_CATALOG_DATABASE_URL": "postgresql+psycopg://a:hidden@127.0.0.1:1/c"})
    assert "hidden" not in str(told.value)


@pytest.mark.parametrize(
    ("environment", "asked", "copies"), [("development", None, 1), ("production", None, 3), ("production", 2, 2)]
)
def test_production_keeps_three_copies_unless_told(environment, asked, copies):
    assert PrepareSettings(environment=environment, kafka_replicas=asked).replicas == copies
