"""Spans of one service, by the names of `registry.yaml`, and the W3C header that carries them on."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager

from opentelemetry import trace
from opentelemetry.context import Context

from notalone_chassis.telemetry import registry as declarations
from notalone_chassis.telemetry.registry import Value

# Version 00 only: a later one may carry what we do not know. An id of zeros alone is none.
_HEADER = re.compile(r"00-(?!0{32})([0-9a-f]{32})-(?!0{16})([0-9a-f]{16})-([0-9a-f]{2})")
_KINDS = {"server": trace.SpanKind.SERVER, "client": trace.SpanKind.CLIENT, "consumer": trace.SpanKind.CONSUMER}
MOST_LINKS = 128


class Span:
    """A span at work; what it may hold is declared."""

    def __init__(self, inner: trace.Span, rule: declarations.SpanRule, declared: declarations.Registry) -> None:
        self._inner = inner
        self._rule = rule
        self._declared = declared
        self._values: dict[str, Value] = {}

    def set(self, name: str, value: Value) -> None:
        """Sets an attribute.

        Raises:
            Undeclared: this kind of span has none of this name.
        """
        fitted = declarations.fitting(self._declared.attribute(self._rule, name), value)
        self._values[name] = fitted
        self._inner.set_attribute(name, fitted)

    def fail(self, error: str) -> None:
        """Marks it as failed, with a code or the name of an exception, never with a text; the first one stays."""
        if "error.type" in self._values:
            return
        self.set("error.type", error)
        self._inner.set_status(trace.StatusCode.ERROR)

    def end(self) -> None:
        """Gives it its name from what it holds by now, and ends it."""
        self._inner.update_name(_filled(self._rule.name, self._values))
        self._inner.end()


class Tracing:
    """Makes the spans of one service."""

    def __init__(self, tracer: trace.Tracer, declared: declarations.Registry | None = None) -> None:
        self._tracer = tracer
        self._declared = declared or declarations.packaged()

    @contextmanager
    def span(
        self, kind: str, attributes: Mapping[str, Value] | None = None, *, parents: Sequence[str] | None = None
    ) -> Iterator[Span]:
        """A span round a block of code; an exception passes through and leaves its name alone.

        `kind` is its name in the registry; attributes not known yet are set later.
        `parents` are W3C headers from outside: one is the parent, several are links, none starts a trace; left out,
        the span at work is the parent.

        Raises:
            Undeclared: the registry holds no such kind or attribute.
        """
        rule = self._declared.span(kind)
        context, links = _origin(parents)
        inner = self._tracer.start_span(kind, context=context, kind=_KINDS[rule.kind], links=links)
        span = Span(inner, rule, self._declared)
        for name, value in (attributes or {}).items():
            span.set(name, value)
        with trace.use_span(inner, record_exception=False, set_status_on_exception=False):
            try:
                yield span
            except BaseException as error:
                span.fail(type(error).__name__)
                raise
            finally:
                span.end()


def traceparent() -> str:
    """The W3C header of the span at work; empty where there is none."""
    context = trace.get_current_span().get_span_context()
    if not context.is_valid:
        return ""
    return f"00-{context.trace_id:032x}-{context.span_id:016x}-{context.trace_flags & 1:02x}"


def parse(header: str) -> trace.SpanContext | None:
    """What a W3C header says; None where it is malformed. Neither tracestate nor baggage is ever taken."""
    found = _HEADER.fullmatch(header)
    if found is None:
        return None
    flags = trace.TraceFlags(int(found[3], 16) & 1)
    return trace.SpanContext(int(found[1], 16), int(found[2], 16), is_remote=True, trace_flags=flags)


def _origin(parents: Sequence[str] | None) -> tuple[Context | None, list[trace.Link]]:
    if parents is None:
        return None, []
    found = [context for header in dict.fromkeys(parents) if (context := parse(header)) is not None]
    if len(found) == 1:
        return trace.set_span_in_context(trace.NonRecordingSpan(found[0]), Context()), []
    # An empty context, so that nothing that happens to be at work here becomes the parent.
    return Context(), [trace.Link(context) for context in found[:MOST_LINKS]]


def _filled(template: str, values: dict[str, Value]) -> str:
    return re.sub(r"\{([a-z._]+)\}", lambda found: str(values.get(found[1], declarations.OTHER)), template)
