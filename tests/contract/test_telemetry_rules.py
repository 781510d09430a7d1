"""Alerts and board use nothing that is not declared, and lead somewhere."""

import json
import re

import pytest
import yaml
from backend import ROOT
from notalone_catalog import projection
from notalone_chassis.events import topics
from notalone_chassis.telemetry import registry
from notalone_kernel.entry_shelf import TOPIC
from notalone_notify import intake

FOLDER = ROOT / "deploy" / "telemetry"
ALERTS = [
    rule for group in yaml.safe_load((FOLDER / "alerts.yaml").read_text("utf-8"))["groups"] for rule in group["rules"]
]
BOARD = json.loads((FOLDER / "board.json").read_text("utf-8"))
PANELS = [panel for panel in BOARD["panels"] if panel["type"] != "row"]
METRICS = registry.packaged().metrics
# Prometheus says this itself of every target.
BUILT_IN = {"up"}
PARTS_OF_A_HISTOGRAM = ("_bucket", "_sum", "_count")


def anchors(page: str) -> set[str]:
    """The sections of a page, as links name them."""
    headings = re.findall(r"^#+ (.+)$", (ROOT / page).read_text("utf-8"), re.MULTILINE)
    return {re.sub(r"[^\w -]", "", heading.lower()).replace(" ", "-") for heading in headings}


def metric_of(series: str) -> registry.MetricRule:
    """The declared metric that a series belongs to."""
    if series in METRICS and METRICS[series].type != "histogram":
        return METRICS[series]
    base = next(series.removesuffix(end) for end in PARTS_OF_A_HISTOGRAM if series.endswith(end))
    assert METRICS[base].type == "histogram"
    return METRICS[base]


def selectors(expression: str) -> list[tuple[str, list[str]]]:
    """Series and the labels they are chosen by."""
    found = re.findall(r"\b(notalone_\w+|up)\b(?:\{([^}]*)\})?", expression)
    return [(series, re.findall(r"(\w+)\s*(?:=~|!~|!=|=)", inside)) for series, inside in found]


def labels_kept(expression: str) -> set[str]:
    return {
        label.strip()
        for inside in re.findall(r"\bby \(([^)]*)\)", expression)
        for label in inside.split(",")
        if label.strip() and label.strip() != "le"
    }


def hold_to_the_registry(expression: str) -> None:
    assert selectors(expression), expression
    known: set[str] = set()
    for series, labels in selectors(expression):
        if series in BUILT_IN:
            continue
        rule = metric_of(series)
        assert set(labels) <= set(rule.labels), expression
        known |= set(rule.labels)
    assert labels_kept(expression) <= known, expression
    assert expression.count("(") == expression.count(")")


@pytest.mark.parametrize("alert", ALERTS, ids=lambda alert: alert["alert"])
def test_an_alert_uses_what_is_declared_and_says_what_to_do(alert):
    hold_to_the_registry(alert["expr"])
    told = alert["annotations"]
    assert all(len(told[part]) > 8 for part in ("summary", "meaning", "action"))
    assert alert["labels"]["severity"] in {"page", "ticket"}
    page, _, section = told["runbook_url"].partition("#")
    assert section in anchors(page)
    # What its words fill in is there after the expression.
    for label in re.findall(r"\$labels\.(\w+)", told["summary"]):
        assert label in labels_kept(alert["expr"]) | {"instance"}


def test_every_alert_has_a_name_of_its_own():
    assert len({alert["alert"] for alert in ALERTS}) == len(ALERTS) > 10


@pytest.mark.parametrize("panel", PANELS, ids=lambda panel: panel["title"])
def test_a_panel_uses_what_is_declared(panel):
    for target in panel["targets"]:
        hold_to_the_registry(target["expr"])


def test_every_metric_is_on_the_board():
    shown = {
        metric_of(series).name
        for panel in PANELS
        for target in panel["targets"]
        for series, _ in selectors(target["expr"])
    }
    assert shown == set(METRICS)


def test_no_two_panels_lie_on_each_other():
    places = [(panel["gridPos"]["x"], panel["gridPos"]["y"]) for panel in PANELS]
    assert len(set(places)) == len(places)


@pytest.mark.parametrize("broken", ["rate(notalone_people_total[5m])", 'notalone_outbox_events{person="x"}'])
def test_the_check_finds_what_is_not_declared(broken):
    with pytest.raises((AssertionError, StopIteration, KeyError)):
        hold_to_the_registry(broken)


def test_the_lag_of_every_group_of_ours_is_shown_by_the_owner_of_its_topic():
    known = topics.load()
    assert projection.GROUP in known[TOPIC].groups
    assert intake.GROUP in known[intake.TOPIC].groups
    assert {group for topic in known for group in topic.groups} == {projection.GROUP, intake.GROUP}
