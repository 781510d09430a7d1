"""Channels to other services, and the time that is left for a call."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Awaitable, Callable, Collection
from ipaddress import ip_address
from typing import Any

import grpc
from google.protobuf.descriptor import ServiceDescriptor
from google.protobuf.descriptor_pb2 import MethodOptions
from grpc_health.v1 import health_pb2
from notalone.common.v1 import access_pb2

from notalone_chassis.access.admission import INTERNAL_KEY, access_of
from notalone_chassis.grpc_server import MAX_MESSAGE_BYTES
from notalone_chassis.telemetry import Telemetry
from notalone_chassis.telemetry.rpc import ObserveClient


def channel(
    address: str,
    services: Collection[ServiceDescriptor] = (),
    *,
    internal_key: str = "",
    caller: str = "client",
    telemetry: Telemetry | None = None,
) -> grpc.aio.Channel:
    """A channel to all processes of a service; made inside the running loop, closed by its owner.

    `address` is as `target` takes it; calls go to its processes in turn, and past those that are gone.
    Retries are for methods that the proto declares free of side effects, and only while the service is unavailable, or
    where a process does not answer within a third of the time.
    `internal_key` goes along with INTERNAL methods of these services, and with no other.
    `caller` is the service whose channel it is.

    Raises:
        ValueError: the address cannot be used.
    """
    observe = ObserveClient(telemetry or Telemetry(), caller)
    return grpc.aio.insecure_channel(
        target(address),
        interceptors=[observe, _Elsewhere(services), *([_Neighbour(services, internal_key)] if internal_key else [])],
        options=[
            ("grpc.service_config", service_config(services)),
            ("grpc.max_receive_message_length", MAX_MESSAGE_BYTES),
            # A process that hangs keeps its connections: it is noticed by this alone.
            ("grpc.keepalive_time_ms", 5_000),
            ("grpc.keepalive_timeout_ms", 3_000),
            # A process that comes back is found before the next one of its kind is renewed.
            ("grpc.initial_reconnect_backoff_ms", 200),
            ("grpc.max_reconnect_backoff_ms", 500),
        ],
    )


def target(address: str) -> str:
    """What gRPC calls the address: "host:port", a DNS name that leads to several, or "127.0.0.1:1,127.0.0.1:2".

    Raises:
        ValueError: it is empty, or a list with names in it.
    """
    several = [one.strip() for one in address.split(",") if one.strip()]
    if not several:
        raise ValueError("an address is missing")
    if len(several) == 1:
        return several[0]
    try:
        (version,) = {ip_address(one.rpartition(":")[0].strip("[]")).version for one in several}
    except ValueError:
        raise ValueError(
            f"{address}: a list holds numbers only, as 127.0.0.1:1,127.0.0.1:2; of names it takes one that leads to all"
        ) from None
    return f"ipv{version}:{','.join(several)}"


class _Elsewhere(grpc.aio.UnaryUnaryClientInterceptor):
    """Waits for no process until its time is over: what has no side effects is asked again, of the next one."""

    def __init__(self, services: Collection[ServiceDescriptor]) -> None:
        self._methods = {f"/{one['service']}/{one['method']}" for one in _repeatable(services)}

    async def intercept_unary_unary(
        self,
        continuation: Callable[[grpc.aio.ClientCallDetails, Any], Awaitable[Any]],
        client_call_details: grpc.aio.ClientCallDetails,
        request: Any,  # noqa: ANN401
    ) -> Any:  # noqa: ANN401
        """Makes the call, up to three times within its one deadline."""
        name = client_call_details.method
        seconds = client_call_details.timeout
        if seconds is None or (name.decode() if isinstance(name, bytes) else name) not in self._methods:
            return await continuation(client_call_details, request)
        clock = asyncio.get_running_loop()
        end = clock.time() + seconds
        for share in (1 / 3, 1 / 2):
            try:
                return await (await continuation(_within(client_call_details, (end - clock.time()) * share), request))
            except grpc.aio.AioRpcError as error:
                if error.code() != grpc.StatusCode.DEADLINE_EXCEEDED:
                    raise
        return await continuation(_within(client_call_details, max(0.001, end - clock.time())), request)


def _within(details: grpc.aio.ClientCallDetails, seconds: float) -> grpc.aio.ClientCallDetails:
    return grpc.aio.ClientCallDetails(
        method=details.method,
        timeout=seconds,
        metadata=details.metadata,
        credentials=details.credentials,
        wait_for_ready=details.wait_for_ready,
    )


class _Neighbour(grpc.aio.UnaryUnaryClientInterceptor):
    """Shows the called service that the call comes from one of ours."""

    def __init__(self, services: Collection[ServiceDescriptor], internal_key: str) -> None:
        self._key = internal_key
        self._methods = {
            f"/{service.full_name}/{method.name}"
            for service in services
            for method in service.methods
            if access_of(method) == access_pb2.INTERNAL
        }

    async def intercept_unary_unary(
        self,
        continuation: Callable[[grpc.aio.ClientCallDetails, Any], Awaitable[Any]],
        client_call_details: grpc.aio.ClientCallDetails,
        request: Any,  # noqa: ANN401
    ) -> Any:  # noqa: ANN401
        """Adds the key where the method asks for it."""
        name = client_call_details.method
        if (name.decode() if isinstance(name, bytes) else name) in self._methods:
            client_call_details = grpc.aio.ClientCallDetails(
                method=client_call_details.method,
                timeout=client_call_details.timeout,
                metadata=grpc.aio.Metadata(*(client_call_details.metadata or ()), (INTERNAL_KEY, self._key)),
                credentials=client_call_details.credentials,
                wait_for_ready=client_call_details.wait_for_ready,
            )
        return await continuation(client_call_details, request)


def service_config(services: Collection[ServiceDescriptor]) -> str:
    """The gRPC service config as JSON: round robin, and retries for idempotent methods."""
    names = _repeatable(services)
    config: dict[str, Any] = {"loadBalancingConfig": [{"round_robin": {}}]}
    if names:
        config["methodConfig"] = [
            {
                "name": names,
                "retryPolicy": {
                    "maxAttempts": 3,
                    "initialBackoff": "0.05s",
                    "maxBackoff": "0.5s",
                    "backoffMultiplier": 2,
                    "retryableStatusCodes": ["UNAVAILABLE"],
                },
            }
        ]
        config["retryThrottling"] = {"maxTokens": 10, "tokenRatio": 0.1}
    return json.dumps(config)


def _repeatable(services: Collection[ServiceDescriptor]) -> list[dict[str, str]]:
    """The methods without side effects, as the service config names them."""
    return [
        {"service": service.full_name, "method": method.name}
        for service in services
        for method in service.methods
        if method.GetOptions().idempotency_level == MethodOptions.NO_SIDE_EFFECTS
    ]


async def serves(line: grpc.aio.Channel, service: str = "", *, timeout: float) -> bool:  # noqa: ASYNC109 gRPC's own
    """Whether a service (by its full name; "" for the whole server) says, within `timeout` seconds, that it serves."""
    check = line.unary_unary(
        "/grpc.health.v1.Health/Check",
        request_serializer=health_pb2.HealthCheckRequest.SerializeToString,
        response_deserializer=health_pb2.HealthCheckResponse.FromString,
    )
    try:
        answer = await check(health_pb2.HealthCheckRequest(service=service), timeout=timeout)
    except grpc.aio.AioRpcError:
        return False
    return bool(answer.status == health_pb2.HealthCheckResponse.SERVING)


def deadline(context: grpc.aio.ServicerContext[Any, Any], *, default: float, margin: float = 0.05) -> float:
    """Seconds left for a call that this handler makes: what the caller gave, less a margin; at most `default`."""
    left = context.time_remaining()
    if left is None:
        return default
    return float(max(0.001, min(default, left - margin)))
