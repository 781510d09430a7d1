"""Staff and agencies at the whole backend: the development sign-in, and an identity provider that is away."""

import subprocess
import sys

import httpx2
import pytest
from backend import running


def token(url: str, *whose: str) -> str:
    """What `notalone token` prints."""
    command = [sys.executable, "-m", "notalone_app.main", "token", "--backend", url, *whose]
    return subprocess.run(command, capture_output=True, text=True, timeout=60, check=True).stdout.strip()


def bearer(value: str) -> dict[str, str]:
    return {"Authorization": f"Bearer {value}"}


@pytest.fixture(scope="module")
def signing_in(tmp_path_factory):
    """A backend with the development sign-in."""
    with running(tmp_path_factory.mktemp("access") / "state") as backend:
        yield backend


def test_a_development_token_is_printed_for_whoever_there_is(signing_in):
    for whose in (("--role", "catalog-editor"), ("--person", "newcomer"), ("--agency", "agency-a")):
        assert token(signing_in.url, *whose).count(".") == 2


def test_front_ends_find_where_tokens_come_from(signing_in):
    with httpx2.Client(base_url=signing_in.url, timeout=30) as http:
        resource = http.get("/.well-known/oauth-protected-resource").json()
        [issuer] = resource["authorization_servers"]
        assert http.get(f"{issuer}/.well-known/openid-configuration").json()["issuer"] == issuer


def test_an_identity_provider_that_is_away_leaves_the_public_side_untouched(tmp_path):
    # Nobody ever answers at port 9 of this machine.
    with (
        running(tmp_path / "state", NOTALONE_OIDC_ISSUER="http://127.0.0.1:9/realms/notalone") as backend,
        httpx2.Client(base_url=backend.url, timeout=30, headers=bearer("a.b.c")) as http,
    ):
        assert http.get("/readyz").status_code == 200
        turn = http.post("/v1/conversations", json={"language": "ja"}).json()
        told = {"conversation": turn["conversation"], "text": "もう死にたい"}
        assert "SUICIDE" in http.post("/v1/conversations:reply", json=told).json()["crisis"]["kinds"]
        assert http.post("/v1/programmes:search", json={"query": "家賃"}).json()["totalSize"] > 0
