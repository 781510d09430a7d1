"""Rules that every contract in proto/ keeps, read from the generated stubs as the services read them."""

from importlib import import_module
from pathlib import Path

import pytest
from backend import ROOT
from buf.validate import validate_pb2
from google.api import annotations_pb2
from google.protobuf.descriptor import Descriptor, EnumDescriptor, FieldDescriptor, MethodDescriptor
from google.protobuf.descriptor_pb2 import MethodOptions
from notalone.common.v1 import access_pb2
from notalone_chassis.access.grants import ROLES, SCOPES

PROTOS = ROOT / "proto"
OUTSIDE = {access_pb2.PUBLIC, access_pb2.AUTHENTICATED}


def modules():
    for file in sorted((PROTOS / "notalone").rglob("*.proto")):
        yield import_module(".".join(file.relative_to(PROTOS).with_suffix("").parts) + "_pb2")


def methods() -> list[MethodDescriptor]:
    return [
        method
        for module in modules()
        for service in module.DESCRIPTOR.services_by_name.values()
        for method in service.methods
    ]


def messages() -> list[Descriptor]:
    return [message for module in modules() for message in module.DESCRIPTOR.message_types_by_name.values()]


def enums() -> list[EnumDescriptor]:
    nested = [enum for message in messages() for enum in message.enum_types]
    return nested + [enum for module in modules() for enum in module.DESCRIPTOR.enum_types_by_name.values()]


def full_name(described) -> str:
    return described.full_name


def access(method: MethodDescriptor) -> int:
    return method.GetOptions().Extensions[access_pb2.access]


def http(method: MethodDescriptor):
    rule = method.GetOptions().Extensions[annotations_pb2.http]
    verb = rule.WhichOneof("pattern")
    return rule, verb, getattr(rule, verb) if verb else ""


@pytest.mark.parametrize("method", methods(), ids=full_name)
def test_every_method_says_who_may_call_it(method):
    assert access(method) != access_pb2.ACCESS_UNSPECIFIED


@pytest.mark.parametrize("method", methods(), ids=full_name)
def test_a_method_has_an_address_exactly_where_somebody_outside_may_call_it(method):
    assert bool(http(method)[1]) == (access(method) in OUTSIDE)


@pytest.mark.parametrize("method", methods(), ids=full_name)
def test_exactly_what_needs_a_token_says_whose_and_by_names_that_exist(method):
    grant = method.GetOptions().Extensions[access_pb2.grant]
    assert bool(grant.roles or grant.scopes) == (access(method) == access_pb2.AUTHENTICATED)
    assert set(grant.roles) <= ROLES
    assert set(grant.scopes) <= SCOPES


@pytest.mark.parametrize("method", [one for one in methods() if access(one) in OUTSIDE], ids=full_name)
def test_an_address_is_versioned_and_a_post_takes_a_body(method):
    rule, verb, address = http(method)
    # HSDS bears its own version.
    assert f"{address}/".startswith(("/v1/", "/hsds/"))
    assert verb in {"get", "post", "delete"}
    assert rule.body == ("*" if verb == "post" else "")


def test_no_two_methods_share_an_address():
    addresses = [http(method)[1:] for method in methods() if http(method)[1]]
    assert len(addresses) == len(set(addresses))


@pytest.mark.parametrize("method", [one for one in methods() if http(one)[1] == "get"], ids=full_name)
def test_what_is_read_with_get_changes_nothing_and_takes_nobodys_story(method):
    assert method.GetOptions().idempotency_level == MethodOptions.NO_SIDE_EFFECTS
    # These hold what a person wrote, or the state of what they told: never in an address.
    assert not {"text", "note", "conversation"} & set(method.input_type.fields_by_name)


def request_fields() -> list[FieldDescriptor]:
    """The fields of all requests, and of the messages within them."""
    found: dict[str, FieldDescriptor] = {}
    left = [method.input_type for method in methods()]
    while left:
        for field in left.pop().fields:
            if field.full_name not in found:
                found[field.full_name] = field
                if field.message_type is not None:
                    left.append(_value(field).message_type if is_map(field) else field.message_type)
        left = [kind for kind in left if kind is not None]
    return [field for field in found.values() if not field.containing_type.GetOptions().map_entry]


def is_map(field: FieldDescriptor) -> bool:
    return field.message_type is not None and field.message_type.GetOptions().map_entry


def _value(field: FieldDescriptor) -> FieldDescriptor:
    return field.message_type.fields_by_name["value"]


@pytest.mark.parametrize("field", request_fields(), ids=full_name)
def test_every_field_that_somebody_fills_has_a_limit(field):
    rules = field.GetOptions().Extensions[validate_pb2.field]
    if is_map(field):
        assert rules.map.max_pairs
        assert rules.map.keys.string.max_len
        field, rules = _value(field), rules.map.values
    elif field.is_repeated:
        assert rules.repeated.max_items
        rules = rules.repeated.items
    if field.cpp_type == FieldDescriptor.CPPTYPE_STRING:
        assert rules.string.max_len or rules.string.pattern
    elif field.cpp_type == FieldDescriptor.CPPTYPE_ENUM:
        assert rules.enum.defined_only
    elif field.cpp_type == FieldDescriptor.CPPTYPE_INT32:
        assert rules.int32.HasField("gte")
        assert rules.int32.HasField("lte")
    elif field.cpp_type == FieldDescriptor.CPPTYPE_DOUBLE:
        assert rules.double.HasField("gt")
        assert rules.double.HasField("lte")
    else:
        # A bool has no more than two values, the fields of a message are looked at on their own, and a 64-bit number is
        # bounded by its size; anything else needs a rule of its own here.
        assert field.cpp_type in {
            FieldDescriptor.CPPTYPE_BOOL,
            FieldDescriptor.CPPTYPE_MESSAGE,
            FieldDescriptor.CPPTYPE_INT64,
        }


@pytest.mark.parametrize("enum", enums(), ids=full_name)
def test_zero_of_every_enum_means_that_nothing_was_said(enum):
    assert enum.values_by_number[0].name.endswith("UNSPECIFIED")


def test_every_proto_has_its_stub():
    stubs = {path.relative_to(ROOT / "gen" / "python") for path in (ROOT / "gen" / "python").rglob("*_pb2.py")}
    for file in (PROTOS / "notalone").rglob("*.proto"):
        relative = file.relative_to(PROTOS)
        assert Path(relative.parent, f"{relative.stem}_pb2.py") in stubs
