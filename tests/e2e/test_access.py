"""Staff and agencies at the whole backend: the development sign-in, and an identity provider that is away."""

from datetime import UTC, datetime, timedelta

import httpx2
import pytest
from backend import running
from sign_in import bearer, token

STAFF = "/v1/staff/entries"


@pytest.fixture(scope="module")
def signing_in(tmp_path_factory):
    """A backend with the development sign-in."""
    with running(tmp_path_factory.mktemp("access") / "state") as backend:
        yield backend


def test_a_development_token_opens_what_its_role_may_and_nothing_else(signing_in):
    url = signing_in.url
    with httpx2.Client(base_url=url, timeout=30) as http:
        assert http.get(STAFF, headers=bearer(token(url, "--role", "catalog-editor"))).status_code == 200
        assert http.get(STAFF, headers=bearer(token(url, "--person", "newcomer"))).status_code == 403
        assert http.get(STAFF, headers=bearer(token(url, "--agency", "agency-a"))).status_code == 403
        assert http.get(STAFF, headers=bearer("a.b.c")).status_code == 401
        assert http.get(STAFF).status_code == 401
        assert http.get("/v1/partner/entries", headers=bearer(token(url, "--agency", "agency-a"))).status_code == 200
    assert "Bearer" not in signing_in.logged()


def test_the_document_names_where_tokens_come_from_and_which_calls_take_them(signing_in):
    with httpx2.Client(base_url=signing_in.url, timeout=30) as http:
        document = http.get("/openapi.json").json()
        resource = http.get("/.well-known/oauth-protected-resource").json()
        [issuer] = resource["authorization_servers"]
        assert http.get(f"{issuer}/.well-known/openid-configuration").json()["issuer"] == issuer
    taking = {path for path, verbs in document["paths"].items() for verb in verbs.values() if verb.get("security")}
    assert STAFF in taking
    assert all(path.startswith(("/v1/staff/", "/v1/partner/")) for path in taking)


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
        # A token that could be good: nobody can tell.
        header = "eyJhbGciOiJSUzI1NiIsImtpZCI6ImsiLCJ0eXAiOiJKV1QifQ"
        answer = http.get(STAFF, headers=bearer(f"{header}.e30.AA"))
        assert answer.status_code == 503
        assert answer.headers["retry-after"]
        assert http.get(STAFF).status_code == 401


SOURCE = {"sources": ["https://example.jp/"], "asOf": "2026-11-20", "checkState": "CHECKED"}
DESK = {
    "id": "desk-of-agency-a",
    "kind": "DESK",
    "status": "ACTIVE",
    "name": {"ja": "相談窓口", "en": "A desk"},
    "furigana": "そうだんまどぐち",
    "operator": {"ja": "ある団体"},
    "summary": {"ja": "話を聞きます。", "en": "Somebody listens."},
    "needs": {"money.debt": 1.0},
    "applyAt": "NOTHING_TO_APPLY",
    "audiences": ["GENERAL"],
    "organizationId": "agency-a",
    "provenance": SOURCE,
    "channels": [{"kind": "PHONE", "value": "0120-279-338", "charge": "FREE", "provenance": SOURCE}],
}


class Everybody:
    """Calls as one person or agency after another."""

    def __init__(self, url: str) -> None:
        self._http = httpx2.Client(base_url=url, timeout=60)
        self._tokens: dict[str, str] = {}
        self._url = url

    def __call__(self, who: str, verb: str, path: str, body: dict | None = None) -> httpx2.Response:
        if who not in self._tokens:
            self._tokens[who] = token(self._url, *who.split("="))
        return self._http.request(verb, path, json=body, headers=bearer(self._tokens[who]))

    def close(self) -> None:
        self._http.close()


@pytest.fixture(scope="module")
def call(signing_in):
    everybody = Everybody(signing_in.url)
    yield everybody
    everybody.close()


@pytest.fixture(scope="module")
def desk(call) -> str:
    """An entry that agency-a owns: written by one, approved by another."""
    draft = call("--person=editor-approver", "POST", "/v1/staff/drafts", {"entry": DESK, "baseRevision": 0})
    assert draft.status_code == 200, draft.text
    revision = {"revision": draft.json()["number"]}
    path = f"/v1/staff/entries/{DESK['id']}"
    assert call("--person=editor-approver", "POST", f"{path}:submit", revision).status_code == 200
    alone = call("--person=editor-approver", "POST", f"{path}:approve", {**revision, "publish": True})
    assert alone.status_code == 403, "nobody approves what they submitted"
    assert call("--person=approver", "POST", f"{path}:approve", {**revision, "publish": True}).status_code == 200
    return DESK["id"]


def test_an_agency_reaches_its_own_and_another_does_not_even_see_it(call, desk):
    reads, entries = f"/v1/partner/entries/{desk}", "/v1/partner/entries"
    pause = {"until": (datetime.now(UTC) + timedelta(days=1)).isoformat(), "reason": "OVERLOADED"}
    corrected = {
        "entry": {**DESK, "summary": {"ja": "よく聞きます。", "en": "Listens well."}},
        "baseRevision": 1,
        "comment": "直してください",
    }
    for who, seen, paused, proposed in (
        ("--agency=agency-b", 404, 404, 404),
        ("--agency=agency-reader", 200, 403, 403),
        ("--agency=agency-a", 200, 200, 200),
    ):
        assert call(who, "GET", reads).status_code == seen
        listed = [one["id"] for one in call(who, "GET", entries).json()["entries"]]
        assert (desk in listed) is (seen == 200)
        assert call(who, "POST", f"/v1/partner/desks/{desk}:pause", pause).status_code == paused
        assert call(who, "POST", f"/v1/partner/desks/{desk}:resume", {}).status_code == paused
        assert call(who, "POST", "/v1/partner/corrections", corrected).status_code == proposed
    [correction] = call("--agency=agency-a", "GET", "/v1/partner/corrections").json()["corrections"]
    assert call("--agency=agency-b", "GET", "/v1/partner/corrections").json()["corrections"] == []
    assert call("--agency=agency-b", "GET", f"/v1/partner/corrections/{correction['id']}").status_code == 404
