"""Channels to other services, and the time that is left for a call."""

from __future__ import annotations

import json
from collections.abc import Iterable
from ipaddress import ip_address
from typing import Any

import grpc
from google.protobuf.descriptor import ServiceDescriptor
from google.protobuf.descriptor_pb2 import MethodOptions

from notalone_chassis.grpc_server import MAX_MESSAGE_BYTES


def channel(address: str, services: Iterable[ServiceDescriptor] = ()) -> grpc.aio.Channel:
    """A channel to all processes of a service; made inside the running loop, closed by its owner.

    `address` is as `target` takes it; calls go to its processes in turn, and past those that are gone.
    Retries are for methods that the proto declares free of side effects, and only while the service is unavailable.

    Raises:
        ValueError: the address cannot be used.
    """
    return grpc.aio.insecure_channel(
        target(address),
        options=[
            ("grpc.service_config", service_config(services)),
            ("grpc.max_receive_message_length", MAX_MESSAGE_BYTES),
            ("grpc.keepalive_time_ms", 30_000),
            ("grpc.keepalive_timeout_ms", 10_000),
            # A service that comes back is found within seconds.
            ("grpc.max_reconnect_backoff_ms", 2_000),
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


def service_config(services: Iterable[ServiceDescriptor]) -> str:
    """The gRPC service config as JSON: round robin, and retries for idempotent methods."""
    names = [
        {"service": service.full_name, "method": method.name}
        for service in services
        for method in service.methods
        if method.GetOptions().idempotency_level == MethodOptions.NO_SIDE_EFFECTS
    ]
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


def deadline(context: grpc.aio.ServicerContext[Any, Any], *, default: float, margin: float = 0.05) -> float:
    """Seconds left for a call that this handler makes: what the caller gave, less a margin; at most `default`."""
    left = context.time_remaining()
    if left is None:
        return default
    return float(max(0.001, min(default, left - margin)))
