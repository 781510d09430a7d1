"""The services behind the gateway: channels, deadlines, what is passed on, and whether they are there."""

from __future__ import annotations

import asyncio
import re
from collections.abc import Mapping, Sequence

import grpc
from google.protobuf.descriptor import ServiceDescriptor
from google.protobuf.message import Message
from grpc_health.v1 import health_pb2
from notalone_chassis import grpc_client

from notalone_gateway.contract import Call
from notalone_gateway.settings import GatewaySettings

Metadata = Sequence[tuple[str, str]]

_TRACEPARENT = re.compile(r"[0-9a-f]{2}-[0-9a-f]{32}-[0-9a-f]{16}-[0-9a-f]{2}")
# Seconds within which a service must say that it serves.
_HEALTH_TIMEOUT = 1.0


class Upstream:
    """Channels to all parts; made inside the running loop."""

    def __init__(self, services: Mapping[str, ServiceDescriptor], settings: GatewaySettings) -> None:
        self._services = services
        self._timeouts = {service.full_name: settings.timeout_of(part) for part, service in services.items()}
        addresses = {part: settings.address_of(part) for part in services}
        self._channels = {
            service.full_name: grpc_client.channel(addresses[part], [service]) for part, service in services.items()
        }

    async def call(self, call: Call, request: Message, metadata: Metadata) -> Message:
        """Calls a method.

        Raises:
            grpc.aio.AioRpcError: it did not answer, or with an error.
        """
        method = self._channels[call.service].unary_unary(
            call.grpc_path,
            request_serializer=call.request.SerializeToString,
            response_deserializer=call.response.FromString,
        )
        answer: Message = await method(request, timeout=self._timeouts[call.service], metadata=tuple(metadata))
        return answer

    async def down(self) -> list[str]:
        """Names of the parts that do not serve."""
        serving = await asyncio.gather(*(self._serves(service.full_name) for service in self._services.values()))
        return [part for part, up in zip(self._services, serving, strict=True) if not up]

    async def close(self) -> None:
        """Closes all channels."""
        await asyncio.gather(*(channel.close() for channel in self._channels.values()))

    async def _serves(self, service: str) -> bool:
        check = self._channels[service].unary_unary(
            "/grpc.health.v1.Health/Check",
            request_serializer=health_pb2.HealthCheckRequest.SerializeToString,
            response_deserializer=health_pb2.HealthCheckResponse.FromString,
        )
        try:
            answer = await check(health_pb2.HealthCheckRequest(service=service), timeout=_HEALTH_TIMEOUT)
        except grpc.aio.AioRpcError:
            return False
        return bool(answer.status == health_pb2.HealthCheckResponse.SERVING)


def metadata(*, language: str, traceparent: str) -> Metadata:
    """What goes along with a call: the language of its errors, and the trace it belongs to where there is one."""
    found = [("accept-language", language)]
    if _TRACEPARENT.fullmatch(traceparent):
        found.append(("traceparent", traceparent))
    return found
