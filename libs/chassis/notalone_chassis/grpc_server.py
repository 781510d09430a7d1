"""One gRPC server of one service: guarded, with health and reflection, and an orderly end."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import Any, Protocol, TypeVar

import grpc
from google.protobuf.descriptor import ServiceDescriptor
from grpc_health.v1 import health, health_pb2, health_pb2_grpc
from grpc_reflection.v1alpha import reflection

from notalone_chassis import logs
from notalone_chassis.access.admission import Admission, check_settings
from notalone_chassis.access.ports import TokenVerifier
from notalone_chassis.interceptors import Guard
from notalone_chassis.settings import ServiceSettings
from notalone_chassis.telemetry import Telemetry
from notalone_chassis.telemetry.rpc import ObserveServer

Servicer = TypeVar("Servicer")

MAX_MESSAGE_BYTES = 4 * 1024 * 1024
OPTIONS = [
    ("grpc.max_receive_message_length", MAX_MESSAGE_BYTES),
    ("grpc.max_send_message_length", MAX_MESSAGE_BYTES),
    # Lower than the client's keepalive time, or the server ends the connection with too_many_pings.
    ("grpc.http2.min_recv_ping_interval_without_data_ms", 3_000),
    # So that new processes behind the same name get their share.
    ("grpc.max_connection_age_ms", 300_000),
    ("grpc.max_connection_age_grace_ms", 30_000),
    ("grpc.so_reuseport", 0),
]


class Ready(Protocol):
    """What a service needs before it can do its work, as `sql.preparation.Preparation` is."""

    @property
    def ready(self) -> bool:
        """Whether it is there."""
        ...

    async def wait(self) -> None:
        """Returns when it is."""
        ...


class GrpcServer:
    """Collects servicers, then serves them on one port."""

    def __init__(
        self,
        service: str,
        *,
        settings: ServiceSettings,
        verifier: TokenVerifier | None = None,
        telemetry: Telemetry | None = None,
    ) -> None:
        """`verifier` tells whose a token is; only AUTHENTICATED methods need one."""
        self._service = service
        self._settings = settings
        self._verifier = verifier
        self._telemetry = telemetry or Telemetry()
        self._log = logs.get(service)
        self._registrations: list[tuple[ServiceDescriptor, Callable[[grpc.aio.Server], None]]] = []
        self._needs: dict[str, Ready] = {}
        self._waiting: list[asyncio.Task[None]] = []
        self._health = health.aio.HealthServicer()
        self._server: grpc.aio.Server | None = None

    def add(
        self,
        add_to_server: Callable[[Servicer, Any], None],
        servicer: Servicer,
        descriptor: ServiceDescriptor,
        *,
        needs: Ready | None = None,
    ) -> None:
        """Adds a servicer with the generated function that registers it.

        Until what it `needs` is there, health says NOT_SERVING of it by its name; of the whole server it says SERVING
        all the same: what needs nothing is answered, and a process that waits is no reason to end it.
        """
        if needs is not None:
            self._needs[descriptor.full_name] = needs
        self._registrations.append((descriptor, lambda server: add_to_server(servicer, server)))

    async def start(self) -> str:
        """Starts to serve; returns the address as "127.0.0.1:port".

        Raises:
            OSError: the port is taken.
            SettingsError: in production, a setting is missing that some declared access needs.
        """
        services = [descriptor for descriptor, _ in self._registrations]
        guard = Guard(
            services,
            admission=self._admission(services),
            log=self._log,
            max_concurrent=self._settings.max_concurrent_calls,
        )
        observe = ObserveServer(self._telemetry, self._service)
        server = grpc.aio.server(interceptors=[observe, guard], options=OPTIONS)
        for _, register in self._registrations:
            register(server)
        health_pb2_grpc.add_HealthServicer_to_server(self._health, server)
        if self._settings.environment != "production":
            names = [*(service.full_name for service in services), health.SERVICE_NAME, reflection.SERVICE_NAME]
            reflection.enable_server_reflection(names, server)
        try:
            port = server.add_insecure_port(f"{self._settings.host}:{self._settings.port}")
        except RuntimeError as error:
            raise OSError(f"{self._service}: port {self._settings.port} cannot be opened") from error
        await server.start()
        self._server = server
        for name in ["", *(service.full_name for service in services)]:
            await self._tell(name)
        address = f"{self._settings.host}:{port}"
        self._log.info("serving", address=address, environment=self._settings.environment)
        return address

    async def _tell(self, name: str) -> None:
        needs = self._needs.get(name)
        if needs is not None and not needs.ready:
            await self._health.set(name, health_pb2.HealthCheckResponse.NOT_SERVING)
            self._waiting.append(asyncio.create_task(self._serve_once_ready(name, needs)))
        else:
            await self._health.set(name, health_pb2.HealthCheckResponse.SERVING)

    async def _serve_once_ready(self, name: str, needs: Ready) -> None:
        await needs.wait()
        await self._health.set(name, health_pb2.HealthCheckResponse.SERVING)

    def _admission(self, services: list[ServiceDescriptor]) -> Admission:
        key = self._settings.internal_key.get_secret_value()
        if self._settings.environment == "production":
            check_settings(services, verifier=self._verifier, internal_key=key)
        return Admission(verifier=self._verifier, internal_key=key)

    async def stop(self, grace: float) -> None:
        """Says NOT_SERVING, lets calls at work end within `grace` seconds, then closes."""
        if self._server is None:
            return
        for task in self._waiting:
            task.cancel()
        await asyncio.gather(*self._waiting, return_exceptions=True)
        await self._health.enter_graceful_shutdown()
        await self._server.stop(grace)
        self._server = None
        self._log.info("stopped")
