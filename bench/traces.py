"""What traces and metrics cost: the same turn with every span sent to a collector, and with none kept."""

from __future__ import annotations

import tempfile
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, contextmanager
from pathlib import Path

import grpc
from opentelemetry.proto.collector.trace.v1 import trace_service_pb2, trace_service_pb2_grpc

from bench.backend import Backend, running
from bench.figures import Figure, medians_ms

ROUNDS = 400


class _Collector(trace_service_pb2_grpc.TraceServiceServicer):
    """Takes everything and keeps nothing."""

    def Export(  # noqa: N802 the name of the proto
        self, _request: trace_service_pb2.ExportTraceServiceRequest, _context: grpc.ServicerContext
    ) -> trace_service_pb2.ExportTraceServiceResponse:
        return trace_service_pb2.ExportTraceServiceResponse()


def figures() -> list[Figure]:
    """A turn by choice (two spans in the gateway, one in the dialogue), by turns on both."""
    with tempfile.TemporaryDirectory() as folder, ExitStack() as stack:
        collector = stack.enter_context(_collecting())
        plain = stack.enter_context(running(Path(folder, "plain")))
        traced = stack.enter_context(
            running(Path(folder, "traced"), OTEL_EXPORTER_OTLP_ENDPOINT=collector, NOTALONE_METRICS_PORT="0")
        )
        ours, bare = medians_ms(_turn(traced), _turn(plain), times=ROUNDS)
    return [Figure("turn by choice, every trace sent", ours, "ms", "no trace kept", bare)]


def _turn(backend: Backend) -> Callable[[int], object]:
    conversation = backend.client.post("/v1/conversations", json={}).json()["conversation"]

    def reply(_: int) -> object:
        body = {"conversation": conversation, "choiceId": "childcare"}
        return backend.client.post("/v1/conversations:reply", json=body).raise_for_status()

    return reply


@contextmanager
def _collecting() -> Iterator[str]:
    server = grpc.server(ThreadPoolExecutor(1))
    trace_service_pb2_grpc.add_TraceServiceServicer_to_server(_Collector(), server)
    port = server.add_insecure_port("127.0.0.1:0")
    server.start()
    try:
        yield f"http://127.0.0.1:{port}"
    finally:
        server.stop(1).wait()
