"""Metrics of one process, by the names of `registry.yaml`."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram
from prometheus_client.metrics import MetricWrapperBase

from notalone_chassis.telemetry import registry as declarations

Kind = TypeVar("Kind", bound=MetricWrapperBase)

# From a quick answer to the longest that anybody waits for.
BUCKETS = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 15.0)


class Metrics:
    """Counts and measures; every method raises `Undeclared` for a name that the registry does not hold.

    Labels are given by name; a value that does not have its declared form is counted as `_OTHER`.
    """

    def __init__(self, declared: declarations.Registry | None = None) -> None:
        self._declared = declared or declarations.packaged()
        self.collected = CollectorRegistry()
        self._metrics: dict[str, MetricWrapperBase] = {}
        self._children: dict[tuple[str, ...], MetricWrapperBase] = {}

    def count(self, name: str, amount: float = 1, **labels: str) -> None:
        """Adds to a counter."""
        self._of(Counter, name, labels).inc(amount)

    def observe(self, name: str, value: float, **labels: str) -> None:
        """Adds a value to a histogram."""
        self._of(Histogram, name, labels).observe(value)

    def set(self, name: str, value: float, **labels: str) -> None:
        """Sets a gauge."""
        self._of(Gauge, name, labels).set(value)

    def add(self, name: str, amount: float, **labels: str) -> None:
        """Moves a gauge up or down."""
        self._of(Gauge, name, labels).inc(amount)

    def ask(self, name: str, value: Callable[[], float], **labels: str) -> None:
        """Lets a gauge be computed whenever it is read, from another thread: `value` must be quick and safe there."""
        self._of(Gauge, name, labels).set_function(value)

    def _of(self, kind: type[Kind], name: str, labels: dict[str, str]) -> Kind:
        key = (name, *labels, *labels.values())
        found = self._children.get(key)
        if found is None:
            found = self._children[key] = self._child(name, labels)
        if not isinstance(found, kind):
            raise declarations.Undeclared(f"{name} as {kind.__name__.lower()}")
        return found

    def _child(self, name: str, labels: dict[str, str]) -> MetricWrapperBase:
        rule = self._declared.metric(name)
        if set(labels) != set(rule.labels):
            raise declarations.Undeclared(f"{name} with {sorted(labels)}")
        metric = self._metrics.get(name)
        if metric is None:
            metric = self._metrics[name] = self._made(rule)
        if not labels:
            return metric
        child: MetricWrapperBase = metric.labels(
            **{label: declarations.fitting(self._declared.labels[label], value) for label, value in labels.items()}
        )
        return child

    def _made(self, rule: declarations.MetricRule) -> MetricWrapperBase:
        match rule.type:
            case "counter":
                return Counter(rule.name, rule.means, rule.labels, registry=self.collected)
            case "gauge":
                return Gauge(rule.name, rule.means, rule.labels, registry=self.collected)
            case "histogram":
                buckets = rule.buckets or BUCKETS
                return Histogram(rule.name, rule.means, rule.labels, registry=self.collected, buckets=buckets)
