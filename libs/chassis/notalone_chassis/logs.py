"""Structured logs as JSON lines on standard error. Nothing a person typed may be passed here."""

from __future__ import annotations

import logging
import sys
from types import TracebackType
from typing import cast

import structlog
from opentelemetry import trace

# Only these keys may be logged: a field that could carry a person's words has no name here.
ALLOWED_KEYS = frozenset({
    "address", "attempt", "bytes", "clock", "code", "count", "down", "duration_ms", "environment", "event", "exception",
    "file", "level", "logger", "method", "names", "part", "peer_service", "port", "reason", "route", "rule",
    "service", "signal", "span_id", "stack", "status", "timestamp", "trace_id", "version",
})  # fmt: skip


def configure(level: str) -> None:
    """Sends all logs of this process through one chain; `level` is DEBUG, INFO, WARNING or ERROR."""
    structlog.configure(
        processors=[
            structlog.stdlib.add_log_level,
            add_trace,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            describe_exception,
            keep_allowed_keys,
            structlog.processors.JSONRenderer(ensure_ascii=False, sort_keys=True),
        ],
        wrapper_class=structlog.make_filtering_bound_logger(logging.getLevelName(level)),
        # Looked up for each line, since tests and supervisors replace the stream.
        logger_factory=lambda *_: structlog.PrintLogger(sys.stderr),
        cache_logger_on_first_use=False,
    )


def get(service: str) -> structlog.typing.FilteringBoundLogger:
    """The logger of a service."""
    return cast(structlog.typing.FilteringBoundLogger, structlog.get_logger(service=service))


def keep_allowed_keys(_logger: object, _method: str, event: structlog.typing.EventDict) -> structlog.typing.EventDict:
    """Drops every key that is not on the list, and says which."""
    dropped = sorted(set(event) - ALLOWED_KEYS)
    for key in dropped:
        del event[key]
    if dropped:
        event["names"] = dropped
    return event


def add_trace(_logger: object, _method: str, event: structlog.typing.EventDict) -> structlog.typing.EventDict:
    """Adds the ids of the span at work, so that the lines of one call are found together."""
    context = trace.get_current_span().get_span_context()
    if context.is_valid:
        event["trace_id"] = f"{context.trace_id:032x}"
        event["span_id"] = f"{context.span_id:016x}"
    return event


def describe_exception(_logger: object, _method: str, event: structlog.typing.EventDict) -> structlog.typing.EventDict:
    """Keeps the kind of an exception and where it was raised, never its message: that may hold a person's words."""
    error = event.pop("exc_info", None)
    if error is True:
        error = sys.exc_info()[1]
    if isinstance(error, BaseException):
        event["exception"] = type(error).__name__
        event["stack"] = [
            f"{frame.tb_frame.f_code.co_filename.rpartition('/')[2]}:{frame.tb_lineno}" for frame in _frames(error)
        ]
    return event


def _frames(error: BaseException) -> list[TracebackType]:
    frames: list[TracebackType] = []
    traceback = error.__traceback__
    while traceback is not None:
        frames.append(traceback)
        traceback = traceback.tb_next
    return frames[-8:]
