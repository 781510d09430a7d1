"""What all tests share: the real servers, and the mark of the tests that need them."""

import pytest
import servers

NAMES = ("postgres", "kafka", "keycloak", "elasticsearch", "minio")


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        if isinstance(item, pytest.Function) and any(f"{name}_server" in item.fixturenames for name in NAMES):
            item.add_marker(pytest.mark.real)


@pytest.fixture(scope="session")
def postgres_server() -> servers.Server:
    return servers.server("postgres")


@pytest.fixture(scope="session")
def kafka_server() -> servers.Server:
    return servers.server("kafka")


@pytest.fixture(scope="session")
def keycloak_server() -> servers.Server:
    return servers.server("keycloak")


@pytest.fixture(scope="session")
def elasticsearch_server() -> servers.Server:
    return servers.server("elasticsearch")


@pytest.fixture(scope="session")
def minio_server() -> servers.Server:
    return servers.server("minio")
