"""Calls that go through: paths, queries, bodies, answers."""

import re

import pytest
from notalone.common.v1.common_pb2 import CHILD, GENERAL, TEEN
from notalone.pdf.v1.pdf_service_pb2 import DISCREET

TRACE = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01"


async def test_a_conversation_starts_with_the_values_of_the_body(http, world):
    answer = await http.post(
        "/v1/conversations", json={"language": "en", "audience": "CHILD", "municipalityCode": "012301"}
    )
    assert answer.status_code == 200
    assert answer.headers["content-type"].startswith("application/json")
    [heard] = world.fakes.heard
    assert (heard.language, heard.audience, heard.municipality_code) == ("en", CHILD, "012301")


async def test_json_has_lower_camel_names_and_prints_empty_fields_but_not_absent_ones(http, world):
    world.fakes.turn.ClearField("crisis")
    turn = (await http.post("/v1/conversations", json={})).json()
    assert turn["canGoBack"] is False
    assert turn["choices"] == []
    assert "crisis" not in turn
    programme = turn["suggestions"][0]["programme"]
    assert programme["displayNameJa"] == "地域子育て支援拠点事業"
    assert programme["kind"] == "SCHEME"
    assert "openNow" not in programme["contacts"][0]


async def test_crisis_comes_through_unaltered(http):
    turn = (await http.post("/v1/conversations", json={})).json()
    assert turn["crisis"]["kinds"] == ["SUICIDE"]
    assert turn["crisis"]["contacts"][0]["value"] == "0120-279-338"


@pytest.mark.parametrize(
    ("body", "member", "value"),
    [
        ({"text": "つらい 🌧 é"}, "text", "つらい 🌧 é"),
        ({"choiceId": "childcare"}, "choice_id", "childcare"),
        ({"choice_id": "childcare"}, "choice_id", "childcare"),
        ({"back": True}, "back", True),
        ({"back": True, "text": None}, "back", True),
    ],
)
async def test_a_reply_carries_one_of_words_choice_and_back(http, world, body, member, value):
    answer = await http.post("/v1/conversations:reply", json={"conversation": "sealed", **body})
    assert answer.status_code == 200, answer.text
    [heard] = world.fakes.heard
    assert heard.WhichOneof("input") == member
    assert getattr(heard, member) == value


async def test_a_search_is_a_post_and_reads_every_kind_of_field(http, world):
    body = {
        "query": "家賃",
        "topics": ["housing.rent", "money.living"],
        "audience": 1,
        "openNow": True,
        "pageSize": 7.0,
    }
    answer = await http.post("/v1/programmes:search", json=body)
    assert answer.json()["totalSize"] == 1
    [heard] = world.fakes.heard
    assert list(heard.topics) == ["housing.rent", "money.living"]
    assert (heard.query, heard.audience, heard.open_now, heard.page_size) == ("家賃", GENERAL, True, 7)


@pytest.mark.parametrize(
    "query", ["topic=money.debt&audience=TEEN&pageSize=5", "topic=money.debt&audience=teen&page_size=5"]
)
async def test_browsing_reads_the_query(http, world, query):
    answer = await http.get(f"/v1/programmes?{query}")
    assert answer.status_code == 200
    [heard] = world.fakes.heard
    assert (heard.topic, heard.audience, heard.page_size) == ("money.debt", TEEN, 5)


async def test_one_programme_is_found_by_its_id(http, world):
    answer = await http.get("/v1/programmes/chiiki-kosodate-shien-kyoten?language=en")
    assert answer.json()["id"] == "chiiki-kosodate-shien-kyoten"
    assert world.fakes.heard[0].language == "en"


async def test_an_id_may_be_percent_encoded_but_never_spans_segments(http, world):
    assert (await http.get("/v1/programmes/a%2Fb%20c")).status_code == 404
    assert world.fakes.heard[0].id == "a/b c"
    world.fakes.heard.clear()
    assert (await http.get("/v1/programmes/a/b")).status_code == 404
    assert world.fakes.heard == []


@pytest.mark.parametrize("name", ["GENERAL", "general", "General"])
async def test_an_enum_in_a_path_is_read_in_any_case(http, world, name):
    assert (await http.get(f"/v1/flows/{name}")).json()["audience"] == "GENERAL"


async def test_municipalities_are_found_by_name_in_the_query(http, world):
    answer = await http.get("/v1/municipalities", params={"query": "登別"})
    assert answer.json()["municipalities"][0]["code"] == "012301"
    assert world.fakes.heard[0].query == "登別"


async def test_a_handoff_is_made(http, world):
    answer = await http.post("/v1/handoffs", json={"programmeId": "x", "postalCode": "059-0012"})
    assert answer.json()["searchPhrase"].startswith("登別市")
    assert "url" not in answer.json()
    assert world.fakes.heard[0].WhichOneof("place") == "postal_code"


async def test_a_memo_goes_out_as_it_is_under_a_neutral_name(http, world):
    answer = await http.post("/v1/memos:render", json={"conversation": "sealed", "style": "DISCREET"})
    assert answer.content == b"%PDF-1.7 memo"
    assert answer.headers["content-type"] == "application/pdf"
    assert answer.headers["content-disposition"] == 'inline; filename="memo.pdf"'
    assert world.fakes.heard[0].style == DISCREET


@pytest.mark.parametrize("kind", ["text/html\r\nX-Bad: 1", "", "a b", "text"])
async def test_a_strange_content_type_of_a_service_never_reaches_the_header(http, world, kind):
    world.fakes.pdf.content_type = kind
    answer = await http.post("/v1/memos:render", json={"conversation": "sealed"})
    assert answer.headers["content-type"] == "application/octet-stream"
    assert "x-bad" not in answer.headers


async def test_an_internal_method_is_not_offered(http):
    assert (await http.post("/notalone.dialogue.v1.DialogueService/DescribeConversation", json={})).status_code == 404


async def test_head_answers_like_get_without_a_body(http):
    answer = await http.head("/v1/programmes")
    assert answer.status_code == 200
    assert answer.content == b""
    assert answer.headers["etag"]


async def test_trace_language_and_deadline_go_along(http, world):
    await http.post("/v1/conversations", json={"language": "zh-TW"}, headers={"traceparent": TRACE})
    [sent] = world.fakes.metadata
    version, trace_id, span_id, _ = sent["traceparent"].split("-")
    assert (version, trace_id) == tuple(TRACE.split("-")[:2])
    assert span_id != TRACE.split("-")[2]
    assert sent["accept-language"] == "zh-Hant"
    # gRPC rounds deadlines up on the wire.
    assert 0 < world.fakes.time_left[0] < 5.5


async def test_a_memo_has_more_time(http, world):
    await http.post("/v1/memos:render", json={"conversation": "sealed"})
    # A third of its fifteen seconds: where a process hangs, another one is asked.
    assert 4 < world.fakes.time_left[0] < 16


async def test_services_learn_under_which_address_we_were_reached(http, world):
    await http.post("/v1/memos", json={"conversation": "sealed"}, headers={"host": "hitori.example.jp"})
    assert world.fakes.metadata[0]["origin"] == "http://hitori.example.jp"


async def test_a_setting_says_so_once_and_for_all(world):
    http = await world.client(public_url="https://hitori.example.jp")
    await http.post("/v1/memos", json={"conversation": "sealed"}, headers={"host": "elsewhere.example.jp"})
    assert world.fakes.metadata[0]["origin"] == "https://hitori.example.jp"


async def test_a_malformed_traceparent_is_dropped(http, world):
    await http.post("/v1/conversations", json={}, headers={"traceparent": "my name is Hanako"})
    assert re.fullmatch(r"00-[0-9a-f]{32}-[0-9a-f]{16}-00", world.fakes.metadata[0]["traceparent"])


async def test_nothing_but_the_trace_id_of_a_browser_is_passed_on(http, world):
    along = {"traceparent": TRACE, "tracestate": "vendor=hanako", "baggage": "name=hanako"}
    await http.post("/v1/conversations", json={}, headers=along)
    assert "hanako" not in str(world.fakes.metadata)
