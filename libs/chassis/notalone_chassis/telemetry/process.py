"""What one process records, and where it goes: made in the composition root, handed down, closed at the end."""

from __future__ import annotations

import asyncio
import logging
import os
import threading
import uuid
from collections.abc import Iterable
from dataclasses import dataclass
from wsgiref.simple_server import WSGIServer

from opentelemetry.sdk.resources import Resource
from opentelemetry.sdk.trace import SpanProcessor, TracerProvider
from opentelemetry.sdk.trace.export import BatchSpanProcessor
from opentelemetry.sdk.trace.sampling import ALWAYS_OFF, ParentBased, Sampler, TraceIdRatioBased
from opentelemetry.trace import Tracer
from prometheus_client import start_http_server

from notalone_chassis import logs
from notalone_chassis.settings import ServiceSettings
from notalone_chassis.telemetry import recording
from notalone_chassis.telemetry.metrics import Metrics
from notalone_chassis.telemetry.tracing import Tracing

# A collector that does not answer holds up the end of a process no longer than this.
EXPORT_SECONDS = 2


class Telemetry:
    """Metrics of a process, and the tracing of each service in it."""

    def __init__(self, processors: Iterable[SpanProcessor] = (), *, ratio: float = 1.0) -> None:
        """Without processors no span is kept; ids are made all the same, for the log lines and the next service."""
        self.metrics = Metrics()
        self._processors = tuple(processors)
        self._ratio = TraceIdRatioBased(ratio) if self._processors else ALWAYS_OFF
        self._instance = str(uuid.uuid4())
        self._tracing: dict[tuple[str, bool], Tracing] = {}

    def tracing(self, service: str, *, at_the_edge: bool = False) -> Tracing:
        """The tracing of a service; one at the edge decides itself what is sampled, whatever callers ask for."""
        key = (service, at_the_edge)
        if key not in self._tracing:
            self._tracing[key] = Tracing(self._tracer(service, self._sampler(at_the_edge=at_the_edge)))
        return self._tracing[key]

    async def close(self) -> None:
        """Sends what is left, within a few seconds."""
        for processor in self._processors:
            await asyncio.to_thread(processor.shutdown)

    def _sampler(self, *, at_the_edge: bool) -> Sampler:
        if at_the_edge:
            return ParentBased(self._ratio, remote_parent_sampled=self._ratio, remote_parent_not_sampled=self._ratio)
        return ParentBased(self._ratio)

    def _tracer(self, service: str, sampler: Sampler) -> Tracer:
        resource = Resource.create({"service.name": service, "service.instance.id": self._instance})
        provider = TracerProvider(sampler=sampler, resource=resource, shutdown_on_exit=False)
        for processor in self._processors:
            provider.add_span_processor(processor)
        return provider.get_tracer("notalone")


@dataclass(frozen=True, slots=True)
class Reporting:
    """Telemetry on its way out: spans to a collector, metrics to whoever reads them."""

    telemetry: Telemetry
    server: WSGIServer | None
    thread: threading.Thread | None

    @property
    def metrics_address(self) -> str:
        """Where metrics are read, as "127.0.0.1:port"; empty where nowhere."""
        return "" if self.server is None else f"{self.server.server_address[0]!s}:{self.server.server_port}"

    async def stop(self) -> None:
        """Sends what is left and closes the port."""
        await self.telemetry.close()
        if self.server is not None and self.thread is not None:
            await asyncio.to_thread(self.server.shutdown)
            self.thread.join()
            self.server.server_close()


def report(settings: ServiceSettings) -> Reporting:
    """Starts to report as the settings say: spans where a collector is named, metrics where a port is.

    Raises:
        SettingsError: the environment asks a library to record what people typed.
        OSError: the port of the metrics is taken.
    """
    recording.refuse(os.environ)
    processors: list[SpanProcessor] = []
    if settings.otlp_endpoint:
        # A third of a second to import, and most processes report to nobody.
        from opentelemetry.exporter.otlp.proto.grpc.trace_exporter import OTLPSpanExporter  # noqa: PLC0415

        logging.getLogger("opentelemetry").addHandler(_Trouble())
        logging.getLogger("opentelemetry").propagate = False
        insecure = settings.otlp_endpoint.startswith("http://")
        exporter = OTLPSpanExporter(settings.otlp_endpoint, insecure=insecure, timeout=EXPORT_SECONDS)
        processors.append(BatchSpanProcessor(exporter))
    telemetry = Telemetry(processors, ratio=settings.trace_ratio)
    if settings.metrics_port is None:
        return Reporting(telemetry, None, None)
    server, thread = start_http_server(settings.metrics_port, settings.host, telemetry.metrics.collected)
    reporting = Reporting(telemetry, server, thread)
    logs.get("telemetry").info("metrics", address=reporting.metrics_address)
    return reporting


class _Trouble(logging.Handler):
    """The exporter's complaints as lines of our own: which part of it, never its text."""

    def emit(self, record: logging.LogRecord) -> None:
        logs.get("telemetry").warning("spans not sent", logger=record.name)
