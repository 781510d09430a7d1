"""Anybody tells what came of trying a contact; staff of the running backend sees counts, and nothing of who told."""

from __future__ import annotations

import httpx2
import pytest
from backend import running
from sign_in import bearer, token
from talk import EMERGENCY_NUMBERS, Talk, error_of, help_numbers, violations

REPORT, LIST, SEEN = "/v1/contacts:report", "/v1/staff/contacts/reported", "/v1/staff/contacts:markSeen"
FLOOR, NUMBER = "yorisoi-hotline", "0120-279-338"
FROM = "203.0.113.77"


@pytest.fixture(scope="module")
def told_to(tmp_path_factory):
    state = tmp_path_factory.mktemp("reports") / "state"
    with running(state, NOTALONE_LOG_LEVEL="DEBUG", NOTALONE_GATEWAY_TRUSTED_PROXIES="127.0.0.1") as found:
        yield found


@pytest.fixture(scope="module")
def anybody(told_to):
    with httpx2.Client(base_url=told_to.url, timeout=30) as http:
        yield http


def staff(backend, role: str) -> httpx2.Client:
    return httpx2.Client(base_url=backend.url, timeout=30, headers=bearer(token(backend.url, "--role", role)))


def test_what_is_told_of_every_contact_of_a_crisis_answer_reaches_staff_who_look(told_to, anybody):
    talk = Talk(anybody)
    shown = [contact["value"] for contact in talk.say(talk.start(language="ja"), "死にたい")["crisis"]["contacts"]]
    assert NUMBER in shown
    for value in shown:
        answer = anybody.post(REPORT, json={"value": value, "outcome": "NOT_ANSWERED"})
        assert (answer.status_code, answer.json()) == (200, {})
    anybody.post(REPORT, json={"value": NUMBER, "outcome": "LED_ELSEWHERE"})

    with staff(told_to, "catalog-editor") as editor:
        found = {contact["value"]: contact for contact in editor.get(LIST).json()["contacts"]}
        assert found.keys() >= set(shown)
        one = found[NUMBER]
        assert (one["entryId"], one["floor"], one["notAnswered"], one["newWrong"]) == (FLOOR, True, 1, 1)
        seen = editor.post(SEEN, json={"entryId": FLOOR, "value": NUMBER, "newWrong": 1}).json()
        assert (seen["newWrong"], seen["ledElsewhere"]) == (0, 1)
        again = editor.post(SEEN, json={"entryId": FLOOR, "value": NUMBER, "newWrong": 1})
        assert (again.status_code, error_of(again)["status"]) == (409, "ABORTED")
        history = editor.get(f"/v1/staff/entries/{FLOOR}/history").json()["items"]
        assert history[0]["action"] == "REPORTS_SEEN"
        assert history[0]["actor"] == seen["seenBy"]


def test_nothing_of_who_told_it_is_kept_or_logged(told_to, anybody):
    told = {"value": NUMBER, "outcome": "GOT_THROUGH"}
    headers = {"x-forwarded-for": FROM, "user-agent": "zqx7-browser", "accept-language": "vi"}
    assert anybody.post(REPORT, json=told, headers=headers).status_code == 200
    assert FROM not in told_to.logged()
    assert "zqx7" not in told_to.logged()
    files = [path for path in told_to.state.rglob("*") if path.is_file()]
    assert any(NUMBER.encode() in path.read_bytes() for path in files)
    for path in files:
        content = path.read_bytes()
        assert FROM.encode() not in content, path
        assert b"zqx7" not in content, path


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({"outcome": "GOT_THROUGH"}, "value"),
        ({"value": "0120-000-000", "outcome": "GOT_THROUGH"}, "value"),
        ({"value": NUMBER}, "outcome"),
        ({"value": NUMBER, "outcome": "CONTACT_OUTCOME_UNSPECIFIED"}, "outcome"),
        ({"value": NUMBER, "outcome": "RUDE"}, "outcome"),
        ({"value": NUMBER, "outcome": "GOT_THROUGH", "programmeId": "nowhere"}, "programmeId"),
        ({"value": NUMBER, "outcome": "GOT_THROUGH", "comment": "x"}, "comment"),
        ({"value": "1" * 501, "outcome": "GOT_THROUGH"}, "value"),
    ],
)
def test_what_is_no_report_is_named_by_field(anybody, body, field):
    answer = anybody.post(REPORT, json=body)
    assert answer.status_code == 400
    assert list(violations(answer)) == [field]


def test_nobody_but_staff_sees_what_was_told(told_to, anybody):
    assert anybody.get(LIST).status_code == 401
    agency = bearer(token(told_to.url, "--agency", "agency-a"))
    assert anybody.get(LIST, headers=agency).status_code == 403
    with staff(told_to, "auditor") as auditor:
        assert auditor.get(LIST).status_code == 200
        assert auditor.post(SEEN, json={"entryId": FLOOR, "value": NUMBER}).status_code == 403


def test_while_the_database_is_away_it_says_so_with_numbers_to_turn_to_and_all_else_goes_on(tmp_path):
    # Nobody ever answers at port 9 of this machine.
    url = "postgresql+psycopg://notalone@127.0.0.1:9/notalone"
    with (
        running(tmp_path / "state", NOTALONE_CATALOG_DATABASE_URL=url) as backend,
        httpx2.Client(base_url=backend.url, timeout=30) as http,
    ):
        answer = http.post(REPORT, json={"value": NUMBER, "outcome": "GOT_THROUGH"})
        assert (answer.status_code, error_of(answer)["status"]) == (503, "UNAVAILABLE")
        assert help_numbers(error_of(answer)) >= EMERGENCY_NUMBERS
        assert http.post("/v1/programmes:search", json={"query": "家賃"}).json()["totalSize"] > 0


def test_every_kind_of_backend_counts(http):
    told = http.post(REPORT, json={"value": NUMBER, "outcome": "GOT_THROUGH", "programmeId": FLOOR})
    assert (told.status_code, told.json()) == (200, {})
