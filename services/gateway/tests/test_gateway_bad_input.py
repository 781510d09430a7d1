"""Whatever is sent, the answer is 4xx, names the field, says nothing of what was typed, and no service is troubled."""

import json

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

JSON = {"content-type": "application/json"}
REPLY = "/v1/conversations:reply"
SEARCH = "/v1/programmes:search"


@pytest.mark.parametrize(
    ("path", "body", "expected"),
    [
        (SEARCH, {"pageSize": "many"}, {"pageSize": "json.wrong_type"}),
        (SEARCH, {"pageSize": "5"}, {"pageSize": "json.wrong_type"}),
        (SEARCH, {"pageSize": True}, {"pageSize": "json.wrong_type"}),
        (SEARCH, {"pageSize": 1.5}, {"pageSize": "json.wrong_type"}),
        (SEARCH, {"pageSize": [1]}, {"pageSize": "json.wrong_type"}),
        (SEARCH, {"pageSize": 2**31}, {"pageSize": "number.out_of_range"}),
        (SEARCH, {"pageSize": 10**400}, {"pageSize": "number.out_of_range"}),
        (SEARCH, {"page_size": "x"}, {"pageSize": "json.wrong_type"}),
        (SEARCH, {"query": 5}, {"query": "json.wrong_type"}),
        (SEARCH, {"query": {"a": 1}}, {"query": "json.wrong_type"}),
        (SEARCH, {"query": "a\u0000b"}, {"query": "text.unreadable"}),
        (SEARCH, {"query": "a\ud800b"}, {"query": "text.unreadable"}),
        (SEARCH, {"topics": "money"}, {"topics": "json.wrong_type"}),
        (SEARCH, {"topics": {"0": "money"}}, {"topics": "json.wrong_type"}),
        (SEARCH, {"topics": ["ok", 5, None]}, {"topics[1]": "json.wrong_type", "topics[2]": "json.wrong_type"}),
        (SEARCH, {"openNow": "yes"}, {"openNow": "json.wrong_type"}),
        (SEARCH, {"openNow": 1}, {"openNow": "json.wrong_type"}),
        (SEARCH, {"audience": "ADULT"}, {"audience": "enum.defined_only"}),
        (SEARCH, {"audience": 99}, {"audience": "enum.defined_only"}),
        (SEARCH, {"audience": 1.0}, {"audience": "json.wrong_type"}),
        (SEARCH, {"audience": []}, {"audience": "json.wrong_type"}),
        (SEARCH, {"qeury": "x"}, {"qeury": "json.unknown_field"}),
        (SEARCH, {"私は花子です": 1}, {"(unnamed)": "json.unknown_field"}),
        (SEARCH, {"[notalone.x]": 1}, {"(unnamed)": "json.unknown_field"}),
        (SEARCH, {"pageSize": 1, "page_size": 2}, {"pageSize": "json.one_only"}),
        (REPLY, {"conversation": "c", "text": "a", "back": True}, {"text": "json.one_only", "back": "json.one_only"}),
        (
            REPLY,
            {"conversation": "c", "text": "a", "choice_id": "b"},
            {"text": "json.one_only", "choiceId": "json.one_only"},
        ),
        # What the services' own rules refuse comes back under the same names.
        (REPLY, {"text": "a"}, {"conversation": "string.min_len"}),
        (REPLY, {"conversation": "c", "choiceId": "x" * 101}, {"choiceId": "string.max_len"}),
        (SEARCH, {"pageSize": 51}, {"pageSize": "int32.gte_lte"}),
        (SEARCH, {"municipalityCode": "abc"}, {"municipalityCode": "string.pattern"}),
        ("/v1/memos:render", {"conversation": "c", "programmeIds": ["", "a"]}, {"programmeIds[0]": "string.min_len"}),
        ("/v1/handoffs", {"programmeId": "x", "municipalityCode": "1"}, {"municipalityCode": "string.pattern"}),
    ],
)
async def test_a_wrong_field_is_named(http, world, violations, path, body, expected):
    answer = await http.post(path, content=json.dumps(body), headers=JSON)
    assert answer.status_code == 400
    assert answer.json()["error"]["status"] == "INVALID_ARGUMENT"
    assert violations(answer) == expected
    assert world.fakes.heard == []


@pytest.mark.parametrize("number", ["NaN", "Infinity", "-Infinity", "1e999", "9" * 5000, "-" + "9" * 60_000])
async def test_numbers_that_are_none_are_named(http, violations, number):
    answer = await http.post(SEARCH, content=f'{{"pageSize": {number}}}', headers=JSON)
    assert violations(answer) == {"pageSize": "number.out_of_range"}


async def test_all_wrong_fields_are_named_at_once_but_not_endlessly_many(http, violations):
    body = {"pageSize": "x", "audience": "x", "foo": 1, "topics": [1] * 1000}
    found = violations(await http.post(SEARCH, json=body))
    assert {"pageSize", "audience", "foo"} <= set(found)
    assert len(found) <= 20


@pytest.mark.parametrize(
    ("content", "rule"),
    [
        (b"", "body.empty"),
        (b"  \n ", "body.empty"),
        (b"[]", "body.no_object"),
        (b"null", "body.no_object"),
        (b"5", "body.no_object"),
        (b'"text"', "body.no_object"),
        (b"{", "json.malformed"),
        (b'{"query": }', "json.malformed"),
        (b'{"query": "a",}', "json.malformed"),
        (b"{'query': 'a'}", "json.malformed"),
        (b'{"query": "a"} {}', "json.malformed"),
        (b'{"query": "line\nbreak"}', "json.malformed"),
        (b'{"query": "\xff\xfe"}', "body.not_utf8"),
        (b'{"query": "\xed\xa0\x80"}', "body.not_utf8"),
        ('{"query": "a"}'.encode("utf-16"), "body.not_utf8"),
        (b"[" * 60_000, "json.too_deep"),
        (b'{"a":' * 12_000, "json.too_deep"),
        (b'{"query":' + b"[" * 30_000 + b"]" * 30_000 + b"}", "json.too_deep"),
    ],
)
async def test_what_is_no_json_object_is_refused_with_a_sentence(http, world, content, rule):
    answer = await http.post(SEARCH, content=content, headers=JSON)
    assert answer.status_code == 400
    error = answer.json()["error"]
    assert error["status"] == "INVALID_ARGUMENT"
    assert error["details"][0]["metadata"]["rule"] == rule
    assert error["message"].endswith(".")
    assert world.fakes.heard == []


async def test_malformed_json_is_located(http):
    answer = await http.post(SEARCH, content=b'{"query": "a",\n "x" 5}', headers=JSON)
    assert answer.json()["error"]["details"][0]["metadata"] == {"rule": "json.malformed", "line": "2", "column": "6"}


async def test_a_name_twice_is_refused_and_named(http, violations):
    answer = await http.post(SEARCH, content=b'{"query": "a", "query": "b"}', headers=JSON)
    assert violations(answer) == {"query": "json.duplicate_name"}


async def test_a_byte_order_mark_is_forgiven(http, world):
    assert (await http.post(SEARCH, content=b'\xef\xbb\xbf{"query": "a"}', headers=JSON)).status_code == 200


@pytest.mark.parametrize(
    "headers",
    [
        {},
        {"content-type": "text/plain"},
        {"content-type": "application/x-www-form-urlencoded"},
        {"content-type": "application/json; charset=shift_jis"},
        {"content-type": "application/json", "content-encoding": "gzip"},
    ],
)
async def test_other_kinds_of_body_are_refused(http, headers):
    answer = await http.post(SEARCH, content=b"{}", headers=headers)
    assert answer.status_code == 415
    assert "application/json" in answer.json()["error"]["message"]


@pytest.mark.parametrize("kind", ["application/json; charset=UTF-8", 'Application/JSON;charset="utf-8"'])
async def test_json_may_be_declared_in_several_ways(http, kind):
    assert (await http.post(SEARCH, content=b"{}", headers={"content-type": kind})).status_code == 200


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("pageSize=x", {"pageSize": "json.wrong_type"}),
        ("pageSize=5&pageSize=6", {"pageSize": "query.given_twice"}),
        ("pageSize=5&page_size=6", {"pageSize": "json.one_only"}),
        ("pageSize=99999999999", {"pageSize": "number.out_of_range"}),
        ("pageSize=%EF%BC%95", {"pageSize": "json.wrong_type"}),
        ("pageSize=--5", {"pageSize": "json.wrong_type"}),
        ("pageSize=-1", {"pageSize": "int32.gte_lte"}),
        ("audience=NOBODY", {"audience": "enum.defined_only"}),
        ("pageSize=", {"pageSize": "json.wrong_type"}),
        ("audience=", {"audience": "enum.defined_only"}),
        ("audience=1", {"audience": "enum.defined_only"}),
        ("audience=77", {"audience": "enum.defined_only"}),
        ("topic=a%00b", {"topic": "text.unreadable"}),
        ("nope=1", {"nope": "json.unknown_field"}),
    ],
)
async def test_a_wrong_query_is_named(http, violations, query, expected):
    answer = await http.get(f"/v1/programmes?{query}")
    assert answer.status_code == 400
    assert violations(answer) == expected


async def test_words_do_not_belong_into_the_address_of_a_post(http, violations):
    answer = await http.post(f"{SEARCH}?query=secret", json={})
    assert violations(answer) == {"query": "query.not_here"}


async def test_an_unknown_audience_in_the_path_is_named(http, violations):
    assert violations(await http.get("/v1/flows/nobody")) == {"audience": "enum.defined_only"}


@pytest.mark.parametrize(
    "path", ["/v1/programmes/%ff", "/v1/programmes?topic=%ff", "/v1/flows/%c3%28", "/v1/programmes?%ff=1"]
)
async def test_addresses_that_are_not_utf8_are_refused(http, path):
    answer = await http.get(path)
    assert answer.status_code == 400
    assert "UTF-8" in answer.json()["error"]["message"]


async def test_endless_addresses_are_refused(http):
    assert (await http.get("/v1/programmes?topic=" + "x" * 9000)).status_code == 414
    assert (await http.get("/v1/programmes?" + "&".join(f"a{n}=1" for n in range(200)))).status_code == 400


@pytest.mark.parametrize(
    ("method", "path", "allowed"),
    [
        ("GET", "/v1/conversations", "OPTIONS, POST"),
        ("DELETE", "/v1/programmes/x", "GET, HEAD, OPTIONS"),
        ("POST", "/v1/flows/GENERAL", "GET, HEAD, OPTIONS"),
        ("POST", "/healthz", "GET, HEAD, OPTIONS"),
    ],
)
async def test_a_wrong_method_says_which_are_right(http, method, path, allowed):
    answer = await http.request(method, path)
    assert answer.status_code == 405
    assert answer.headers["allow"] == allowed
    assert allowed in answer.json()["error"]["message"]


@pytest.mark.parametrize("path", ["/v1/", "/v1/nothing", "/v1/programmes/", "/v1//programmes", "/v1/programmes:delete"])
async def test_an_unknown_address_is_not_found_in_the_same_shape(http, path):
    answer = await http.get(path)
    assert answer.status_code in {404, 405}
    assert answer.json()["error"]["code"] == answer.status_code


@pytest.mark.parametrize(
    ("header", "body", "part"),
    [
        ("ja", {}, "項目"),
        ("ko-KR,ko;q=0.9", {}, "이 이름"),
        ("en", {"language": "vi"}, "trường"),
        ("en", {"language": "zh-TW"}, "沒有"),
        ("", {}, "項目"),
    ],
)
async def test_errors_speak_the_callers_language(http, header, body, part):
    answer = await http.post(SEARCH, json={"nope": 1, **body}, headers={"accept-language": header})
    [bad_request] = [d for d in answer.json()["error"]["details"] if "fieldViolations" in d]
    assert part in bad_request["fieldViolations"][0]["description"]


@pytest.mark.parametrize(
    ("query", "part"),
    [("pageSize=x", "wrong type"), ("pageSize=x&language=", "wrong type"), ("pageSize=x&language=ko", "종류")],
)
async def test_the_language_of_a_query_counts_before_the_header(http, query, part):
    assert part in (await http.get(f"/v1/programmes?{query}")).text


async def test_every_error_of_the_conversation_carries_numbers_to_turn_to(http):
    answer = await http.post(REPLY, content=b'{"text": "\\ud800"}', headers=JSON)
    assert answer.status_code == 400
    assert "0120-279-338" in answer.text


async def test_errors_do_not_echo_what_was_typed(http):
    for body in ({"pageSize": "花子 090"}, {"花子 090": 1}, {"audience": "花子 090"}, {"conversation": "花子 090"}):
        answer = await http.post(SEARCH, json=body)
        assert answer.status_code == 400
        assert "花子" not in answer.text
        assert "090" not in answer.text


VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3),
    max_leaves=6,
)
NAMES = st.sampled_from(["conversation", "text", "choiceId", "back", "language", "audience", "note", "style", "x"])


@settings(max_examples=150, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(
    body=st.dictionaries(NAMES, VALUES, max_size=4),
    path=st.sampled_from([REPLY, "/v1/conversations", "/v1/memos:render"]),
)
async def test_no_json_whatever_breaks_the_gateway(http, body, path):
    answer = await http.post(path, content=json.dumps(body), headers=JSON)
    assert answer.status_code in {200, 400}


@settings(max_examples=150, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(body=st.binary(max_size=60))
async def test_no_bytes_whatever_break_the_gateway(http, body):
    answer = await http.post(SEARCH, content=body, headers=JSON)
    assert answer.status_code in {200, 400}
