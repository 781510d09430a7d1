"""Maps and messages within requests are read as strictly as everything else."""

import pytest
from notalone.catalog.v1.catalog_authoring_service_pb2 import SaveDraftRequest, SubmitDraftRequest
from notalone_gateway.filling import fill

WRONG_TYPE = "json.wrong_type"


def wrong(values: dict) -> set[tuple[str, str]]:
    return {(each.field, each.rule) for each in fill(SaveDraftRequest(), {"entry": values})}


def test_maps_of_texts_numbers_and_messages_arrive():
    request = SaveDraftRequest()
    entry = {"name": {"ja": "窓口"}, "needs": {"lonely.talk": 1}, "questions": {"ja": {"items": ["なぜ"]}}}
    assert fill(request, {"entry": entry}) == []
    assert dict(request.entry.name) == {"ja": "窓口"}
    assert dict(request.entry.needs) == {"lonely.talk": 1.0}
    assert list(request.entry.questions["ja"].items) == ["なぜ"]


@pytest.mark.parametrize(
    ("values", "field", "rule"),
    [
        ({"name": {"ja": 1}}, "entry.name[ja]", WRONG_TYPE),
        ({"name": ["ja"]}, "entry.name", WRONG_TYPE),
        ({"name": {"ja": None}}, "entry.name[ja]", WRONG_TYPE),
        ({"needs": {"x": "much"}}, "entry.needs[x]", WRONG_TYPE),
        ({"needs": {"x": float("inf")}}, "entry.needs[x]", "number.out_of_range"),
        ({"questions": {"ja": "なぜ"}}, "entry.questions[ja]", WRONG_TYPE),
        ({"questions": {"ja": {"itmes": []}}}, "entry.questions[ja].itmes", "json.unknown_field"),
        ({"audiences": [1, -(2**61) + 1]}, "entry.audiences[1]", "enum.defined_only"),
        ({"kind": 2**32 + 1}, "entry.kind", "enum.defined_only"),
        ({"name": {"ja": "\0"}}, "entry.name[ja]", "text.unreadable"),
        ({"channels": [{"hours": {"weekly": [{"opens": 9}]}}]}, "entry.channels[0].hours.weekly[0].opens", WRONG_TYPE),
    ],
)
def test_what_is_wrong_within_is_named_by_its_whole_path(values, field, rule):
    assert wrong(values) == {(field, rule)}


def test_what_stands_in_the_address_is_unknown_in_the_body():
    found = fill(SubmitDraftRequest(), {"entryId": "other", "revision": 1}, elsewhere={"entry_id": "a"})
    assert [(each.field, each.rule) for each in found] == [("entryId", "json.unknown_field")]
