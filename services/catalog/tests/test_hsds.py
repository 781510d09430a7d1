"""The catalogue as Open Referral HSDS, held against a schema written from its reference."""

import json
from pathlib import Path

import notalone_crisis
import notalone_data
import pytest
from jsonschema import Draft202012Validator, FormatChecker
from notalone.catalog.v1.entry_pb2 import Entry
from notalone_catalog.domain.open_data import hsds

SCHEMA = json.loads((Path(__file__).parent / "hsds_3_1.schema.json").read_text("utf-8"))
LABELS = notalone_data.needs()["needs"]
ENTRIES = [*notalone_crisis.floor_entries(), *notalone_data.entries()]


def faults(kind: str, row: object) -> list[str]:
    validator = Draft202012Validator(
        {"$ref": f"#/$defs/{kind}", "$defs": SCHEMA["$defs"]}, format_checker=FormatChecker()
    )
    return [f"{error.json_path}: {error.message}" for error in validator.iter_errors(row)]


@pytest.mark.parametrize("entry", ENTRIES, ids=lambda entry: entry.id)
def test_every_entry_is_a_service_that_the_schema_accepts(entry):
    assert faults("service", hsds.service(entry, need_labels=LABELS)) == []


def test_the_schema_finds_what_is_wrong():
    row = hsds.service(ENTRIES[0], need_labels=LABELS)

    assert faults("service", row | {"status": "open"})
    assert faults("service", row | {"id": "7"})
    assert faults("service", {key: value for key, value in row.items() if key != "name"})
    assert faults("service", row | {"price": "0"})


def test_ids_are_unique_within_their_kind_and_the_same_in_every_export():
    def ids() -> list[tuple[str, str]]:
        rows = [hsds.service(entry, need_labels=LABELS) for entry in ENTRIES]
        return [
            (kind, part["id"])
            for row in rows
            for kind in ("phones", "schedules", "service_areas", "languages", "additional_urls", "attributes")
            for part in row.get(kind, [])
        ] + [("service", row["id"]) for row in rows]

    first = ids()
    assert len(set(first)) == len(first)
    assert ids() == first


def test_organizations_and_terms_are_those_that_services_point_to():
    services = [hsds.service(entry, need_labels=LABELS) for entry in ENTRIES]
    organizations = hsds.organizations(ENTRIES)
    terms = hsds.taxonomy_terms(LABELS)

    assert [fault for row in organizations for fault in faults("organization", row)] == []
    assert [fault for row in terms for fault in faults("taxonomy_term", row)] == []
    assert [fault for row in hsds.taxonomies() for fault in faults("taxonomy", row)] == []
    assert {term["taxonomy_id"] for term in terms} == {row["id"] for row in hsds.taxonomies()}
    assert {row["organization_id"] for row in services if "organization_id" in row} == {o["id"] for o in organizations}
    assert {a["taxonomy_term_id"] for row in services for a in row["attributes"]} <= {term["id"] for term in terms}


def test_what_is_unknown_is_left_out():
    entry = Entry(id="a", status=Entry.DEFUNCT, name={"ja": "名前"})

    row = hsds.service(entry, need_labels=LABELS)

    assert row["status"] == "defunct"
    assert not {"url", "minimum_age", "phones", "organization_id", "assured_date"} & set(row)


def test_what_somebody_is_afraid_of_is_told_where_it_is_known_and_else_left_out():
    def facts(entry: Entry) -> dict[str, str]:
        attributes = hsds.service(entry, need_labels=LABELS).get("attributes", [])
        own = (one for one in attributes if one["link_type"] == hsds.FACTS_TAXONOMY)
        return {one["taxonomy_term"]["code"]: one["value"] for one in own}

    entry = Entry(id="a", status=Entry.ACTIVE, name={"ja": "名前"}, anonymous_ok=True, asks_residence_status=False)

    assert facts(entry) == {"anonymous_ok": "true", "asks_residence_status": "false"}
    assert facts(Entry(id="a", status=Entry.ACTIVE, name={"ja": "名前"})) == {}


@pytest.mark.parametrize(
    ("channel", "said"),
    [
        ({"ip_phone_ok": True}, "IP電話からかけられます"),
        ({"ip_phone_ok": False}, "IP電話からは、つながらないことがあります"),
        (
            {"ip_phone_ok": False, "reachable_from": {"ja": "一部のIP電話からはつながりません"}},
            "一部のIP電話からはつながりません",
        ),
        ({}, None),
    ],
)
def test_a_number_says_whether_ip_phones_reach_it(channel, said):
    entry = Entry(id="a", status=Entry.ACTIVE, name={"ja": "名前"})
    entry.channels.add(kind="PHONE", value="0570-000-000", **channel)

    (phone,) = hsds.service(entry, need_labels=LABELS)["phones"]

    assert phone.get("description") == said


def test_a_number_keeps_its_keys_and_where_it_answers():
    entry = next(entry for entry in ENTRIES if entry.id == "yorisoi-foreign-languages")

    numbers = {phone["number"]: phone for phone in hsds.service(entry, need_labels=LABELS)["phones"]}

    assert "ガイダンスのあとに2" in numbers["0120-279-338"]["description"]
    assert "岩手県、宮城県、福島県から" in numbers["0120-279-226"]["description"]
    assert "vi" in {language["code"] for language in numbers["0120-279-338"]["languages"]}


def test_hours_past_midnight_say_so():
    entry = Entry(id="night", status=Entry.ACTIVE, name={"ja": "夜"})
    channel = entry.channels.add(kind="PHONE", value="0120-000-000")
    channel.hours.weekly.add(days=["FRI"], opens="22:00", closes="29:30")

    (row,) = hsds.service(entry, need_labels=LABELS)["schedules"]

    assert (row["byday"], row["opens_at"], row["closes_at"]) == ("FR", "22:00+09:00", "05:30+09:00")
    assert row["notes"] == "翌日まで"


@pytest.mark.parametrize(
    ("number", "size", "first", "last"), [(1, 2, True, False), (3, 2, False, True), (9, 2, False, True)]
)
def test_a_page_says_where_it_stands(number, size, first, last):
    found = hsds.page([{"id": str(place)} for place in range(5)], number=number, size=size)

    assert faults("page", found) == []
    assert (found["total_pages"], found["first_page"], found["last_page"]) == (3, first, last)
    assert found["empty"] == (number == 9)
