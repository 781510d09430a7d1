"""What is offered over HTTP: every method of the protos with a `google.api.http` rule, except INTERNAL ones."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from google.api import annotations_pb2, http_pb2
from google.protobuf.descriptor import Descriptor, MethodDescriptor, ServiceDescriptor
from google.protobuf.descriptor_pb2 import MethodOptions
from google.protobuf.message import Message
from google.protobuf.message_factory import GetMessageClass
from notalone.catalog.v1 import (
    catalog_authoring_service_pb2,
    catalog_service_pb2,
    contact_report_service_pb2,
    open_data_service_pb2,
)
from notalone.common.v1 import access_pb2
from notalone.dialogue.v1 import dialogue_service_pb2
from notalone.notify.v1 import notify_service_pb2
from notalone.pdf.v1 import pdf_service_pb2
from notalone.portal_link.v1 import portal_link_service_pb2
from notalone_chassis.access.admission import access_of

from notalone_gateway import templates

RAW = "google.api.HttpBody"
# What a raw answer is, where it is no memo.
_OPEN_DATA = open_data_service_pb2.DESCRIPTOR.services_by_name["OpenDataService"].full_name
_CSV = f"{_OPEN_DATA}.ExportCpsv"
OFFERED = {access_pb2.PUBLIC, access_pb2.AUTHENTICATED}


@dataclass(frozen=True, slots=True, kw_only=True)
class Call:
    """One HTTP call and the gRPC method behind it."""

    verb: str
    template: templates.Template
    # The whole body is the request message; without it the request stands in path and query.
    body: bool
    method: MethodDescriptor
    request: type[Message]
    response: type[Message]

    @property
    def service(self) -> str:
        """Full name of the gRPC service."""
        return str(self.method.containing_service.full_name)

    @property
    def grpc_path(self) -> str:
        """Name of the method on the wire."""
        return f"/{self.service}/{self.method.name}"

    @property
    def protected(self) -> bool:
        """Whether it takes an access token."""
        return access_of(self.method) == access_pb2.AUTHENTICATED

    @property
    def grant(self) -> access_pb2.Grant:
        """Whose access token it takes."""
        return self.method.GetOptions().Extensions[access_pb2.grant]

    @property
    def creates(self) -> bool:
        """Whether calling it twice may do something twice."""
        return self.body and self.method.GetOptions().idempotency_level != MethodOptions.NO_SIDE_EFFECTS

    @property
    def raw(self) -> bool:
        """Whether the answer goes out as it is (`google.api.HttpBody`) and not as JSON."""
        return str(self.response.DESCRIPTOR.full_name) == RAW

    @property
    def open_data(self) -> bool:
        """Whether it is a public file, the same for everybody."""
        return self.service == _OPEN_DATA

    @property
    def media(self) -> str:
        """Media type of a raw answer."""
        if not self.open_data:
            return "application/pdf"
        return "text/csv" if self.method.full_name == _CSV else "application/json"


# Files of the contracts by the part that answers them; a part may answer several.
_FILES = {
    "catalog": [
        catalog_service_pb2,
        open_data_service_pb2,
        contact_report_service_pb2,
        catalog_authoring_service_pb2,
    ],
    "dialogue": [dialogue_service_pb2],
    "pdf": [pdf_service_pb2],
    "portal_link": [portal_link_service_pb2],
    "notify": [notify_service_pb2],
}


def services() -> dict[str, Sequence[ServiceDescriptor]]:
    """The services behind the gateway, by the part that answers them."""
    return {
        part: tuple(service for file in contracts for service in file.DESCRIPTOR.services_by_name.values())
        for part, contracts in _FILES.items()
    }


def all_services() -> Sequence[ServiceDescriptor]:
    """The services of all parts."""
    return tuple(service for found in services().values() for service in found)


def calls(offered: Iterable[ServiceDescriptor]) -> Sequence[Call]:
    """All calls of these services.

    Raises:
        ValueError: a rule uses what this gateway does not know, or two methods want the same address.
    """
    found = [call for service in offered for method in service.methods for call in _calls(method)]
    addresses = {(call.verb, call.template.pattern) for call in found}
    if len(addresses) != len(found):
        raise ValueError("two methods share an address")
    return tuple(found)


def _calls(method: MethodDescriptor) -> Iterator[Call]:
    options = method.GetOptions()
    if access_of(method) not in OFFERED or not options.HasExtension(annotations_pb2.http):
        return
    first = options.Extensions[annotations_pb2.http]
    for rule in (first, *first.additional_bindings):
        yield _call(method, rule)


def _call(method: MethodDescriptor, rule: http_pb2.HttpRule) -> Call:
    verb = rule.WhichOneof("pattern")
    if verb not in {"get", "post", "put", "patch", "delete"} or rule.body not in {"", "*"} or rule.response_body:
        raise ValueError(f"the HTTP rule of {method.full_name} is not understood")
    template = templates.parse(str(getattr(rule, verb)))
    fields = method.input_type.fields_by_name
    if unknown := [name for name in template.variables if name not in fields]:
        raise ValueError(f"{method.full_name}: {unknown} stand in the path but are no fields")
    return Call(
        verb=verb.upper(),
        template=template,
        body=rule.body == "*",
        method=method,
        request=_class(method.input_type),
        response=_class(method.output_type),
    )


def _class(descriptor: Descriptor) -> type[Message]:
    found: type[Message] = GetMessageClass(descriptor)
    return found
