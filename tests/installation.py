"""What one backend on the shared real servers has to itself, and that nothing of it stays."""

from __future__ import annotations

import contextlib
import secrets
from collections.abc import Iterator, Mapping

import databases
import httpx2
import servers
from confluent_kafka.admin import AdminClient
from notalone_stack import environment

SECONDS = 30


@contextlib.contextmanager
def installation() -> Iterator[dict[str, str]]:
    """Settings of a backend with names of its own on the servers; takes all that away at the end.

    Raises:
        servers.ServersMissing: one does not run.
    """
    name = f"test-{secrets.token_hex(6)}"
    settings = environment.settings(servers.records())
    settings |= {"NOTALONE_KAFKA_PREFIX": f"{name}.", "NOTALONE_ELASTICSEARCH_INDEX": name}
    for setting, database in environment.DATABASES.items():
        settings[setting] = settings[setting].removesuffix(database) + f"{database}_{name.replace('-', '_')}"
    try:
        yield settings
    finally:
        for setting in environment.DATABASES:
            databases.drop(servers.server("postgres"), settings[setting].rpartition("/")[2])
        _drop_topics(settings)
        _drop_indexes(settings)


def _drop_topics(settings: Mapping[str, str]) -> None:
    admin = AdminClient({"bootstrap.servers": settings["NOTALONE_KAFKA_BOOTSTRAP"]})
    topics = admin.list_topics(timeout=SECONDS).topics
    ours = [topic for topic in topics if topic.startswith(settings["NOTALONE_KAFKA_PREFIX"])]
    for future in (admin.delete_topics(ours) if ours else {}).values():
        future.result(SECONDS)


def _drop_indexes(settings: Mapping[str, str]) -> None:
    with httpx2.Client(base_url=settings["NOTALONE_ELASTICSEARCH_URL"], timeout=SECONDS) as elasticsearch:
        for name in elasticsearch.get(f"/{settings['NOTALONE_ELASTICSEARCH_INDEX']}*/_alias").raise_for_status().json():
            elasticsearch.delete(f"/{name}").raise_for_status()
