"""Only declared names and forms reach a trace or a metric."""

import ast
import re
from pathlib import Path

import pytest
import yaml
from notalone_chassis.telemetry import Metrics, Telemetry, Undeclared, registry
from opentelemetry.sdk.trace.export import SimpleSpanProcessor
from opentelemetry.sdk.trace.export.in_memory_span_exporter import InMemorySpanExporter

ROOT = Path(__file__).resolve().parents[4]
DECLARED = yaml.safe_load((Path(registry.__file__).parent / "registry.yaml").read_text("utf-8"))
PARTS = [(section, name) for section in ("spans", "metrics", "attributes", "labels") for name in DECLARED[section]]
SECRET = "誰にも言えない秘密の言葉"
RECORDING = {"count", "observe", "set", "add", "ask", "span"}


def recorded() -> set[str]:
    """First arguments of every call in the code that records something."""
    found = set()
    for folder in ("libs", "services", "app"):
        for file in (ROOT / folder).glob("**/notalone_*/**/*.py"):
            for node in ast.walk(ast.parse(file.read_text("utf-8"))):
                if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr in RECORDING:
                    found |= {arg.value for arg in node.args[:1] if isinstance(arg, ast.Constant)}
    return {name for name in found if isinstance(name, str)}


@pytest.mark.parametrize(("section", "name"), PARTS)
def test_every_name_says_what_it_means_and_what_to_do(section, name):
    rule = DECLARED[section][name]
    assert len(rule["means"]) > 4
    if section in {"spans", "metrics"}:
        assert len(rule["act"]) > 10
    if section == "metrics":
        assert rule["unit"]


@pytest.mark.parametrize("name", sorted({*DECLARED["spans"], *DECLARED["metrics"]}))
def test_what_is_declared_is_recorded_somewhere(name):
    assert name in recorded()


def test_what_is_recorded_is_declared():
    metrics = {name for name in recorded() if name.startswith("notalone_")}
    assert metrics == set(DECLARED["metrics"])


@pytest.mark.parametrize("name", sorted(DECLARED["metrics"]))
def test_a_metric_is_named_by_the_rules_of_prometheus(name):
    rule = DECLARED["metrics"][name]
    assert re.fullmatch(r"notalone_[a-z_]+", name)
    assert name.endswith("_total") == (rule["type"] == "counter")
    if rule["unit"] == "seconds":
        assert name.endswith("_seconds")


@pytest.mark.parametrize("section", ["attributes", "labels"])
def test_no_form_lets_words_through(section):
    rules = getattr(registry.packaged(), section)
    for name, rule in rules.items():
        for typed in (SECRET, "I want to die", "090-1234-5678 please", "a@example.jp", "x" * 5 + "\n"):
            assert registry.fitting(rule, typed) in {registry.OTHER, -1}, name


def test_an_undeclared_metric_label_or_kind_fails():
    metrics = Metrics()
    with pytest.raises(Undeclared):
        metrics.count("notalone_people_total")
    with pytest.raises(Undeclared):
        metrics.count("notalone_events_published_total", topic="a.v1", person="Hanako")
    with pytest.raises(Undeclared):
        metrics.set("notalone_events_published_total", 1, topic="a.v1")


def test_an_undeclared_span_or_attribute_fails():
    tracing = Telemetry().tracing("catalog")
    with pytest.raises(Undeclared), tracing.span("thought"):
        pass
    with pytest.raises(Undeclared), tracing.span("rpc.server", {"http.route": "/v1/x"}):
        pass
    with tracing.span("rpc.server") as span, pytest.raises(Undeclared):
        span.set("person", 1)


def test_a_value_that_does_not_fit_is_recorded_as_other():
    metrics = Metrics()
    metrics.count("notalone_events_published_total", topic=SECRET)
    assert metrics.collected.get_sample_value("notalone_events_published_total", {"topic": "_OTHER"}) == 1
    exporter = InMemorySpanExporter()
    with Telemetry([SimpleSpanProcessor(exporter)]).tracing("catalog").span("rpc.server", {"rpc.method": SECRET}):
        pass
    [span] = exporter.get_finished_spans()
    assert SECRET not in span.to_json()
    assert span.name == "_OTHER"


def test_an_exception_leaves_its_name_and_never_its_text():
    exporter = InMemorySpanExporter()
    tracing = Telemetry([SimpleSpanProcessor(exporter)]).tracing("catalog")
    with pytest.raises(ValueError, match=SECRET), tracing.span("rpc.server", {"rpc.method": "a.v1.S/M"}):
        raise ValueError(SECRET)
    [span] = exporter.get_finished_spans()
    assert span.attributes["error.type"] == "ValueError"
    assert span.events == ()
    assert SECRET not in span.to_json()
