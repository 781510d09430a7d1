"""Traces and metrics, each by a name that `registry.yaml` declares."""

from notalone_chassis.telemetry.metrics import Metrics
from notalone_chassis.telemetry.process import Reporting, Telemetry, report
from notalone_chassis.telemetry.registry import Undeclared
from notalone_chassis.telemetry.tracing import Tracing, traceparent

__all__ = ["Metrics", "Reporting", "Telemetry", "Tracing", "Undeclared", "report", "traceparent"]
