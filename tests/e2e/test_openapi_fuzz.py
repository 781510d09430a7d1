"""Calls made up from the OpenAPI document: what it forbids is refused, and every answer is one it describes."""

import json
from importlib.resources import files

import every_call
import pytest
import schemathesis
from hypothesis import HealthCheck, Phase, given, settings
from schemathesis import GenerationMode
from schemathesis.schemas import BaseSchema
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    negative_data_rejection,
    response_headers_conformance,
    response_schema_conformance,
    status_code_conformance,
)

ALWAYS = [
    schemathesis.checks.not_a_server_error,
    status_code_conformance,
    content_type_conformance,
    response_headers_conformance,
    response_schema_conformance,
]
# The same examples in every run: a failure here must be found again.
BOUNDED = settings(
    max_examples=50,
    derandomize=True,
    database=None,
    deadline=None,
    phases=[Phase.explicit, Phase.generate],
    suppress_health_check=list(HealthCheck),
)


# Calls of staff and agencies are many, and their people know what they send.
FEWER = settings(BOUNDED, max_examples=20)
CALLS = {(every_call.address(call), call.verb.lower()): call for call in every_call.CALLS}
VERBS = {"get", "post", "put", "patch", "delete"}


def operations(*, told_something: bool = False) -> list[tuple[str, str]]:
    """All that may be called, or those of them that are told something: only there can one err."""
    document = json.loads(files("notalone_gateway").joinpath("assets", "openapi.json").read_text("utf-8"))
    return [
        (path, verb)
        for path, verbs in document["paths"].items()
        for verb, one in verbs.items()
        if verb in VERBS and (not told_something or "parameters" in one or "requestBody" in one)
    ]


@pytest.fixture
def headers(people, path, verb) -> dict[str, str]:
    """Of somebody who may make this call."""
    call = CALLS.get((path, verb))
    return people.headers_for(call) if call else {}


@pytest.fixture(scope="module")
def schema(http) -> BaseSchema:
    """The document as the running backend hands it out."""
    found = schemathesis.openapi.from_dict(http.get("/openapi.json").json())
    found.config.update(base_url=str(http.base_url).rstrip("/"))
    # A body may also be larger than all are allowed to be.
    rejection = found.config.checks.negative_data_rejection
    rejection.expected_statuses = [*rejection.expected_statuses, "413"]
    return found


@pytest.mark.parametrize(("path", "verb"), operations())
def test_what_the_document_allows_is_answered_as_it_says(schema, headers, path, verb):
    @(FEWER if headers else BOUNDED)
    @given(case=schema[path][verb].as_strategy(generation_mode=GenerationMode.POSITIVE))
    def holds(case):
        case.call_and_validate(checks=ALWAYS, headers=headers)

    holds()


@pytest.mark.parametrize(("path", "verb"), operations(told_something=True))
def test_what_the_document_forbids_is_refused_as_it_says(schema, headers, path, verb):
    # The missing token is one of the wrong things that are made up, and is there all the same: what else staff's calls
    # refuse, test_bad_input_everywhere holds.
    checks = ALWAYS if headers else [*ALWAYS, negative_data_rejection]

    @(FEWER if headers else BOUNDED)
    @given(case=schema[path][verb].as_strategy(generation_mode=GenerationMode.NEGATIVE))
    def holds(case):
        case.call_and_validate(checks=checks, headers=headers)

    holds()


@pytest.mark.parametrize("path", ["/v1/conversations:reply", "/v1/memos:render"])
def test_what_goes_on_in_a_real_conversation_is_answered_as_the_document_says(schema, talk, path):
    # Nobody can make up a seal; so the made-up rest is sent with a real one.
    sealed = talk.say(talk.start(language="ja"), "家賃が払えません")["conversation"]
    answered = set()

    @BOUNDED
    @given(case=schema[path]["post"].as_strategy(generation_mode=GenerationMode.POSITIVE))
    def holds(case):
        case.body = {**case.body, "conversation": sealed}
        answered.add(case.call_and_validate(checks=ALWAYS).status_code)

    holds()
    assert 200 in answered
    assert answered <= {200, 400, 404}
