"""Every call that exists answers with the names, the kinds of values and the headers the contract promises."""

import pytest
from notalone.catalog.v1.catalog_service_pb2 import (
    ListProgrammesResponse,
    SearchProgrammesResponse,
    SuggestProgrammesResponse,
)
from notalone.catalog.v1.programme_pb2 import Programme
from notalone.dialogue.v1.dialogue_service_pb2 import Flow, Turn
from notalone.portal_link.v1.portal_link_service_pb2 import FindMunicipalitiesResponse, Handoff
from talk import AUDIENCES, LANGUAGES, SEED_PATH, SEED_PROGRAMME, answer_of, departures

PROGRAMME = "chiiki-kosodate-shien-kyoten"
SEARCH, SUGGEST = "/v1/programmes:search", "/v1/programmes:suggest"

# Names as front ends know them. They stand here once more on purpose: a change of the contract must not go unseen.
TURN = {"conversation", "messages", "choices", "suggestions", "degraded"}
PROGRAMME_FIELDS = {"id", "kind", "displayName", "displayNameJa", "summary", "contacts"}
CONTACT = {"name", "nameJa", "kind", "value", "charge", "languages", "hours", "checkedOn", "checkState"}
CONTACT_OPTIONAL = {"openNow", "nextOpenTime", "keypadPath", "reachableFrom", "sayFirst", "ipPhoneOk"}
SEARCH_FIELDS = {"programmes", "facets", "totalSize", "nextPageToken", "degraded"}
KINDS_OF_CONTACT = {"PHONE", "SMS", "CHAT", "SNS", "EMAIL", "WEB", "VISIT", "LETTER"}


@pytest.mark.parametrize(
    ("call", "message", "names"),
    [
        (("POST", "/v1/conversations", {}), Turn, TURN),
        (("POST", SEARCH, {"query": "家賃", "language": "ja"}), SearchProgrammesResponse, SEARCH_FIELDS),
        (("POST", SUGGEST, {"prefix": "じゅうきょ"}), SuggestProgrammesResponse, {"suggestions", "degraded"}),
        (("POST", SEARCH, {}), SearchProgrammesResponse, SEARCH_FIELDS),
        (("POST", SEARCH, {"topics": ["housing.rent"], "openNow": True}), SearchProgrammesResponse, SEARCH_FIELDS),
        (("POST", SEARCH, {"query": "仕事", "municipalityCode": "012301"}), SearchProgrammesResponse, SEARCH_FIELDS),
        (("GET", "/v1/programmes?topic=childcare.meet&pageSize=3", None), ListProgrammesResponse, SEARCH_FIELDS),
        (("GET", f"/v1/programmes/{PROGRAMME}?language=vi", None), Programme, PROGRAMME_FIELDS),
        (
            ("GET", "/v1/flows/GENERAL", None),
            Flow,
            {"audience", "version", "startNodeId", "nodes", "edges"},
        ),
        (("GET", "/v1/municipalities?query=札幌", None), FindMunicipalitiesResponse, {"municipalities"}),
        (
            ("POST", "/v1/handoffs", {"programmeId": PROGRAMME, "municipalityCode": "012301"}),
            Handoff,
            {"searchPhrase", "municipality", "available", "reason"},
        ),
    ],
)
def test_a_call_answers_with_the_fields_of_the_contract(http, call, message, names):
    method, path, body = call
    answer = http.request(method, path, json=body) if body is not None else http.request(method, path)
    found = answer_of(answer)
    assert names <= set(found)
    assert departures(found, message) == []
    assert answer.headers["content-type"] == "application/json; charset=utf-8"


def test_a_turn_with_suggestions_has_the_names_of_the_contract(talk):
    turn = talk.follow(SEED_PATH[:2], language="ja", audience="GENERAL")
    assert departures(turn, Turn) == []
    assert {"id", "label"} <= set(turn["choices"][0])
    assert {"text", "ruby"} <= set(turn["messages"][0])
    for suggestion in turn["suggestions"]:
        assert set(suggestion) >= {"programme", "reasons"}
        assert set(suggestion["programme"]) >= PROGRAMME_FIELDS
        assert suggestion["programme"]["kind"] in {"SCHEME", "DESK"}


def test_contacts_have_the_names_of_the_contract_and_bare_values(http):
    programmes = answer_of(http.post(SEARCH, json={"pageSize": 50, "language": "ja"}))["programmes"]
    contacts = [contact for programme in programmes for contact in programme["contacts"]]
    assert contacts
    for contact in contacts:
        assert set(contact) >= CONTACT
        assert set(contact) <= CONTACT | CONTACT_OPTIONAL
        assert contact["kind"] in KINDS_OF_CONTACT
        assert contact["charge"] in {"CHARGE_UNSPECIFIED", "FREE", "CHARGED"}
        assert contact["checkState"] in {"UNCHECKED", "NEEDS_RECHECK", "CHECKED"}


@pytest.mark.parametrize("path", ["/healthz", "/readyz"])
def test_the_backend_says_that_it_lives_and_is_ready(http, path):
    answer = http.get(path)
    assert answer.status_code == 200
    assert answer.headers["cache-control"] == "no-store"


def test_the_openapi_document_is_of_version_3_1_and_holds_every_call(http):
    document = answer_of(http.get("/openapi.json"))
    assert document["openapi"].startswith("3.1")
    assert {
        "/healthz",
        "/readyz",
        "/v1/conversations",
        "/v1/conversations:reply",
        "/v1/flows/{audience}",
        "/v1/memos:render",
        "/v1/handoffs",
        "/v1/municipalities",
        "/v1/programmes:search",
        "/v1/programmes",
        "/v1/programmes/{id}",
    } <= set(document["paths"])


@pytest.mark.parametrize("path", ["/docs", "/"])
def test_the_pages_for_people_are_served(http, path):
    answer = http.get(path, headers={"accept": "text/html"})
    assert answer.status_code == 200
    assert answer.headers["content-type"].startswith("text/html")


@pytest.mark.parametrize("audience", AUDIENCES)
@pytest.mark.parametrize("language", LANGUAGES)
def test_the_flow_of_every_audience_and_language_is_one_connected_graph(http, audience, language):
    flow = answer_of(http.get(f"/v1/flows/{audience}", params={"language": language}))
    nodes = {node["id"]: node for node in flow["nodes"]}
    following: dict[str, list[str]] = {}
    for edge in flow["edges"]:
        assert edge["label"]
        following.setdefault(edge["fromNodeId"], []).append(edge["toNodeId"])
    reached, waiting = set(), [flow["startNodeId"]]
    while waiting:
        node = waiting.pop()
        if node not in reached:
            reached.add(node)
            waiting += following.get(node, [])
    assert reached == set(nodes)
    assert all(node["text"] for node in nodes.values())
    # From where no question follows one can only begin again.
    onward = {id_ for id_, targets in following.items() if set(targets) != {flow["startNodeId"]}}
    assert {id_ for id_, node in nodes.items() if not node["leaf"]} == onward
    assert flow["audience"] == audience


def test_pages_of_programmes_are_complete_and_without_doubles(http):
    seen, token = [], ""
    while True:
        page = answer_of(http.get("/v1/programmes", params={"pageSize": 17, "pageToken": token}))
        seen += [programme["id"] for programme in page["programmes"]]
        token = page["nextPageToken"]
        if not token:
            break
        assert len(page["programmes"]) == 17
    assert len(seen) == len(set(seen)) == page["totalSize"]
    assert page["totalSize"] >= 40


def test_every_listed_programme_can_be_asked_for_by_its_id(http):
    page = answer_of(http.get("/v1/programmes", params={"pageSize": 50}))
    for listed in page["programmes"]:
        found = answer_of(http.get(f"/v1/programmes/{listed['id']}"))
        assert found["displayNameJa"] == listed["displayNameJa"]


@pytest.mark.parametrize(
    ("words", "name"),
    [
        ("家賃", "住居確保給付金"),
        ("rent", "住居確保給付金"),
        ("じゅうきょ", "住居確保給付金"),
        ("子育て", SEED_PROGRAMME),
        ("こそだて", SEED_PROGRAMME),
        ("コソダテ", SEED_PROGRAMME),
        ("ｺｿﾀﾞﾃ", SEED_PROGRAMME),
        ("地域子育て支援拠点", SEED_PROGRAMME),
        ("ＤＶ", "DV相談プラス"),
        ("ﾊﾛｰﾜｰｸ", "ハローワーク（公共職業安定所）"),
        ("はろーわーく", "ハローワーク（公共職業安定所）"),
    ],
)
def test_search_finds_in_any_writing(http, words, name):
    found = answer_of(http.post(SEARCH, json={"query": words}))["programmes"]
    assert name in [programme["displayNameJa"] for programme in found[:5]]


@pytest.mark.parametrize(
    ("words", "kind"),
    [("死にたい", "SUICIDE"), ("夫に殴られています", "VIOLENCE"), ("I want to kill myself", "SUICIDE")],
)
def test_search_answers_a_cry_for_help_first(http, words, kind):
    found = answer_of(http.post(SEARCH, json={"query": words}))
    assert departures(found, SearchProgrammesResponse) == []
    assert kind in found["crisis"]["kinds"]
    assert found["crisis"]["messages"]
    assert len(found["crisis"]["contacts"]) >= 3
    assert found["programmes"]


@pytest.mark.parametrize("words", ["ｑｗｚｘ", "🙂", "%", "\u3000", "a" * 500, "AND OR (", '"', "*:*", "name:x"])
def test_words_that_find_nothing_are_no_fault(http, words):
    assert departures(answer_of(http.post(SEARCH, json={"query": words})), SearchProgrammesResponse) == []


@pytest.mark.parametrize(
    ("tag", "language"), [("zh-CN", "zh-Hans"), ("zh-TW", "zh-Hant"), ("pt-BR", "pt"), ("fil", "tl"), ("EN-us", "en")]
)
def test_a_related_language_tag_gets_the_nearest_language(http, tag, language):
    programme = f"/v1/programmes/{PROGRAMME}"
    asked, meant = (answer_of(http.get(programme, params={"language": one})) for one in (tag, language))
    assert asked == meant


@pytest.mark.parametrize("body", [{}, {"language": "xx-unknown"}, {"audience": "AUDIENCE_UNSPECIFIED"}])
def test_a_conversation_starts_whatever_is_left_open(http, body):
    turn = answer_of(http.post("/v1/conversations", json=body))
    assert turn["choices"]


def test_answers_that_are_the_same_for_everybody_need_not_be_sent_twice(http):
    first = http.get("/v1/flows/GENERAL")
    again = http.get("/v1/flows/GENERAL", headers={"if-none-match": first.headers["etag"]})
    assert again.status_code == 304
    assert again.content == b""
