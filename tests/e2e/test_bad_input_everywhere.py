"""Every field of every call, wrong in every way the contracts forbid: refused, named, no echo, and never a fault."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import every_call
import httpx2
import pytest
from every_call import CALLS, Field
from google.protobuf.descriptor import FieldDescriptor
from notalone_gateway.contract import Call
from staff import AGENCY, APPROVER, EDITOR
from talk import EMERGENCY_NUMBERS, error_of, help_numbers, violations

# Stands where a person's words would stand; must come back in no answer.
WORDS = "himitsu-no-kotoba"
TEXT, ENUM, BOOL = FieldDescriptor.TYPE_STRING, FieldDescriptor.TYPE_ENUM, FieldDescriptor.TYPE_BOOL
DOUBLE, INT32 = FieldDescriptor.TYPE_DOUBLE, FieldDescriptor.TYPE_INT32
BODIES = [
    b"",
    b"  \n",
    b"null",
    b"[]",
    b"5",
    b'"text"',
    b"{",
    b"}",
    b'{"query": }',
    b'{"query": "a",}',
    b"{'query': 'a'}",
    b'{"query": "a"} {}',
    b"// no\n{}",
    b'{"query": "line\nbreak"}',
    b'{"query": "\xff\xfe"}',
    b'{"query": "\xed\xa0\x80"}',
    b'{"query": "\xc0\xaf"}',
    '{"query": "a"}'.encode("utf-16"),
    '{"query": "a"}'.encode("shift_jis") + "ひ".encode("shift_jis"),
    b"[" * 60_000,
    b'{"a":' * 12_000,
    b'{"query":' + b"[" * 30_000 + b"]" * 30_000 + b"}",
    b'{"query": "a", "query": "b"}',
    b'{"pageSize": NaN}',
    b'{"pageSize": Infinity}',
    b'{"pageSize": -Infinity}',
    b'{"pageSize": 1e999}',
    b'{"pageSize": 0x10}',
    b'{"pageSize": 01}',
    b'{"pageSize": ' + b"9" * 5000 + b"}",
    b"\x00",
    b"query=a",
    b"<xml/>",
    f'{{"{WORDS}": "{WORDS}"'.encode(),
]
OTHER_KINDS = ["text/plain", "application/x-www-form-urlencoded", "multipart/form-data; boundary=x", "application/xml"]
JSON = {"content-type": "application/json"}
WITH_BODY = [call for call in CALLS if call.body]
# A test sends some hundred requests.
pytestmark = pytest.mark.timeout(480)


@pytest.fixture(scope="module")
def sealed(talk) -> str:
    return talk.start(language="ja", audience="GENERAL")["conversation"]


def wrong_in_json(field: Field) -> Iterator[Any]:
    """Values that a field of this kind does not take."""
    kind, rules = field.descriptor.type, field.rules
    yield {"x": WORDS}
    yield [[WORDS]]
    if kind == TEXT:
        yield from (5, True, f"a\0{WORDS}", f"{WORDS}\ud800")
        yield from too_long(field)
        if rules.string.pattern:
            yield f"{WORDS} わたし"
    elif kind == ENUM:
        yield from (WORDS, "", 99, 1.5, True)
    elif kind == BOOL:
        yield from (WORDS, "true", 1)
    elif kind == DOUBLE:
        yield from (WORDS, True, 10**400)
        yield from out_of_range(rules.double)
    else:
        yield from (WORDS, True, 1.5, 10**30)
        if kind == INT32:
            yield from ("5", 2**31)
        yield from out_of_range(rules.int32 if kind == INT32 else rules.int64)


def wrong_in_address(field: Field) -> Iterator[str]:
    """The same, for what stands in path or query, where all is text."""
    kind, rules = field.descriptor.type, field.rules
    if kind == TEXT:
        yield f"a\0{WORDS}"
        yield from too_long(field)
        if rules.string.pattern:
            yield f"{WORDS} わたし"
    elif kind == INT32:
        yield from (WORDS, "1.5", "99999999999", "--5", "５")
        yield from map(str, out_of_range(rules.int32))
    else:
        yield WORDS


def too_long(field: Field) -> Iterator[str]:
    if most := field.rules.string.max_len:
        yield (WORDS * (most // len(WORDS) + 1))[: most + 1]


def out_of_range(rules: Any) -> Iterator[float]:
    if rules.HasField("gte"):
        yield rules.gte - 1
    if rules.HasField("gt"):
        yield rules.gt
    if rules.HasField("lte"):
        yield rules.lte + 1


def plain(named: str) -> str:
    """A path in an error, with keys of maps as our own errors have them."""
    return named.replace('["', "[").replace('"]', "]")


def complaint(call: Call, answer: httpx2.Response, named: str) -> str:
    """What is not as it should be with the answer to a wrong field; empty where all is."""
    if answer.status_code != 400:
        return f"status {answer.status_code}"
    if WORDS in answer.text:
        return "an echo"
    found = {plain(path) for path in violations(answer)}
    if named not in found:
        return f"names {sorted(found)}"
    if call.template.text.startswith("/v1/conversations") and not help_numbers(error_of(answer)) >= EMERGENCY_NUMBERS:
        return "no numbers to turn to"
    return ""


def attempts(call: Call, sealed: str) -> Iterator[tuple[str, tuple[str, str, dict]]]:
    """Requests with one thing wrong each, and how it is named."""
    for field in every_call.fields(call):
        in_body = call.body and field.descriptor.name not in call.template.variables
        values = wrong_in_json(field) if in_body else wrong_in_address(field)
        yield from ((field.path, every_call.request(call, field, value, sealed)) for value in values)
        if not in_body:
            continue
        if field.listed:
            whole = every_call.put(every_call.example(call, sealed), field.whole, WORDS)
            yield field.path.rpartition("[")[0], every_call.sent(call, whole)
        if field.listed and field.most and isinstance(field.steps[-1], int):
            many = every_call.put(every_call.example(call, sealed), field.whole, ["x"] * (field.most + 1))
            if field.text:
                yield field.path.rpartition("[")[0], every_call.sent(call, many)


@pytest.mark.parametrize("call", [call for call in CALLS if every_call.fields(call)], ids=every_call.title)
def test_a_wrong_field_is_named_and_nothing_is_repeated(http, people, sealed, call):
    wrong = []
    headers = {**JSON, **people.headers_for(call)}
    for named, (verb, path, arguments) in attempts(call, sealed):
        sent = {"content": json.dumps(arguments["json"])} if "json" in arguments else arguments
        answer = http.request(verb, path, **sent, headers=headers)
        if said := complaint(call, answer, named):
            wrong.append((named, str(arguments)[-80:], said))
    assert wrong == []


@pytest.mark.parametrize("call", CALLS, ids=every_call.title)
def test_a_name_that_there_is_not_is_named(http, people, sealed, call):
    known = every_call.example(call, sealed) if call.body else {}
    verb, path, arguments = every_call.sent(call, {**known, "langauge": WORDS})
    if verb == "DELETE":
        arguments = {"params": {"langauge": WORDS}}
    answer = http.request(verb, path, **arguments, headers=people.headers_for(call))
    assert complaint(call, answer, "langauge") == ""


@pytest.mark.parametrize("call", WITH_BODY, ids=every_call.title)
def test_what_is_no_json_object_is_refused(http, people, call):
    verb, path, _ = every_call.sent(call, {})
    headers = {**JSON, **people.headers_for(call)}
    for content in BODIES:
        answer = http.request(verb, path, content=content, headers=headers)
        assert answer.status_code == 400, content[:40]
        assert error_of(answer)["status"] == "INVALID_ARGUMENT"
        assert WORDS not in answer.text


@pytest.mark.parametrize("call", WITH_BODY, ids=every_call.title)
def test_a_byte_order_mark_is_forgiven(http, people, sealed, call):
    verb, path, arguments = every_call.sent(call, {**every_call.example(call, sealed), "langauge": 1})
    content = b"\xef\xbb\xbf" + json.dumps(arguments["json"]).encode()
    answer = http.request(verb, path, content=content, headers={**JSON, **people.headers_for(call)})
    # It was read: what is wrong in it is named.
    assert "langauge" in violations(answer)


@pytest.mark.parametrize("call", WITH_BODY, ids=every_call.title)
def test_another_kind_of_body_is_refused(http, people, call):
    verb, path, _ = every_call.sent(call, {})
    for kind in OTHER_KINDS:
        answer = http.request(verb, path, content=b"{}", headers={"content-type": kind, **people.headers_for(call)})
        assert answer.status_code == 415
        assert "application/json" in error_of(answer)["message"]


@pytest.mark.parametrize("call", WITH_BODY, ids=every_call.title)
def test_a_huge_body_is_refused(http, people, call):
    verb, path, _ = every_call.sent(call, {})
    content = json.dumps({"note": WORDS * 20_000})
    answer = http.request(verb, path, content=content, headers={**JSON, **people.headers_for(call)})
    assert answer.status_code == 413
    assert WORDS not in answer.text
    assert error_of(answer)["message"]


@pytest.mark.parametrize("call", CALLS, ids=every_call.title)
def test_another_method_is_refused_with_the_right_ones(http, call):
    _, path, _ = every_call.sent(call, {})
    right = {other.verb for other in CALLS if other.template.match(path.encode()) is not None}
    for verb in {"GET", "POST", "PUT", "PATCH", "DELETE"} - right:
        answer = http.request(verb, path, headers={"accept": "application/json"})
        assert answer.status_code == 405, verb
        assert right <= set(answer.headers["allow"].split(", "))
        error_of(answer)


@pytest.mark.parametrize("call", [call for call in CALLS if call.protected], ids=every_call.title)
def test_without_a_token_that_holds_nothing_is_answered(http, sealed, call):
    verb, path, arguments = every_call.sent(call, every_call.example(call, sealed) if call.body else {})
    for headers in ({}, {"authorization": "Bearer a.b.c"}, {"authorization": f"Bearer {WORDS}"}):
        answer = http.request(verb, path, **arguments, headers=headers)
        assert answer.status_code == 401
        assert answer.headers["www-authenticate"].startswith("Bearer")
        assert WORDS not in answer.text


@pytest.mark.parametrize("call", [call for call in CALLS if call.protected], ids=every_call.title)
def test_without_a_token_nothing_is_told_of_what_is_wrong(http, call):
    verb, path, _ = every_call.sent(call, {})
    wrong: list[dict[str, object]] = [{"params": {"langauge": WORDS}}, {"params": {"language": "\x00"}}]
    if call.body:
        wrong += [{"content": content, "headers": JSON} for content in BODIES]
        wrong += [{"content": b"{}", "headers": {"content-type": kind}} for kind in OTHER_KINDS]
    for sent in wrong:
        answer = http.request(verb, path, **sent)
        assert answer.status_code == 401, sent
        assert violations(answer) == {}
        assert WORDS not in answer.text


ENDED, THERE = "covid-kyugyo-shienkin", "chiiki-kosodate-shien-kyoten"
PLACE = {"municipalityCode": "012301"}
WITHDRAW, DRAFTS = "/v1/staff/contacts:withdraw", "/v1/staff/drafts"
# What keeps to the form and is wrong all the same: who sends it, status, and the field that is named, if any.
WRONG_IN_MEANING = [
    ("", "GET", f"/v1/programmes/{ENDED}", None, 404, ""),
    ("", "GET", f"/v1/programmes/{WORDS}", None, 404, ""),
    ("", "GET", f"/hsds/services/{ENDED}", None, 404, ""),
    ("", "GET", f"/hsds/services/{WORDS}", None, 404, ""),
    ("", "GET", f"/hsds/organizations/{WORDS}", None, 404, ""),
    ("", "POST", "/v1/handoffs", {"programmeId": ENDED, **PLACE}, 404, ""),
    ("", "POST", "/v1/handoffs", {"programmeId": WORDS, **PLACE}, 404, ""),
    ("", "POST", "/v1/handoffs", {"programmeId": THERE, "municipalityCode": "999999"}, 400, "municipalityCode"),
    ("", "POST", "/v1/handoffs", {"programmeId": THERE, "postalCode": "0000000"}, 400, "postalCode"),
    ("", "POST", "/v1/conversations", {"municipalityCode": "999999"}, 400, "municipalityCode"),
    ("", "POST", "/v1/programmes:search", {"municipalityCode": "999999"}, 400, "municipalityCode"),
    ("", "POST", "/v1/programmes:search", {"pageToken": WORDS}, 400, "pageToken"),
    ("", "GET", f"/v1/programmes?pageToken={WORDS}", None, 400, "pageToken"),
    ("", "POST", "/v1/memos:render", {"conversation": "c", "programmeIds": [THERE, ENDED]}, 400, "programmeIds[1]"),
    ("", "POST", "/v1/memos", {"conversation": "c", "programmeIds": [WORDS]}, 400, "programmeIds[0]"),
    ("", "POST", "/v1/memos", {"conversation": WORDS}, 400, "conversation"),
    ("", "POST", "/v1/memos:render", {"conversation": WORDS}, 400, "conversation"),
    ("", "GET", f"/v1/memos/{WORDS}/{WORDS}", None, 404, ""),
    (EDITOR, "GET", f"/v1/staff/entries?pageToken={WORDS}", None, 400, "pageToken"),
    (EDITOR, "GET", f"/v1/staff/notices?pageToken={WORDS}", None, 400, "pageToken"),
    (EDITOR, "GET", f"/v1/staff/entries/{WORDS}", None, 404, ""),
    (EDITOR, "GET", f"/v1/staff/entries/{WORDS}/history", None, 404, ""),
    (EDITOR, "GET", f"/v1/staff/entries/{THERE}/diff?fromRevision=1&toRevision=99999", None, 404, ""),
    (EDITOR, "POST", f"/v1/staff/entries/{WORDS}:submit", {"revision": 1}, 404, ""),
    (EDITOR, "POST", f"/v1/staff/corrections/{WORDS}:reject", {"reason": WORDS}, 404, ""),
    (APPROVER, "POST", WITHDRAW, {"entryId": WORDS, "value": "1", "reason": WORDS}, 404, ""),
    (APPROVER, "POST", WITHDRAW, {"entryId": THERE, "value": WORDS, "reason": WORDS}, 400, ""),
    (APPROVER, "POST", DRAFTS, {"entry": {"id": "a"}, "baseRevision": 0}, 403, ""),
    (AGENCY, "GET", f"/v1/partner/entries/{THERE}", None, 404, ""),
    (AGENCY, "GET", f"/v1/partner/corrections/{WORDS}", None, 404, ""),
    (AGENCY, "POST", f"/v1/partner/desks/{THERE}:pause", {"until": WORDS, "reason": "OVERLOADED"}, 400, "until"),
    (AGENCY, "GET", "/v1/staff/entries", None, 403, ""),
]


@pytest.mark.parametrize(("who", "verb", "path", "body", "status", "named"), WRONG_IN_MEANING)
def test_what_keeps_to_the_form_and_is_wrong_all_the_same(http, people, sealed, who, verb, path, body, status, named):
    meant = {**body, "conversation": sealed} if body and body.get("conversation") == "c" else body
    more = {} if body is None else {"json": meant}
    answer = http.request(verb, path, **more, headers=people.headers(who) if who else {})
    assert answer.status_code == status
    assert WORDS not in answer.text
    assert set(violations(answer)) == ({named} if named else set())
    if named == "conversation":
        assert help_numbers(error_of(answer)) >= EMERGENCY_NUMBERS


@pytest.mark.parametrize("name", ["SaveDraft", "ProposeCorrection", "CreateMemo"])
def test_a_key_that_is_no_uuid_is_named_by_every_call_that_takes_one(http, people, sealed, name):
    call = next(call for call in CALLS if call.method.name == name)
    verb, path, arguments = every_call.sent(call, every_call.example(call, sealed))
    answer = http.request(verb, path, **arguments, headers={"idempotency-key": WORDS, **people.headers_for(call)})
    assert answer.status_code == 400
    assert "Idempotency-Key" in violations(answer)
    assert WORDS not in answer.text
