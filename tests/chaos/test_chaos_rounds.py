"""A few rounds on the servers that all tests share: processes and connections fail, the servers themselves do not."""

import asyncio

import keycloak_realm
import pytest
from installation import installation

from chaos.installation import SERVERS, Installation
from chaos.rounds import Rounds, read

SEED, ROUNDS = 3, ("kill dialogue-1", "cut postgres")


@pytest.mark.timeout(300)
async def test_nothing_is_lost_and_nothing_wrong_is_said_while_parts_fail(
    tmp_path, postgres_server, kafka_server, keycloak_server, elasticsearch_server, minio_bucket, minio_server
):
    found = [postgres_server, kafka_server, elasticsearch_server, minio_server, keycloak_server]
    addresses = {name: one.address for name, one in zip(SERVERS, found, strict=True)}
    with installation() as settings, keycloak_realm.realm(keycloak_server) as realm:
        here = Installation(tmp_path)
        try:
            await here.start_on(addresses, {**settings, **minio_bucket.settings}, realm)
            for number, fault in enumerate(ROUNDS):
                rounds = Rounds(here, seed=SEED + number, say=print)
                [line] = await rounds.run(range(1), only=fault)
                assert line["findings"] == []
                assert line["calls"]["cry"]["done"]
        finally:
            await asyncio.shield(here.stop())
    assert len(read(tmp_path / "journal.jsonl")) == len(ROUNDS)
