"""The document tells the truth: it is what the protos say, what is served, and what answers look like."""

import importlib.util
import json
from pathlib import Path

import jsonschema_rs
import pytest
import schemathesis
from hypothesis import HealthCheck, Phase, settings
from notalone_gateway import contract
from notalone_gateway.filling import fill
from notalone_gateway.openapi import answers, document
from notalone_gateway.openapi.examples import REQUESTS
from schemathesis.checks import not_a_server_error
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    negative_data_rejection,
    positive_data_acceptance,
    response_headers_conformance,
    response_schema_conformance,
    status_code_conformance,
    unsupported_method,
)

ROOT = Path(__file__).resolve().parents[3]
GOLDEN = ROOT / "services" / "gateway" / "notalone_gateway" / "assets" / "openapi.json"


@pytest.fixture(scope="module")
def golden() -> dict:
    return json.loads(GOLDEN.read_text("utf-8"))


def offered() -> dict[str, contract.Call]:
    return {call.method.full_name: call for call in contract.calls(contract.all_services())}


def test_the_committed_document_is_what_the_protos_say():
    spec = importlib.util.spec_from_file_location("build_openapi", ROOT / "tools" / "build_openapi.py")
    tool = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(tool)
    assert GOLDEN.read_text("utf-8") == tool.build(), "run `python tools/build_openapi.py`"


def test_the_document_lists_exactly_what_is_served(golden):
    listed = {(path, verb) for path, verbs in golden["paths"].items() for verb in verbs}
    served = {(document.address(call), call.verb.lower()) for call in offered().values()}
    assert listed == served | {(path, "get") for path in answers.PROBES}


def test_without_a_token_only_public_methods_are_served():
    assert sorted(name.rpartition(".")[2] for name, call in offered().items() if not call.protected) == [
        "CreateHandoff",
        "CreateMemo",
        "DeleteMemo",
        "ExportCpsv",
        "FindMunicipalities",
        "GetFlow",
        "GetHsdsDescription",
        "GetHsdsOrganization",
        "GetHsdsService",
        "GetMemo",
        "GetProgramme",
        "ListHsdsOrganizations",
        "ListHsdsServices",
        "ListHsdsTaxonomies",
        "ListHsdsTaxonomyTerms",
        "ListProgrammes",
        "RenderMemo",
        "ReplyConversation",
        "ReportContact",
        "SearchProgrammes",
        "StartConversation",
        "SuggestProgrammes",
    ]


def test_what_takes_a_token_is_under_the_addresses_of_staff_and_agencies(golden):
    for call in offered().values():
        of_staff, of_agencies = bool(call.grant.roles), bool(call.grant.scopes)
        address = document.address(call)
        assert (address.startswith("/v1/staff/"), address.startswith("/v1/partner/")) == (of_staff, of_agencies)
        assert bool(golden["paths"][address][call.verb.lower()].get("security")) == call.protected


async def test_the_committed_document_is_served(http, golden):
    assert (await http.get("/openapi.json")).json() == golden


def test_every_schema_is_a_valid_schema_of_its_draft(golden):
    for name in golden["components"]["schemas"]:
        jsonschema_rs.validator_for(resolving(golden, name))


def resolving(golden: dict, name: str) -> dict:
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "$ref": f"#/components/schemas/{name}",
        "components": golden["components"],
    }


@pytest.mark.parametrize("name", sorted(REQUESTS))
def test_every_example_fits_its_schema_and_its_message(golden, name):
    call = offered()[name]
    schema = golden["paths"][document.address(call)][call.verb.lower()]["requestBody"]["content"]["application/json"]
    validator = jsonschema_rs.validator_for({"components": golden["components"], **schema["schema"]})
    for example in REQUESTS[name].values():
        validator.validate(example)
        assert fill(call.request(), example) == []


def test_every_call_with_a_body_has_an_example():
    assert {name for name, call in offered().items() if call.body} == set(REQUESTS)


def test_rules_and_comments_of_the_protos_are_in_the_document(golden):
    schemas = golden["components"]["schemas"]
    query = schemas["SearchProgrammesRequest"]["properties"]["query"]
    assert query == {"type": ["string", "null"], "maxLength": 500, "description": "Words as a person types them."}
    assert schemas["SearchProgrammesRequest"]["properties"]["topics"]["maxItems"] == 20
    assert schemas["ReplyConversationRequest"]["required"] == ["conversation"]
    one_of = schemas["ReplyConversationRequest"]["allOf"][0]["oneOf"]
    assert [choice["required"] for choice in one_of] == [["text"], ["choiceId"], ["back"]]
    assert "displayNameJa" in schemas["Programme"]["required"]
    assert "openNow" not in schemas["Contact"]["required"]
    [audience] = [p for p in golden["paths"]["/v1/flows/{audience}"]["get"]["parameters"] if p["in"] == "path"]
    assert audience["schema"]["enum"] == ["GENERAL", "CHILD", "TEEN"]


schema = schemathesis.openapi.from_dict(
    json.loads(GOLDEN.read_text("utf-8")),
    config=schemathesis.Config.from_dict({"generation": {"allow-x00": False}}),
    # Nobody has a token here: what takes one stands in test_gateway_access.py.
).exclude(path_regex=r"^/v1/(staff|partner)/")


@schema.parametrize()
@settings(
    max_examples=8,
    deadline=None,
    derandomize=True,
    phases=[Phase.explicit, Phase.generate],
    suppress_health_check=list(HealthCheck),
)
def test_answers_are_what_the_document_promises(case, address):
    case.call_and_validate(
        base_url=f"http://{address}",
        checks=[
            not_a_server_error,
            status_code_conformance,
            content_type_conformance,
            response_headers_conformance,
            response_schema_conformance,
            negative_data_rejection,
            positive_data_acceptance,
            unsupported_method,
        ],
    )
