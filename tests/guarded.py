"""A service for tests of access: one method per kind of declaration, its servicer, and what it saw."""

from __future__ import annotations

from typing import Any, Final

import grpc
from google.api import annotations_pb2
from google.protobuf import descriptor_pb2, descriptor_pool, message_factory
from google.protobuf.descriptor import ServiceDescriptor
from google.protobuf.message import Message
from notalone.common.v1 import access_pb2
from notalone_chassis.access.caller import caller

PACKAGE: Final = "notalone.test.access"
PUBLIC, INTERNAL, AUTHENTICATED = access_pb2.PUBLIC, access_pb2.INTERNAL, access_pb2.AUTHENTICATED
# Name: access, roles, scopes, verb and address.
METHODS: Final[dict[str, tuple[int, tuple[str, ...], tuple[str, ...], str, str]]] = {
    "Look": (PUBLIC, (), (), "post", "/v1/test:look"),
    "Whisper": (INTERNAL, (), (), "", ""),
    "Edit": (AUTHENTICATED, ("catalog-editor",), (), "post", "/v1/staff/test:edit"),
    "Read": (AUTHENTICATED, ("catalog-editor", "auditor"), (), "get", "/v1/staff/test"),
    "Pause": (AUTHENTICATED, ("catalog-approver",), ("catalog:pause",), "post", "/v1/partner/test:pause"),
    "Change": (AUTHENTICATED, ("catalog-editor",), (), "post", "/v1/staff/test/{text}:change"),
    "Nobody": (AUTHENTICATED, (), (), "post", "/v1/staff/test:nobody"),
}


def _contract() -> descriptor_pb2.FileDescriptorProto:
    file = descriptor_pb2.FileDescriptorProto(name="notalone/test/access.proto", package=PACKAGE, syntax="proto3")
    file.dependency.extend(["google/api/annotations.proto", "notalone/common/v1/access.proto"])
    kind = descriptor_pb2.FieldDescriptorProto
    asked = file.message_type.add(name="Asked")
    asked.field.add(name="text", number=1, type=kind.TYPE_STRING, label=kind.LABEL_OPTIONAL, json_name="text")
    seen = file.message_type.add(name="Seen")
    for number, name in enumerate(("subject", "kind", "organization", "roles", "scopes"), start=1):
        label = kind.LABEL_REPEATED if number > 3 else kind.LABEL_OPTIONAL
        seen.field.add(name=name, number=number, type=kind.TYPE_STRING, label=label, json_name=name)
    service = file.service.add(name="Desk")
    for name, (access, roles, scopes, verb, address) in METHODS.items():
        method = service.method.add(name=name, input_type=f".{PACKAGE}.Asked", output_type=f".{PACKAGE}.Seen")
        method.options.Extensions[access_pb2.access] = access
        method.options.Extensions[access_pb2.grant].CopyFrom(access_pb2.Grant(roles=roles, scopes=scopes))
        if verb:
            rule = method.options.Extensions[annotations_pb2.http]
            setattr(rule, verb, address)
            rule.body = "*" if verb == "post" else ""
        if verb == "get":
            method.options.idempotency_level = descriptor_pb2.MethodOptions.NO_SIDE_EFFECTS
    return file


def service() -> ServiceDescriptor:
    """The service; it is made once per process."""
    pool = descriptor_pool.Default()
    pool.AddSerializedFile(_contract().SerializeToString())
    found: ServiceDescriptor = pool.FindServiceByName(f"{PACKAGE}.Desk")
    return found


def messages() -> tuple[type[Message], type[Message]]:
    """What is asked, and what is answered: the caller as the handler saw it."""
    method = service().methods[0]
    return message_factory.GetMessageClass(method.input_type), message_factory.GetMessageClass(method.output_type)


class Desk:
    """Answers every method with who called; keeps the metadata of every call."""

    def __init__(self) -> None:
        self.metadata: list[dict[str, Any]] = []

    async def anybody(self, _request: Message, context: Any) -> Message:
        """Handles the methods that know no caller."""
        self.metadata.append(dict(context.invocation_metadata()))
        return messages()[1](subject="nobody")

    async def somebody(self, _request: Message, context: Any) -> Message:
        """Handles the methods that know their caller."""
        self.metadata.append(dict(context.invocation_metadata()))
        who = caller()
        return messages()[1](
            subject=who.subject,
            kind=who.kind,
            organization=who.organization,
            roles=sorted(who.roles),
            scopes=sorted(who.scopes),
        )


def register(desk: Desk, server: Any) -> None:
    """As the generated functions do."""
    asked, seen = messages()
    handlers = {
        name: grpc.unary_unary_rpc_method_handler(
            desk.somebody if access == AUTHENTICATED else desk.anybody, asked.FromString, seen.SerializeToString
        )
        for name, (access, *_) in METHODS.items()
    }
    server.add_generic_rpc_handlers([grpc.method_handlers_generic_handler(f"{PACKAGE}.Desk", handlers)])


async def call(channel: grpc.aio.Channel, name: str, *metadata: tuple[str, str]) -> Message:
    """Calls a method by its name.

    Raises:
        grpc.aio.AioRpcError: it was refused.
    """
    asked, seen = messages()
    method = channel.unary_unary(f"/{PACKAGE}.Desk/{name}", asked.SerializeToString, seen.FromString)
    answer: Message = await method(asked(text="x"), timeout=20, metadata=metadata)
    return answer
