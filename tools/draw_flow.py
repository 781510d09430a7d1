"""Draws the flows as Mermaid pictures into docs/flow-<name>.md; with --check only tells whether they are up to date."""

from __future__ import annotations

import sys
from collections.abc import Sequence

import notalone_data
from generated import ROOT, keep
from notalone_dialogue.domain.flow import Flow
from notalone_dialogue.domain.flow_file import read_flow
from notalone_dialogue.main import FLOWS
from notalone_kernel.ruby import plain

DOCS = ROOT / "docs"


def main(arguments: Sequence[str]) -> int:
    """Draws, or checks; returns the exit code."""
    labels = notalone_data.needs()["needs"]
    flows = {name: read_flow(notalone_data.flow(name), need_labels=labels) for name in FLOWS.values()}
    texts = {DOCS / f"flow-{name}.md": page(name, flow) for name, flow in flows.items()}
    return keep(texts, arguments, command="python tools/draw_flow.py")


def page(name: str, flow: Flow) -> str:
    """One flow as a page: a picture for each worry, leaves as ends."""
    lines = [f"# The {name} flow, version {flow.version}", ""]
    lines += ["Made by `tools/draw_flow.py`. Red answers bring the crisis answer. Left out: what every step offers."]
    for node in flow.nodes.values():
        if node.leaf:
            continue
        lines += ["", f"## {node.id}", "", "```mermaid", "flowchart LR", f'  {node.id}(["{plain(node.text["ja"])}"])']
        for choice in node.choices:
            if choice.common:
                continue
            target = flow.nodes[choice.to]
            end = "<br/>".join(target.needs) if target.leaf else f"→ {target.id}"
            leaf = f"{node.id}_{choice.id}_end"
            lines.append(f'  {node.id} -- "{plain(choice.label["ja"])}" --> {leaf}["{end}"]')
            if choice.crisis:
                lines.append(f"  style {leaf} stroke:#c00,stroke-width:2px")
        lines.append("```")
    return "\n".join(lines) + "\n"


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
