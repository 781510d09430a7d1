"""The names that traces and metrics may hold, and the forms of their values: `registry.yaml`."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Any, Literal, TypeVar

import yaml

# Stands for every value that does not have the declared form.
OTHER = "_OTHER"

Value = str | int
Rule = TypeVar("Rule")


class Undeclared(Exception):
    """A name that `registry.yaml` does not hold: a fault of the code, found by whatever test runs it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Attribute:
    """What one attribute or label may hold: whole numbers, or texts of one form."""

    name: str
    type: Literal["string", "int"]
    form: re.Pattern[str]


@dataclass(frozen=True, slots=True, kw_only=True)
class SpanRule:
    """One kind of span. Its `name` is filled in from its own attributes."""

    name: str
    kind: Literal["server", "client", "consumer"]
    attributes: frozenset[str]


@dataclass(frozen=True, slots=True, kw_only=True)
class MetricRule:
    """One metric, in the words of Prometheus; `buckets` only where the usual ones do not fit."""

    name: str
    type: Literal["counter", "gauge", "histogram"]
    unit: str
    labels: tuple[str, ...]
    means: str
    act: str
    buckets: tuple[float, ...] | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Registry:
    """All that is declared."""

    attributes: Mapping[str, Attribute]
    labels: Mapping[str, Attribute]
    spans: Mapping[str, SpanRule]
    metrics: Mapping[str, MetricRule]

    def span(self, name: str) -> SpanRule:
        """The rule of one kind of span.

        Raises:
            Undeclared: there is none.
        """
        return _found(self.spans, name)

    def metric(self, name: str) -> MetricRule:
        """The rule of a metric.

        Raises:
            Undeclared: there is none.
        """
        return _found(self.metrics, name)

    def attribute(self, rule: SpanRule, name: str) -> Attribute:
        """What an attribute of a kind of span may hold.

        Raises:
            Undeclared: this kind of span has no such attribute.
        """
        if name not in rule.attributes:
            raise Undeclared(f"{name} of {rule.name}")
        return _found(self.attributes, name)


def fitting(rule: Attribute, value: Value) -> Value:
    """The value where it has its declared form, else `_OTHER` (-1 for a number)."""
    if rule.type == "int":
        return value if isinstance(value, int) else -1
    return value if isinstance(value, str) and rule.form.fullmatch(value) else OTHER


@cache
def packaged() -> Registry:
    """What `registry.yaml` declares.

    Raises:
        KeyError, ValueError: the file is wrong.
    """
    text = files("notalone_chassis.telemetry").joinpath("registry.yaml").read_text("utf-8")
    return parse(yaml.load(text, Loader=yaml.CSafeLoader))


def parse(declared: Mapping[str, Any]) -> Registry:
    """A registry from the contents of its file."""
    attributes = {name: _attribute(name, rule) for name, rule in declared["attributes"].items()}
    labels = {name: _attribute(name, rule) for name, rule in declared["labels"].items()}
    spans = {
        name: SpanRule(name=rule["name"], kind=rule["kind"], attributes=_all_in(attributes, rule["attributes"]))
        for name, rule in declared["spans"].items()
    }
    return Registry(
        attributes=attributes,
        labels=labels,
        spans=spans,
        metrics={name: _metric(name, rule, labels) for name, rule in declared["metrics"].items()},
    )


def _attribute(name: str, rule: Mapping[str, Any]) -> Attribute:
    return Attribute(name=name, type=rule.get("type", "string"), form=re.compile(rule.get("form", "")))


def _metric(name: str, rule: Mapping[str, Any], labels: Mapping[str, Attribute]) -> MetricRule:
    _all_in(labels, rule["labels"])
    return MetricRule(
        name=name,
        type=rule["type"],
        unit=rule["unit"],
        labels=tuple(rule["labels"]),
        means=rule["means"],
        act=rule["act"],
        buckets=tuple(rule["buckets"]) if "buckets" in rule else None,
    )


def _all_in(declared: Mapping[str, Attribute], names: list[str]) -> frozenset[str]:
    missing = [name for name in names if name not in declared]
    if missing:
        raise ValueError(f"used but not declared: {', '.join(missing)}")
    return frozenset(names)


def _found(declared: Mapping[str, Rule], name: str) -> Rule:
    try:
        return declared[name]
    except KeyError:
        raise Undeclared(name) from None
