"""What is offered over HTTP: every method of the protos that is PUBLIC and has a `google.api.http` rule."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from google.api import annotations_pb2, http_pb2
from google.protobuf.descriptor import Descriptor, MethodDescriptor, ServiceDescriptor
from google.protobuf.message import Message
from google.protobuf.message_factory import GetMessageClass
from notalone.catalog.v1 import catalog_service_pb2
from notalone.common.v1 import access_pb2
from notalone.dialogue.v1 import dialogue_service_pb2
from notalone.pdf.v1 import pdf_service_pb2
from notalone.portal_link.v1 import portal_link_service_pb2

from notalone_gateway import templates

RAW = "google.api.HttpBody"


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
    def raw(self) -> bool:
        """Whether the answer goes out as it is (`google.api.HttpBody`) and not as JSON."""
        return str(self.response.DESCRIPTOR.full_name) == RAW


def services() -> dict[str, ServiceDescriptor]:
    """The services behind the gateway, by the name of their part."""
    return {
        "catalog": catalog_service_pb2.DESCRIPTOR.services_by_name["CatalogService"],
        "dialogue": dialogue_service_pb2.DESCRIPTOR.services_by_name["DialogueService"],
        "pdf": pdf_service_pb2.DESCRIPTOR.services_by_name["PdfService"],
        "portal_link": portal_link_service_pb2.DESCRIPTOR.services_by_name["PortalLinkService"],
    }


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
    if options.Extensions[access_pb2.access] != access_pb2.PUBLIC or not options.HasExtension(annotations_pb2.http):
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
