"""Writes the Grafana board deploy/telemetry/board.json from the registry of metrics: a panel for every one.

python tools/build_board.py           writes it
python tools/build_board.py --check   says whether the committed one is what this would write
"""

from __future__ import annotations

import json
import sys
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

from notalone_chassis.telemetry import registry
from notalone_chassis.telemetry.registry import MetricRule

BOARD = Path(__file__).resolve().parent.parent / "deploy" / "telemetry" / "board.json"
# Rows, by how the names of their metrics begin; each metric stands in the first that fits.
ROWS = {
    "What people meet": ("notalone_http", "notalone_degraded"),
    "Calls between services": ("notalone_rpc",),
    "Events": ("notalone_event", "notalone_outbox", "notalone_dead"),
    "Staff and partners": ("notalone_token", "notalone_identity"),
    "Everything else": ("",),
}
UNITS = {"seconds": "s", "days": "d", "bytes": "bytes"}
SOURCE = {"name": "source", "label": "Prometheus", "type": "datasource", "query": "prometheus"}
WIDTH, HEIGHT, COLUMNS = 8, 8, 24


def build() -> str:
    """The board as JSON."""
    board = {
        "title": "NotAlone",
        "uid": "notalone",
        "schemaVersion": 39,
        "editable": False,
        "refresh": "30s",
        "time": {"from": "now-3h", "to": "now"},
        "templating": {"list": [SOURCE]},
        "panels": list(_panels()),
    }
    return json.dumps(board, indent=1, ensure_ascii=False) + "\n"


def _panels() -> Iterator[dict[str, Any]]:
    left = dict(registry.packaged().metrics)
    number, y = 0, 0
    for title, beginnings in ROWS.items():
        mine = [left.pop(name) for name in list(left) if name.startswith(beginnings)]
        if not mine:
            continue
        number += 1
        yield {"id": number, "type": "row", "title": title, "gridPos": {"x": 0, "y": y, "w": COLUMNS, "h": 1}}
        y += 1
        panels = [panel for rule in mine for panel in _of_metric(rule)]
        for place, panel in enumerate(panels):
            number += 1
            x = place * WIDTH % COLUMNS
            yield panel | {"id": number, "gridPos": {"x": x, "y": y, "w": WIDTH, "h": HEIGHT}}
            if x + WIDTH == COLUMNS or place == len(panels) - 1:
                y += HEIGHT


def _of_metric(rule: MetricRule) -> list[dict[str, Any]]:
    title = rule.name.removeprefix("notalone_").removesuffix("_total").replace("_", " ")
    by, legend, unit = ", ".join(rule.labels), _legend(rule.labels) or rule.unit, UNITS.get(rule.unit, "short")
    match rule.type:
        case "counter":
            return [_panel(title, "cps", rule, [(f"sum by ({by}) (rate({rule.name}[5m]))", legend)])]
        case "gauge":
            return [_panel(title, unit, rule, [(f"max by ({by}) ({rule.name})", legend)])]
        case "histogram":
            how_many = [(f"sum by ({by}) (rate({rule.name}_count[5m]))", legend)]
            return [
                _panel(f"{title}: how long", unit, rule, [_quantile(rule, 0.5), _quantile(rule, 0.99)]),
                _panel(f"{title}: how many a second", "cps", rule, how_many),
            ]


def _quantile(rule: MetricRule, part: float) -> tuple[str, str]:
    # How it ended says little about how long it took.
    kept = [label for label in rule.labels if label not in {"status", "code"}]
    by = ", ".join(["le", *kept])
    query = f"histogram_quantile({part}, sum by ({by}) (rate({rule.name}_bucket[5m])))"
    return query, f"{part:.0%} {_legend(kept)}"


def _legend(labels: Iterable[str]) -> str:
    return " ".join(f"{{{{{label}}}}}" for label in labels)


def _panel(title: str, unit: str, rule: MetricRule, queries: list[tuple[str, str]]) -> dict[str, Any]:
    return {
        "type": "timeseries",
        "title": title,
        "description": f"{rule.means}. When it is off: {rule.act}.",
        "datasource": {"type": "prometheus", "uid": "${source}"},
        "fieldConfig": {"defaults": {"unit": unit, "min": 0}, "overrides": []},
        "targets": [
            {"refId": chr(ord("A") + place), "expr": query, "legendFormat": legend}
            for place, (query, legend) in enumerate(queries)
        ],
    }


def main() -> None:
    """Writes or checks."""
    built = build()
    if "--check" not in sys.argv[1:]:
        BOARD.write_text(built, "utf-8")
    elif not BOARD.is_file() or BOARD.read_text("utf-8") != built:
        sys.exit("deploy/telemetry/board.json is not what the registry says: python tools/build_board.py")


if __name__ == "__main__":
    main()
