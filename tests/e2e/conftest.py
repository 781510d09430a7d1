"""Clients of the one backend of each kind."""

from collections.abc import Iterator

import httpx2
import pytest
from backend import Backend
from notalone_chassis.clock import SystemClock
from notalone_chassis.seal import KeyRing, Sealer
from talk import Talk


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        if "e2e" in item.path.parts:
            item.add_marker(pytest.mark.e2e)
            # The first test of a backend waits for its start.
            if item.get_closest_marker("timeout") is None:
                item.add_marker(pytest.mark.timeout(180))


@pytest.fixture(scope="session")
def http(backend: Backend) -> Iterator[httpx2.Client]:
    # Generous: the machine may be busy with other tests.
    hooks = {"response": [hold_to_what_holds_everywhere]}
    with httpx2.Client(base_url=backend.url, timeout=30, event_hooks=hooks) as client:
        yield client


def hold_to_what_holds_everywhere(response: httpx2.Response) -> None:
    """Every answer of every test: no trace in the browser, nothing said to the next site."""
    assert "set-cookie" not in response.headers
    assert response.headers["referrer-policy"] == "no-referrer"
    assert response.headers["x-content-type-options"] == "nosniff"
    assert response.headers["x-frame-options"] == "DENY"
    assert "'unsafe" not in response.headers["content-security-policy"]
    assert "server" not in response.headers
    if response.request.method == "POST" or response.status_code >= 400:
        assert response.headers["cache-control"] == "no-store"


@pytest.fixture(scope="session")
def talk(http: httpx2.Client) -> Talk:
    return Talk(http)


@pytest.fixture(scope="session")
def own_sealer(backend: Backend, talk: Talk) -> Sealer:
    """Opens what the backend sealed, with its own keys: only a test on the same machine can."""
    talk.start()
    keys = backend.state / "dialogue" / "keys"
    assert keys.is_file()
    return Sealer(KeyRing(keys, SystemClock()).keys)
