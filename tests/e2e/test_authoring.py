"""Staff and agencies keep the catalogue true, and every part of the running backend answers by it soon after."""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import httpx2
import pytest
from backend import Backend, running
from notalone_app.development_token import get
from notalone_app.issuer.people import AGENCIES, agency, person_with
from notalone_gateway.openapi.examples import REQUESTS

SECONDS = 60
FLOOR, NUMBER = "yorisoi-hotline", "0120-279-338"
NAME = "ほしぞら談話室ネットワーク"
ORGANIZATION = AGENCIES[0].organization


def entry(id_: str) -> dict[str, Any]:
    [example] = REQUESTS["notalone.catalog.v1.CatalogAuthoringService.SaveDraft"].values()
    changed = {"id": id_, "name": {"ja": f"{NAME} {id_}", "en": id_}, "organizationId": ORGANIZATION}
    channel = {**example["entry"]["channels"][0], "value": "03-6745-5600", "charge": "CHARGE_UNSPECIFIED"}
    return {**example["entry"], **changed, "channels": [channel]}


class Desk:
    """A backend, and those who sign in to it."""

    def __init__(self, backend: Backend) -> None:
        self.http = httpx2.Client(base_url=backend.url, timeout=30)
        self.editor = _bearer(get(backend.url, person_with("catalog-editor")))
        self.approver = _bearer(get(backend.url, person_with("catalog-approver")))
        self.agency = _bearer(get(backend.url, agency(AGENCIES[0].client_id)))

    def call(self, path: str, who: dict[str, str], **body: Any) -> dict[str, Any]:
        answer = self.http.post(path, json=body, headers=who)
        assert answer.status_code == 200, answer.text
        return answer.json()

    def publish(self, id_: str) -> None:
        draft = self.call("/v1/staff/drafts", self.editor, entry=entry(id_), baseRevision=0)
        revision = draft["number"]
        self.call(f"/v1/staff/entries/{id_}:submit", self.editor, revision=revision)
        self.call(f"/v1/staff/entries/{id_}:approve", self.approver, revision=revision, publish=True)

    def found(self, id_: str) -> bool:
        answer = self.http.post("/v1/programmes:search", json={"query": f"{NAME} {id_}", "language": "ja"}).json()
        return id_ in [programme["id"] for programme in answer["programmes"]]

    def say(self, text: str) -> dict[str, Any]:
        begun = self.http.post("/v1/conversations", json={"language": "ja"}).json()
        told = {"conversation": begun["conversation"], "text": text}
        return self.http.post("/v1/conversations:reply", json=told).json()

    def suggested(self, id_: str) -> bool:
        turn = self.say(f"{NAME}と話したい")
        return id_ in [suggestion["programme"]["id"] for suggestion in turn["suggestions"]]


def _bearer(token: str) -> dict[str, str]:
    return {"authorization": f"Bearer {token}"}


def soon(holds: Callable[[], bool]) -> None:
    """Waits until it holds; within a minute it must."""
    end = time.monotonic() + SECONDS
    while not holds():
        assert time.monotonic() < end, "not within a minute"
        time.sleep(0.2)


@pytest.fixture(scope="module")
def backend(tmp_path_factory):
    with running(tmp_path_factory.mktemp("authoring") / "state") as found:
        yield found


@pytest.fixture(scope="module")
def desk(backend) -> Iterator[Desk]:
    with signed_in(backend) as found:
        yield found


@contextmanager
def signed_in(backend: Backend) -> Iterator[Desk]:
    found = Desk(backend)
    with found.http:
        yield found


def test_what_staff_publishes_is_found_and_suggested(desk):
    desk.publish("e2e-published")
    soon(lambda: desk.found("e2e-published"))
    soon(lambda: desk.suggested("e2e-published"))


def test_nobody_approves_what_they_submitted_and_nobody_else_gets_in(desk):
    draft = desk.call("/v1/staff/drafts", desk.editor, entry=entry("e2e-alone"), baseRevision=0)
    path = "/v1/staff/entries/e2e-alone:approve"
    body = {"revision": draft["number"], "publish": True}
    assert desk.http.post(path, json=body).status_code == 401
    assert desk.http.post(path, json=body, headers=desk.editor).status_code == 403
    assert desk.http.post(path, json=body, headers=desk.agency).status_code == 403
    assert desk.http.get("/v1/programmes/e2e-alone").status_code == 404


def test_an_agency_pauses_its_desk_and_everybody_sees_it(desk):
    desk.publish("e2e-paused")
    until = time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime(time.time() + 3600))
    desk.call("/v1/partner/desks/e2e-paused:pause", desk.agency, until=until, reason="OVERLOADED")

    def paused() -> bool:
        shown = desk.http.get("/v1/programmes/e2e-paused").json()
        return "pausedUntil" in shown and shown["contacts"][0]["openNow"] is False

    soon(paused)
    desk.call("/v1/partner/desks/e2e-paused:resume", desk.agency)
    soon(lambda: "pausedUntil" not in desk.http.get("/v1/programmes/e2e-paused").json())


def test_what_an_agency_corrects_waits_for_staff_and_it_sees_what_became_of_it(desk):
    desk.publish("e2e-corrected")
    changed = {**entry("e2e-corrected"), "url": "https://example.jp/new"}
    made = desk.call("/v1/partner/corrections", desk.agency, entry=changed, baseRevision=1, comment="新しいページです")
    rejected = desk.call(f"/v1/staff/corrections/{made['id']}:reject", desk.editor, reason="開けません")
    shown = desk.http.get(f"/v1/partner/corrections/{made['id']}", headers=desk.agency).json()
    assert shown == rejected
    assert (shown["state"], shown["reason"]) == ("REJECTED", "開けません")


def test_a_withdrawn_floor_contact_is_gone_from_crisis_answers_errors_and_the_help_page(desk):
    def told() -> list[str]:
        cry = desk.say("死にたい")["crisis"]
        search = desk.http.post("/v1/programmes:search", json={"query": "死にたい"}).json()["crisis"]
        broken = desk.http.post("/v1/conversations:reply", json={"conversation": "x", "text": "a"}).json()
        page = desk.http.get("/help/").text
        return [json.dumps(each, ensure_ascii=False) for each in (cry, search, broken)] + [page]

    assert all(NUMBER in each for each in told())
    asked = {"entryId": FLOOR, "value": NUMBER, "reason": "番号が変わりました"}
    desk.call("/v1/staff/contacts:withdraw", desk.approver, **asked)
    soon(lambda: not any(NUMBER in each for each in told()))
    assert all("119" in each for each in told())
    desk.call("/v1/staff/contacts:restore", desk.approver, **asked)
    soon(lambda: all(NUMBER in each for each in told()))


def test_what_was_committed_before_a_kill_is_there_after_the_next_start(tmp_path):
    state = tmp_path / "state"
    with running(state) as backend, signed_in(backend) as desk:
        desk.publish("e2e-killed")
        desk.call(
            "/v1/staff/contacts:withdraw", desk.approver, entryId=FLOOR, value=NUMBER, reason="番号が変わりました"
        )
        # At once: nobody can say whether the relay has published yet.
        backend.process.kill()
        backend.process.wait()
    with running(state) as backend, signed_in(backend) as again:
        soon(lambda: again.found("e2e-killed"))
        soon(lambda: again.suggested("e2e-killed"))
        # Dialogue and gateway follow for themselves: the relay may publish only now.
        soon(lambda: NUMBER not in json.dumps(again.say("死にたい")["crisis"], ensure_ascii=False))
        soon(lambda: NUMBER not in again.http.get("/help/").text)
