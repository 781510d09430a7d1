"""The services behind the gateway: channels, deadlines, what is passed on, and whether they are there."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from google.protobuf.descriptor import ServiceDescriptor
from google.protobuf.message import Message
from notalone.catalog.v1.catalog_service_pb2 import ListWithdrawnContactsRequest
from notalone.catalog.v1.catalog_service_pb2_grpc import CatalogServiceStub
from notalone.common.v1 import access_pb2
from notalone_chassis import grpc_client
from notalone_chassis.access.admission import access_of
from notalone_chassis.telemetry import Telemetry

from notalone_gateway.contract import Call
from notalone_gateway.settings import GatewaySettings

Metadata = Sequence[tuple[str, str]]

# Seconds within which a service must say that it serves.
_HEALTH_TIMEOUT = 1.0
# A start waits no longer than this for the catalogue.
_WITHDRAWN_TIMEOUT = 2.0


@dataclass(frozen=True, slots=True)
class Down:
    """Names of parts that do not serve: what everybody calls, or only what staff and agencies call."""

    for_all: list[str]
    for_staff: list[str]


class Upstream:
    """Channels to all parts; made inside the running loop."""

    def __init__(
        self,
        services: Mapping[str, Sequence[ServiceDescriptor]],
        settings: GatewaySettings,
        telemetry: Telemetry | None = None,
    ) -> None:
        self._services = services
        self._timeouts = {part: settings.timeout_of(part) for part in services}
        addresses = {part: settings.address_of(part) for part in services}
        self._channels = {
            part: grpc_client.channel(
                addresses[part],
                found,
                internal_key=settings.internal_key.get_secret_value(),
                caller="gateway",
                telemetry=telemetry,
            )
            for part, found in services.items()
        }
        self._parts = {service.full_name: part for part, found in services.items() for service in found}

    async def call(self, call: Call, request: Message, metadata: Metadata) -> Message:
        """Calls a method.

        Raises:
            grpc.aio.AioRpcError: it did not answer, or with an error.
        """
        part = self._parts[call.service]
        method = self._channels[part].unary_unary(
            call.grpc_path,
            request_serializer=call.request.SerializeToString,
            response_deserializer=call.response.FromString,
        )
        answer: Message = await method(request, timeout=self._timeouts[part], metadata=tuple(metadata))
        return answer

    async def withdrawn_contacts(self) -> list[str]:
        """The contacts that must not be shown, as libs/crisis names them.

        Raises:
            grpc.aio.AioRpcError: the catalogue did not answer, or with an error.
        """
        ask = CatalogServiceStub(self._channels["catalog"]).ListWithdrawnContacts
        answer = await ask(ListWithdrawnContactsRequest(), timeout=_WITHDRAWN_TIMEOUT)
        return list(answer.contacts)

    async def down(self) -> Down:
        """The parts of which something does not serve."""
        asked = [(part, service) for part, services in self._services.items() for service in services]
        serving = await asyncio.gather(
            *(
                grpc_client.serves(self._channels[part], service.full_name, timeout=_HEALTH_TIMEOUT)
                for part, service in asked
            )
        )
        silent = [
            (part, _serves_anybody(service)) for (part, service), up in zip(asked, serving, strict=True) if not up
        ]
        for_all = list(dict.fromkeys(part for part, anybody in silent if anybody))
        return Down(for_all, [part for part in dict.fromkeys(part for part, _ in silent) if part not in for_all])

    async def close(self) -> None:
        """Closes all channels."""
        await asyncio.gather(*(channel.close() for channel in self._channels.values()))


def _serves_anybody(service: ServiceDescriptor) -> bool:
    return any(access_of(method) == access_pb2.PUBLIC for method in service.methods)


def metadata(*, language: str, authorization: str = "", idempotency_key: str = "", origin: str = "") -> Metadata:
    """What goes along with a call: the language of its errors, and what the call itself asks for."""
    found = [("accept-language", language)]
    if authorization:
        found.append(("authorization", authorization))
    if idempotency_key:
        found.append(("idempotency-key", idempotency_key))
    if origin:
        found.append(("origin", origin))
    return found
