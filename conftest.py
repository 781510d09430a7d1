"""What all tests share: the real servers, and the mark of the tests that need them."""

from collections.abc import Iterator
from pathlib import Path
from typing import ClassVar

import buckets
import databases
import pytest
import servers
import staff
from backend import Backend, Environment
from installation import installation
from keycloak_realm import realm
from verapdf import VeraPdf, installed

NAMES = ("postgres", "kafka", "keycloak", "elasticsearch", "minio")
REAL = {"real_environment", "verapdf", *(f"{name}_server" for name in NAMES)}

# The contracts assert on behalf of the tests that run them.
pytest.register_assert_rewrite("sql_contracts", "relay_contract", "idempotency_contract")


class _NoParameters:
    params: ClassVar[dict[str, object]] = {}


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        if isinstance(item, pytest.Function) and REAL & {*item.fixturenames}:
            item.add_marker(pytest.mark.real)
        if item.get_closest_marker("xdist_group") is None:
            item.add_marker(pytest.mark.xdist_group(_together_with(item)))


def _together_with(item: pytest.Item) -> str:
    """What runs in one worker where tests run side by side: a backend or a browser for a whole folder, else a file."""
    if isinstance(item, pytest.Function) and "environment" in getattr(item, "callspec", _NoParameters).params:
        return f"backend-{item.callspec.params['environment']}"
    return "browser" if "browser" in item.path.parts else str(item.path)


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


@pytest.fixture
def minio_bucket(minio_server: servers.Server) -> Iterator[buckets.Bucket]:
    """A bucket that this test has to itself."""
    with buckets.bucket(minio_server) as bucket:
        yield bucket


@pytest.fixture(scope="session")
def postgres_database(postgres_server: servers.Server) -> Iterator[str]:
    """Address of a database that this test session has to itself."""
    with databases.postgres_database(postgres_server) as url:
        yield url


@pytest.fixture
def postgres_url(postgres_server: servers.Server, postgres_database: str) -> str:
    """Address of an empty PostgreSQL database."""
    databases.empty(postgres_server, postgres_database)
    return postgres_database


@pytest.fixture
def sqlite_url(tmp_path: Path) -> str:
    """Address of an SQLite file that does not exist yet."""
    return f"sqlite+aiosqlite:///{tmp_path / 'database' / 'test.db'}"


@pytest.fixture(scope="session")
def verapdf() -> VeraPdf:
    """Checks PDFs; fetched where it is missing."""
    return installed()


@pytest.fixture(scope="session")
def real_environment(minio_server: servers.Server, keycloak_server: servers.Server) -> Iterator[Environment]:
    """The backend on real servers, with databases, topics, a bucket and a realm of this session's own."""
    with buckets.bucket(minio_server) as bucket, realm(keycloak_server) as signing_in, installation() as settings:
        people = staff.real(signing_in)
        yield Environment.real(bucket, people, **{**settings, "NOTALONE_OIDC_ISSUER": signing_in.issuer})


@pytest.fixture(scope="session", params=["embedded", pytest.param("real", marks=pytest.mark.real)])
def environment(request: pytest.FixtureRequest) -> Environment:
    """Each kind of backend in turn: whatever takes it, or a backend, holds in all of them."""
    return Environment.embedded() if request.param == "embedded" else request.getfixturevalue("real_environment")


@pytest.fixture(scope="session")
def backend(environment: Environment, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Backend]:
    """One backend of each kind for all tests of a session, at the level that logs most."""
    state = tmp_path_factory.mktemp(environment.name) / "state"
    with environment.running(state, NOTALONE_LOG_LEVEL="DEBUG") as found:
        yield found


@pytest.fixture(scope="session")
def people(environment: Environment, backend: Backend) -> staff.Staff:
    """Two people of the staff and an agency, who sign in at this backend."""
    return environment.staff(backend)
