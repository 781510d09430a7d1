"""Messages to JSON and back, for every request there is."""

import json

import pytest
from google.protobuf import json_format
from google.protobuf.descriptor import FieldDescriptor
from google.protobuf.message import Message
from hypothesis import given, settings
from hypothesis import strategies as st
from notalone.catalog.v1.entry_pb2 import Entry, Hours, MonthlyPeriod
from notalone_gateway import contract, templates
from notalone_gateway.filling import fill, fill_from_text
from notalone_gateway.problems import Problem
from notalone_gateway.reading import read_object
from notalone_gateway.wording import sentence

CALLS = contract.calls(contract.all_services())
TEXT = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"), max_size=20)


def values_of(field: FieldDescriptor) -> st.SearchStrategy:
    kinds = {
        FieldDescriptor.CPPTYPE_STRING: TEXT,
        FieldDescriptor.CPPTYPE_BOOL: st.booleans(),
        FieldDescriptor.CPPTYPE_INT32: st.integers(-(2**31), 2**31 - 1),
        FieldDescriptor.CPPTYPE_INT64: st.integers(-(2**63), 2**63 - 1),
        FieldDescriptor.CPPTYPE_DOUBLE: st.floats(allow_nan=False, allow_infinity=False),
    }
    if field.enum_type is not None:
        one = st.sampled_from([value.number for value in field.enum_type.values])
    elif field.message_type is not None:
        one = messages_of(contract._class(field.message_type), depth=2)
    else:
        one = kinds[field.cpp_type]
    return st.lists(one, max_size=3) if field.is_repeated else one


@st.composite
def messages_of(draw, kind: type[Message], depth: int = 0) -> Message:
    message = kind()
    for field in kind.DESCRIPTOR.fields:
        is_map = field.message_type is not None and field.message_type.GetOptions().map_entry
        if is_map or (depth and field.message_type is not None) or not draw(st.booleans()):
            continue
        value = draw(values_of(field))
        if field.is_repeated:
            getattr(message, field.name).extend(value)
        elif field.message_type is not None:
            getattr(message, field.name).CopyFrom(value)
        else:
            setattr(message, field.name, value)
    return message


@pytest.mark.parametrize("kind", [*dict.fromkeys(call.request for call in CALLS), Entry, Hours, MonthlyPeriod])
@settings(max_examples=40, deadline=None)
@given(
    data=st.data(), style=st.sampled_from([{}, {"preserving_proto_field_name": True}, {"use_integers_for_enums": True}])
)
def test_a_message_survives_the_way_to_json_and_back(data, kind, style):
    message = data.draw(messages_of(kind))
    text = json_format.MessageToJson(message, ensure_ascii=data.draw(st.booleans()), **style)
    back = kind()
    assert fill(back, read_object(text.encode("utf-8"))) == []
    assert back == message


@pytest.mark.parametrize("kind", list(dict.fromkeys(call.request for call in CALLS if not call.body)))
@settings(max_examples=40, deadline=None)
@given(data=st.data())
def test_a_message_survives_the_way_through_a_query(data, kind):
    message = data.draw(messages_of(kind))
    values = json_format.MessageToDict(message)
    pairs = [(name, str(value).lower() if isinstance(value, bool) else str(value)) for name, value in values.items()]
    back = kind()
    assert fill_from_text(back, pairs) == []
    assert back == message


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=3), inner, max_size=3),
    max_leaves=5,
)


@settings(max_examples=200, deadline=None)
@given(data=st.data(), call=st.sampled_from([call for call in CALLS if call.body]))
def test_what_the_gateway_takes_the_reference_reader_reads_alike(data, call):
    names = [field.json_name for field in call.request.DESCRIPTOR.fields]
    values = data.draw(st.dictionaries(st.sampled_from(names), JSON, max_size=4))
    message = call.request()
    if not fill(message, values):
        assert json_format.ParseDict(values, call.request()) == message


def test_nested_fields_are_named_by_their_whole_path():
    wrong = fill(Entry(), {"channels": [{}, {"hours": {"monthly": [{"day": "x"}]}}], "provenance": {"sources": 5}})
    assert [(v.field, v.rule) for v in wrong] == [
        ("channels[1].hours.monthly[0].day", "json.wrong_type"),
        ("provenance.sources", "json.wrong_type"),
    ]


@pytest.mark.parametrize(
    ("value", "named"),
    [("x", "name"), ({"ja": 5}, "name[ja]"), (["ja"], "name"), ({"ja": None}, "name[ja]"), (5, "name")],
)
def test_maps_that_are_none_are_named(value, named):
    assert [v.field for v in fill(Entry(), {"name": value})] == [named]


def test_maps_are_read():
    entry = Entry()
    assert fill(entry, {"name": {"ja": "名"}, "needs": {"money.debt": 0.5}}) == []
    assert dict(entry.name) == {"ja": "名"}


@settings(max_examples=300, deadline=None)
@given(body=st.binary(max_size=50) | st.text(max_size=50).map(lambda text: json.dumps(text).encode()))
def test_reading_either_gives_an_object_or_refuses(body):
    try:
        found = read_object(body)
    except Problem as problem:
        found = problem
    assert isinstance(found, dict) or found.http == 400


@pytest.mark.parametrize("text", ["v1/x", "/v1/{a=b/*}", "/v1/**", "/v1/{A}", "/v1/{a", "/v1/*"])
def test_templates_that_are_not_understood_stop_the_start(text):
    with pytest.raises(ValueError, match="not understood"):
        templates.parse(text)


def test_templates_keep_verbs_and_variables_apart():
    template = templates.parse("/v1/memos/{id}:extend")
    assert template.match(b"/v1/memos/a%3Ab:extend") == {"id": "a:b"}
    assert template.match(b"/v1/memos/a") is None
    assert template.match(b"/v1/memos/:extend") is None
    assert templates.parse("/v1/memos").match(b"/v1/memosx") is None


@pytest.mark.parametrize("language", ["ja", "en", "zh-Hans", "zh-Hant", "ko", "pt", "es", "tl", "th", "vi", "ne", "id"])
def test_every_sentence_of_the_gateway_is_there_in_every_language(language):
    from notalone_gateway.wording import _table

    for rule, texts in _table().items():
        assert texts.get(language), rule
        assert "{" not in sentence(rule, language=language, params={"kilobytes": 64, "methods": "GET"}).replace(
            "{}", ""
        ).replace("{…}", "")


def test_sentences_of_all_services_are_found_too():
    assert sentence("unavailable", language="ja").startswith("いま")
