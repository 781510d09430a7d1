"""Whatever is sent: refused with the field named in the caller's language, never a fault of ours, never an echo."""

import json
from dataclasses import replace

import pytest
from notalone_chassis.clock import SystemClock
from notalone_chassis.seal import KeyRing, Sealer
from notalone_dialogue.domain.state import Chosen, decode, encode
from notalone_dialogue.usecases import PURPOSE
from talk import EMERGENCY_NUMBERS, detail, error_of, help_numbers, violations

START, REPLY = "/v1/conversations", "/v1/conversations:reply"
SEARCH, HANDOFF, MEMO = "/v1/programmes:search", "/v1/handoffs", "/v1/memos:render"
PLACES, LIST, KEPT = "/v1/municipalities", "/v1/programmes", "/v1/memos"
SEED_ID = "chiiki-kosodate-shien-kyoten"
# Stands where a person's words would stand; must come back in no answer.
WORDS = "himitsu-no-kotoba"
LANGUAGES = {
    "ja": "送られた内容に直すところがあります。",
    "en": "Something in the request needs to be corrected.",
    "vi": "Có chỗ cần sửa trong nội dung đã gửi.",
}


@pytest.fixture(scope="module")
def sealed(talk):
    return talk.start(language="ja", audience="GENERAL")["conversation"]


FIELDS = [
    # Wrong kinds of values.
    (START, {"language": 5}, "language"),
    (START, {"language": ["ja"]}, "language"),
    (START, {"language": {"a": WORDS}}, "language"),
    (START, {"audience": True}, "audience"),
    (START, {"audience": 1.5}, "audience"),
    (START, {"municipalityCode": 12301}, "municipalityCode"),
    (REPLY, {"conversation": "", "text": 5}, "text"),
    (REPLY, {"conversation": 7, "text": WORDS}, "conversation"),
    (REPLY, {"conversation": "c", "choiceId": ["a"]}, "choiceId"),
    (REPLY, {"conversation": "c", "back": "true"}, "back"),
    (SEARCH, {"query": 5}, "query"),
    (SEARCH, {"query": [WORDS]}, "query"),
    (SEARCH, {"topics": WORDS}, "topics"),
    (SEARCH, {"topics": [1]}, "topics[0]"),
    (SEARCH, {"openNow": WORDS}, "openNow"),
    (SEARCH, {"pageSize": WORDS}, "pageSize"),
    (SEARCH, {"pageSize": "5"}, "pageSize"),
    (SEARCH, {"pageSize": 1.5}, "pageSize"),
    (SEARCH, {"pageSize": None, "query": 1}, "query"),
    (MEMO, {"conversation": "c", "programmeIds": WORDS}, "programmeIds"),
    (MEMO, {"conversation": "c", "note": {"x": WORDS}}, "note"),
    (HANDOFF, {"programmeId": 5, "municipalityCode": "012301"}, "programmeId"),
    # Names that do not exist.
    (START, {"langauge": "ja"}, "langauge"),
    (START, {"name": WORDS}, "name"),
    (REPLY, {"conversation": "c", "text": "a", "message": WORDS}, "message"),
    (SEARCH, {"topic": "money.debt"}, "topic"),
    (SEARCH, {WORDS + " わたし": 1}, "(unnamed)"),
    # Missing.
    (REPLY, {"text": WORDS}, "conversation"),
    (REPLY, {"conversation": "", "text": WORDS}, "conversation"),
    (REPLY, {"conversation": "c", "text": ""}, "text"),
    (REPLY, {"conversation": "c", "choiceId": ""}, "choiceId"),
    (REPLY, {"conversation": "c", "back": False}, "back"),
    (MEMO, {}, "conversation"),
    (MEMO, {"note": WORDS}, "conversation"),
    (HANDOFF, {"municipalityCode": "012301"}, "programmeId"),
    # Too long, too many, too much.
    (START, {"language": "x" * 36}, "language"),
    (REPLY, {"conversation": "c" * 4097, "text": "a"}, "conversation"),
    (REPLY, {"conversation": "c", "text": WORDS * 200}, "text"),
    (REPLY, {"conversation": "c", "text": "🙂" * 2001}, "text"),
    (REPLY, {"conversation": "c", "choiceId": "x" * 101}, "choiceId"),
    (SEARCH, {"query": WORDS * 40}, "query"),
    (SEARCH, {"topics": ["a"] * 21}, "topics"),
    (SEARCH, {"topics": ["x" * 61]}, "topics[0]"),
    (SEARCH, {"pageSize": 51}, "pageSize"),
    (SEARCH, {"pageSize": -1}, "pageSize"),
    (SEARCH, {"pageSize": 2**31}, "pageSize"),
    (SEARCH, {"pageSize": 10**30}, "pageSize"),
    (SEARCH, {"pageToken": "x" * 501}, "pageToken"),
    (MEMO, {"conversation": "c", "note": WORDS * 300}, "note"),
    (MEMO, {"conversation": "c", "programmeIds": ["a"] * 6}, "programmeIds"),
    (MEMO, {"conversation": "c", "programmeIds": ["a", ""]}, "programmeIds[1]"),
    # Values that are none of the possible ones.
    (START, {"audience": "ADULT"}, "audience"),
    (START, {"audience": "general"}, "audience"),
    (START, {"audience": ""}, "audience"),
    (START, {"audience": 99}, "audience"),
    (SEARCH, {"audience": WORDS}, "audience"),
    (MEMO, {"conversation": "c", "style": "SECRET"}, "style"),
    # One of several.
    (REPLY, {"conversation": "c", "text": WORDS, "choiceId": "childcare"}, "choiceId"),
    (REPLY, {"conversation": "c", "text": WORDS, "back": True}, "back"),
    (REPLY, {"conversation": "c", "text": WORDS, "choice_id": "x"}, "choiceId"),
    (HANDOFF, {"programmeId": SEED_ID, "municipalityCode": "012301", "postalCode": "0590012"}, "postalCode"),
    (SEARCH, {"pageSize": 1, "page_size": 2}, "pageSize"),
    # Text that is none.
    (SEARCH, {"query": f"{WORDS}\u0000"}, "query"),
    (SEARCH, {"query": f"{WORDS}\ud800"}, "query"),
    (REPLY, {"conversation": "c", "text": "\udfff"}, "text"),
    (MEMO, {"conversation": "c", "note": "a\u0000b"}, "note"),
    # Places.
    (START, {"municipalityCode": "1"}, "municipalityCode"),
    (START, {"municipalityCode": WORDS}, "municipalityCode"),
    (START, {"municipalityCode": "999999"}, "municipalityCode"),
    (START, {"municipalityCode": "012302"}, "municipalityCode"),
    (HANDOFF, {"programmeId": SEED_ID, "municipalityCode": "999999"}, "municipalityCode"),
    (HANDOFF, {"programmeId": SEED_ID, "municipalityCode": "01230１"}, "municipalityCode"),
    (HANDOFF, {"programmeId": SEED_ID, "municipalityCode": ""}, "municipalityCode"),
    (HANDOFF, {"programmeId": SEED_ID, "postalCode": ""}, "postalCode"),
    (HANDOFF, {"programmeId": SEED_ID, "postalCode": WORDS}, "postalCode"),
    (HANDOFF, {"programmeId": SEED_ID, "postalCode": "000-0000"}, "postalCode"),
    (HANDOFF, {"programmeId": SEED_ID, "postalCode": "1" * 21}, "postalCode"),
    (SEARCH, {"municipalityCode": "12"}, "municipalityCode"),
    # Tokens of pages.
    (SEARCH, {"pageToken": WORDS}, "pageToken"),
    (SEARCH, {"pageToken": "AAAA"}, "pageToken"),
    (SEARCH, {"pageToken": "../../etc"}, "pageToken"),
]


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize(("path", "body", "field"), FIELDS)
def test_a_wrong_field_is_named_in_the_callers_language(http, sealed, path, body, field, language):
    # A real conversation, so that only the one thing is wrong.
    meant = {**body, "conversation": sealed} if body.get("conversation") == "c" else body
    answer = http.post(
        path,
        content=json.dumps(meant),
        headers={"content-type": "application/json", "accept-language": language},
    )
    assert answer.status_code == 400
    error = error_of(answer)
    assert error["status"] == "INVALID_ARGUMENT"
    assert field in violations(answer)
    assert error["message"] == LANGUAGES[language] or "language" in body
    assert WORDS not in answer.text


QUERIES = [
    (f"{LIST}?pageSize=x", "pageSize"),
    (f"{LIST}?pageSize=51", "pageSize"),
    (f"{LIST}?pageSize=-1", "pageSize"),
    (f"{LIST}?pageSize=99999999999", "pageSize"),
    (f"{LIST}?pageSize=", "pageSize"),
    (f"{LIST}?pageSize=1&pageSize=2", "pageSize"),
    (f"{LIST}?audience=NOBODY", "audience"),
    (f"{LIST}?topic={'x' * 61}", "topic"),
    (f"{LIST}?pageToken={WORDS}", "pageToken"),
    (f"{LIST}?query={WORDS}", "query"),
    (f"{LIST}?topic=a%00", "topic"),
    (f"{PLACES}?query={'x' * 101}", "query"),
    (f"{PLACES}?postalCode={WORDS}", "postalCode"),
    (f"{PLACES}?postalCode=12", "postalCode"),
    (f"{PLACES}?pageSize=101", "pageSize"),
    (f"{PLACES}?prefecture=01", "prefecture"),
    ("/v1/flows/NOBODY", "audience"),
    ("/v1/flows/AUDIENCE_UNSPECIFIED", "audience"),
    (f"/v1/flows/TEEN?language={'x' * 36}", "language"),
    (f"{LIST}/{'x' * 101}", "id"),
]


@pytest.mark.parametrize(("address", "field"), QUERIES)
def test_a_wrong_part_of_an_address_is_named(http, address, field):
    answer = http.get(address)
    assert answer.status_code == 400
    assert field in violations(answer)
    assert WORDS not in answer.text


def broken_seals(seal: str) -> list[str]:
    middle = len(seal) // 2
    other = "A" if seal[middle] != "A" else "B"
    return [
        "x",
        WORDS,
        "こわれた",
        seal[:-1],
        seal[1:],
        seal + "A",
        seal[:middle],
        seal[:middle] + other + seal[middle + 1 :],
        seal[::-1],
        seal.swapcase(),
        "A" * 4096,
        "AAAA." + seal,
        " " + seal,
        json.dumps({"needs": ["money"]}),
    ]


@pytest.mark.parametrize("path", [REPLY, MEMO, KEPT])
@pytest.mark.parametrize("number", range(14))
def test_a_broken_seal_is_refused_with_numbers_to_turn_to(http, sealed, path, number):
    seal = broken_seals(sealed)[number]
    said = {"text": WORDS} if path == REPLY else {"note": WORDS}
    answer = http.post(path, json={"conversation": seal, **said})
    error = error_of(answer)
    assert answer.status_code == 400
    assert error["status"] == "INVALID_ARGUMENT"
    assert list(violations(answer)) == ["conversation"]
    assert help_numbers(error) >= EMERGENCY_NUMBERS
    assert WORDS not in answer.text


def test_a_seal_of_another_backend_is_refused_with_numbers_to_turn_to(http, tmp_path, own_sealer, sealed):
    state = own_sealer.open(sealed, purpose=PURPOSE)
    foreign = Sealer(KeyRing(tmp_path / "keys", SystemClock()).keys)
    refused = http.post(REPLY, json={"conversation": foreign.seal(state, purpose=PURPOSE), "text": WORDS})
    assert list(violations(refused)) == ["conversation"]
    assert help_numbers(error_of(refused)) >= EMERGENCY_NUMBERS
    # The control: the same state under the right key is taken.
    taken = http.post(REPLY, json={"conversation": own_sealer.seal(state, purpose=PURPOSE), "text": "家賃"})
    assert taken.status_code == 200


def test_a_conversation_of_long_ago_is_refused_with_numbers_to_turn_to(http, own_sealer, sealed):
    state = decode(own_sealer.open(sealed, purpose=PURPOSE))
    old = own_sealer.seal(encode(replace(state, issued_hour=state.issued_hour - 24 * 7)), purpose=PURPOSE)
    refused = http.post(REPLY, json={"conversation": old, "text": WORDS})
    assert list(violations(refused)) == ["conversation"]
    assert help_numbers(error_of(refused)) >= EMERGENCY_NUMBERS


@pytest.mark.parametrize("junk", [b"", b"{}", b"[]", b"[99]", b"\xff", b"[1,2,3,4,5,6,7,8,9]", b'"text"'])
def test_a_sealed_state_that_no_version_wrote_is_refused_not_a_fault(http, own_sealer, junk):
    refused = http.post(REPLY, json={"conversation": own_sealer.seal(junk, purpose=PURPOSE), "text": WORDS})
    assert refused.status_code == 400
    assert help_numbers(error_of(refused)) >= EMERGENCY_NUMBERS


def test_a_conversation_of_an_older_flow_goes_on_without_what_is_gone(http, talk, own_sealer):
    turn = talk.choose(talk.start(language="ja"), "子育て")
    state = decode(own_sealer.open(turn["conversation"], purpose=PURPOSE))
    steps = (Chosen("a-node-of-old", "gone"), *state.steps, Chosen("another", "gone"))
    older = own_sealer.seal(encode(replace(state, flow_version="2020-01-01", steps=steps)), purpose=PURPOSE)
    answer = http.post(REPLY, json={"conversation": older, "text": "保育園に入れたい"})
    assert answer.status_code == 200
    assert [chosen["labelJa"] for chosen in answer.json()["answers"]][:1] == ["子育て"]
    assert answer.json()["suggestions"]


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_error_of_the_conversation_carries_help_in_the_persons_language(http, sealed, language):
    answer = http.post(
        REPLY,
        json={"conversation": sealed, "choiceId": "no-such-choice"},
        headers={"accept-language": language},
    )
    error = error_of(answer)
    assert set(violations(answer)) == {"choiceId"}
    contacts = detail(error, "notalone.crisis.v1.Crisis")["contacts"]
    assert {contact["value"] for contact in contacts} >= EMERGENCY_NUMBERS
    assert any("0120-279-338" in contact["value"] for contact in contacts)


def test_one_answer_names_everything_that_is_wrong(http):
    answer = http.post(SEARCH, json={"pageSize": "x", "audience": "x", "foo": 1, "query": 5})
    assert {"pageSize", "audience", "foo", "query"} <= set(violations(answer))


def test_a_huge_body_without_a_length_is_refused(http):
    def pieces():
        for _ in range(40):
            yield b" " * 4096

    answer = http.post(SEARCH, content=pieces(), headers={"content-type": "application/json"})
    assert answer.status_code == 413


@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("POST", "/healthz"),
        ("DELETE", "/openapi.json"),
    ],
)
def test_a_wrong_method_is_refused_with_the_right_ones(http, method, path):
    answer = http.request(method, path)
    assert answer.status_code == 405
    assert answer.headers["allow"]
    error_of(answer)


@pytest.mark.parametrize(
    "path", ["/v1", "/v1/", "/v1/nope", "/v2/conversations", "/v1/conversations/", "/nope", "/.env"]
)
def test_an_unknown_address_is_told_in_json(http, path):
    answer = http.get(path, headers={"accept": "application/json"})
    assert answer.status_code == 404
    assert error_of(answer)["status"] == "NOT_FOUND"


@pytest.mark.parametrize("path", ["/../../etc/passwd", "/%2e%2e/%2e%2e/etc/passwd", "/docs/..%2f..%2fpyproject.toml"])
def test_no_address_leads_out_of_the_site(http, path):
    answer = http.get(path)
    assert answer.status_code in {400, 404}
    assert "root:" not in answer.text


@pytest.mark.parametrize(
    ("language", "title"),
    [("ja", "見つかりません"), ("en", "not found"), ("vi", "Không tìm thấy")],
)
def test_a_browser_at_an_unknown_address_gets_a_page_with_numbers(http, language, title):
    answer = http.get(f"/nope/{WORDS}", headers={"accept": "text/html", "accept-language": language})
    assert answer.status_code == 404
    assert answer.headers["content-type"].startswith("text/html")
    assert f'<html lang="{language}">' in answer.text
    assert title.lower() in answer.text.lower()
    assert all(f'href="tel:{number}"' in answer.text for number in EMERGENCY_NUMBERS)
    assert WORDS not in answer.text
    assert "<script" not in answer.text


@pytest.mark.parametrize("programme", ["no-such", "%F0%9F%99%82", "a%2Fb", "..", "'%20or%201=1"])
def test_an_unknown_programme_is_not_found(http, programme):
    assert http.get(f"{LIST}/{programme}").status_code in {400, 404}


@pytest.mark.parametrize(
    "headers",
    [
        {"accept-language": "x" * 5000},
        {"accept-language": "ja;q=x, ;;;"},
        {"accept-language": "\u00e9".encode("latin-1")},
        {"traceparent": WORDS},
        {"if-none-match": '"' * 100},
        {"x-forwarded-for": WORDS},
        {"accept": "image/png"},
    ],
)
def test_odd_headers_do_no_harm(http, headers):
    assert http.get("/v1/flows/GENERAL", headers=headers).status_code == 200
