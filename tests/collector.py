"""A small OTLP collector inside the test process: what a real one would be sent."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, field

import grpc
from opentelemetry.proto.collector.trace.v1 import trace_service_pb2, trace_service_pb2_grpc
from opentelemetry.proto.trace.v1.trace_pb2 import Span


@dataclass(frozen=True, slots=True)
class Seen:
    """A span and the service it came from."""

    service: str
    span: Span


@dataclass
class Collector(trace_service_pb2_grpc.TraceServiceServicer):
    """Keeps every span that it is sent."""

    address: str = ""
    seen: list[Seen] = field(default_factory=list)
    raw: list[bytes] = field(default_factory=list)
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def Export(self, request, context):
        with self._lock:
            self.raw.append(request.SerializeToString())
            for resource in request.resource_spans:
                names = {pair.key: pair.value.string_value for pair in resource.resource.attributes}
                for scope in resource.scope_spans:
                    self.seen += [Seen(names["service.name"], span) for span in scope.spans]
        return trace_service_pb2.ExportTraceServiceResponse()

    def edges(self) -> set[tuple[str, str, str]]:
        """(service, span, service) of every step from one service to another, over a parent or a link."""
        by_id = {one.span.span_id: one.service for one in self.seen}
        return {
            (by_id[origin], one.span.name, one.service)
            for one in self.seen
            for origin in (one.span.parent_span_id, *(link.span_id for link in one.span.links))
            if by_id.get(origin, one.service) != one.service
        }

    def traces_through(self, *services: str) -> list[set[str]]:
        """The services of each trace that passes through all of these."""
        found: dict[bytes, set[str]] = {}
        for one in self.seen:
            found.setdefault(one.span.trace_id, set()).add(one.service)
        return [trace for trace in found.values() if trace >= set(services)]


@contextmanager
def collecting() -> Iterator[Collector]:
    """A collector on a free port of loopback."""
    collector = Collector()
    server = grpc.server(ThreadPoolExecutor(2))
    trace_service_pb2_grpc.add_TraceServiceServicer_to_server(collector, server)
    collector.address = f"http://127.0.0.1:{server.add_insecure_port('127.0.0.1:0')}"
    server.start()
    try:
        yield collector
    finally:
        server.stop(1).wait()
