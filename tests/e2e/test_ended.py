"""What has ended is a record for editors, and shown nowhere: search, browsing, getting, exports, memos, advice."""

from __future__ import annotations

import csv
import io

import httpx2
import notalone_data
import pytest
from notalone.catalog.v1.entry_pb2 import Entry
from talk import Talk

ENTRIES = {entry.id: entry for entry in notalone_data.entries()}
ENDED = [entry for entry in ENTRIES.values() if entry.status == Entry.DEFUNCT]
HIDDEN = [entry for entry in ENTRIES.values() if entry.status != Entry.ACTIVE]
each_hidden = pytest.mark.parametrize("entry", HIDDEN, ids=lambda entry: entry.id)


def post(http: httpx2.Client, path: str, **body: object) -> httpx2.Response:
    return http.post(path, json=body)


def browsed(http: httpx2.Client) -> set[str]:
    found: set[str] = set()
    token = ""
    while True:
        page = http.get("/v1/programmes", params={"pageSize": 50, **({"pageToken": token} if token else {})}).json()
        found |= {programme["id"] for programme in page["programmes"]}
        token = page["nextPageToken"]
        if not token:
            assert len(found) == page["totalSize"]
            return found


def test_there_are_ended_ones_to_look_for():
    assert len(ENDED) >= 5


def test_browsing_shows_every_live_entry_at_least_150_and_none_that_has_ended(http):
    found = browsed(http)
    assert len(found) >= 150
    assert not found & {entry.id for entry in HIDDEN}
    assert {entry.id for entry in ENTRIES.values() if entry.status == Entry.ACTIVE} - found == set()


@each_hidden
def test_it_is_not_found_by_its_id_name_or_while_its_name_is_typed(http, entry):
    assert http.get(f"/v1/programmes/{entry.id}").status_code == 404
    for words in {entry.name["ja"], entry.name["en"], *list(entry.aliases)[:3]}:
        found = post(http, "/v1/programmes:search", query=words, pageSize=50).json()
        shown = [*found["programmes"], *found["instead"]]
        assert entry.id not in {programme["id"] for programme in shown}
        typed = post(http, "/v1/programmes:suggest", prefix=words).json()
        assert entry.id not in {one["programmeId"] for one in typed["suggestions"]}


def test_no_export_holds_it(http):
    names = {entry.name["ja"] for entry in HIDDEN}
    rows = csv.DictReader(io.StringIO(http.get("/v1/open-data/programmes.csv").content.decode("utf-8-sig")))
    assert not {row["service_id"] for row in rows} & {entry.id for entry in HIDDEN}
    number, last = 1, False
    while not last:
        page = http.get("/hsds/services", params={"page": number, "per_page": 100}).json()
        assert not {service["name"] for service in page["contents"]} & names
        number, last = number + 1, page["last_page"]


@each_hidden
def test_no_conversation_suggests_it_no_memo_prints_it_and_nothing_leads_on_from_it(http, talk: Talk, entry):
    turn = talk.say(talk.start(language="ja"), entry.name["ja"])
    assert entry.id not in {suggestion["programme"]["id"] for suggestion in turn["suggestions"]}
    memo = post(http, "/v1/memos:render", conversation=turn["conversation"], programmeIds=[entry.id])
    assert memo.status_code in (400, 404)
    handoff = post(http, "/v1/handoffs", programmeId=entry.id, municipalityCode="131016")
    assert handoff.status_code == 404
