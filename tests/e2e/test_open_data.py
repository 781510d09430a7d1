"""The catalogue as open data, over HTTP as machines fetch it."""

import csv
import io
import json

import httpx2
import pytest
from backend import ROOT
from jsonschema import Draft202012Validator, FormatChecker

SCHEMA = json.loads((ROOT / "services/catalog/tests/hsds_3_1.schema.json").read_text("utf-8"))


def accepted(kind: str, row: object) -> bool:
    rules = {"$ref": f"#/$defs/{kind}", "$defs": SCHEMA["$defs"]}
    return Draft202012Validator(rules, format_checker=FormatChecker()).is_valid(row)


def every(http: httpx2.Client, path: str, **query: str) -> list[dict[str, object]]:
    rows: list[dict[str, object]] = []
    for number in range(1, 20):
        page = http.get(path, params={"page": number, "per_page": 100, **query}).json()
        assert accepted("page", page)
        rows += page["contents"]
        if page["last_page"]:
            assert len(rows) == page["total_items"]
            return rows
    raise AssertionError("no last page")


def test_the_description_names_version_and_contract(http):
    found = http.get("/hsds").json()

    assert found["version"] == "3.1"
    assert http.get(found["openapi_url"]).status_code == 200


def test_all_services_are_there_and_each_can_be_fetched_by_its_id(http):
    services = every(http, "/hsds/services")

    assert len(services) > 150
    assert all(accepted("service", row) for row in services)
    assert {row["status"] for row in services} == {"active"}
    assert http.get(f"/hsds/services/{services[7]['id']}").json() == services[7]


def test_filters_add_up(http):
    terms = {term["code"]: term["id"] for term in every(http, "/hsds/taxonomy_terms")}
    of_rent = every(http, "/hsds/services", taxonomy_term_id=str(terms["housing.rent"]))
    operator = str(next(row["organization_id"] for row in of_rent if "organization_id" in row))

    both = every(http, "/hsds/services", taxonomy_term_id=str(terms["housing.rent"]), organization_id=operator)

    assert 0 < len(both) <= len(of_rent)
    assert {row["organization_id"] for row in both} == {operator}


def test_organizations_are_those_of_the_services(http):
    organizations = every(http, "/hsds/organizations")

    assert all(accepted("organization", row) for row in organizations)
    assert http.get(f"/hsds/organizations/{organizations[0]['id']}").json() == organizations[0]
    assert http.get("/hsds/taxonomies").json()["contents"][0]["name"] == "notalone-needs"


@pytest.mark.parametrize("path", ["/hsds/services/none", "/hsds/organizations/none", "/hsds/nothing"])
def test_what_is_not_there_is_not_found(http, path):
    answer = http.get(path)

    assert answer.status_code == 404
    assert answer.json()["error"]["status"] == "NOT_FOUND"


@pytest.mark.parametrize(("name", "value"), [("page", "-1"), ("per_page", "101"), ("page", "x"), ("search", "words")])
def test_a_wrong_parameter_is_named(http, name, value):
    answer = http.get("/hsds/services", params={name: value})

    assert answer.status_code == 400
    assert answer.json()["error"]["status"] == "INVALID_ARGUMENT"


def test_the_csv_holds_every_programme_and_may_be_kept_a_while(http):
    answer = http.get("/v1/open-data/programmes.csv")

    rows = list(csv.DictReader(io.StringIO(answer.content.decode("utf-8-sig"), newline="")))
    assert answer.headers["content-type"] == "text/csv; charset=utf-8"
    assert len(rows) == http.get("/hsds/services").json()["total_items"]
    again = http.get("/v1/open-data/programmes.csv", headers={"If-None-Match": answer.headers["etag"]})
    assert (again.status_code, again.content) == (304, b"")
