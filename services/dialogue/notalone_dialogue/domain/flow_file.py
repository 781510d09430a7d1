"""Makes a flow from its file: fills in what authors need not write, and refuses what cannot work."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from notalone.common.v1.common_pb2 import Audience
from notalone.crisis.v1.crisis_pb2 import Crisis
from notalone_kernel.languages import LANGUAGES, pick

from notalone_dialogue.domain.flow import Flow, FlowChoice, FlowError, FlowNode, Texts

START = "start"
_CHOSEN = "{choice}"
_NODE_KEYS = {"id", "text", "needs", "choices"}
_CHOICE_KEYS = {"id", "label", "to", "needs", "crisis", "restart", "text"}


def read_flow(content: Mapping[str, Any], *, need_labels: Mapping[str, Texts]) -> Flow:
    """Makes a flow from the content of its file.

    A choice with `needs` and without `to` leads to a leaf of its own. Where its label lacks a language, the label of
    its first need stands in. A node without `text` says the file's `ask`, a leaf the file's `found`, with `{choice}`
    standing for the label that led there.

    Args:
        content: As read from `national/flows/<name>.yaml`.
        need_labels: Need id to its texts; the closed list.

    Raises:
        FlowError: something does not fit; names the node.
    """
    return _Reader(content, need_labels).flow()


class _Reader:
    def __init__(self, content: Mapping[str, Any], need_labels: Mapping[str, Texts]) -> None:
        self._content = content
        self._labels = need_labels
        self._nodes: dict[str, FlowNode] = {}
        # Leaves and nodes take their standard text from the choice that leads to them.
        self._led_by: dict[str, Texts] = {START: {}}

    def flow(self) -> Flow:
        for raw in self._content["nodes"]:
            for choice in raw.get("choices", []):
                if "to" in choice:
                    self._led_by.setdefault(choice["to"], choice["label"])
        for choice in self._common(leaf=False):
            self._led_by.setdefault(choice.to, choice.label)
        for raw in self._content["nodes"]:
            self._add(raw)
        self._check()
        return Flow(
            audience=Audience.Value(self._content["audience"]),
            version=str(self._content["version"]),
            greeting=self._content["greeting"],
            start=START,
            nodes=self._nodes,
        )

    def _add(self, raw: Mapping[str, Any]) -> None:
        node_id = raw["id"]
        if raw.keys() - _NODE_KEYS:
            raise FlowError(f"{node_id}: unknown {sorted(raw.keys() - _NODE_KEYS)}")
        written = raw.get("choices", [])
        leaf = not written
        choices = [self._choice(node_id, choice) for choice in written]
        choices += [choice for choice in self._common(leaf=leaf) if choice.to != node_id]
        self._put(
            FlowNode(
                id=node_id,
                text=raw.get("text") or self._standard("found" if leaf else "ask", self._led_by.get(node_id, {})),
                needs=self._needs(node_id, raw.get("needs", {})),
                choices=tuple(choices),
                leaf=leaf,
            )
        )

    def _choice(self, node_id: str, raw: Mapping[str, Any]) -> FlowChoice:
        where = f"{node_id}/{raw['id']}"
        if raw.keys() - _CHOICE_KEYS or ("to" in raw) == ("needs" in raw):
            raise FlowError(f"{where}: needs either `to` or `needs`, and nothing unknown")
        if not isinstance(raw["id"], str):
            raise FlowError(f"{where}: YAML reads this id as no word; write another")
        label = dict(raw.get("label", {}))
        to = raw.get("to", "")
        if not to:
            to = f"{node_id}.{raw['id']}"
            needs = self._needs(where, raw["needs"])
            label = _completed(label, self._labels[next(iter(needs))])
            self._put(
                FlowNode(
                    id=to,
                    text=raw.get("text") or self._standard("found", label),
                    needs=needs,
                    choices=tuple(self._common(leaf=True)),
                    leaf=True,
                )
            )
        kinds = frozenset(Crisis.Kind.Value(name) for name in raw.get("crisis", []))
        return FlowChoice(id=raw["id"], label=label, to=to, crisis=kinds)

    def _common(self, *, leaf: bool) -> list[FlowChoice]:
        return [
            FlowChoice(
                id=raw["id"], label=raw["label"], to=raw["to"], restart=bool(raw.get("restart", False)), common=True
            )
            for raw in self._content["after" if leaf else "always"]
        ]

    def _needs(self, where: str, raw: Mapping[str, float]) -> dict[str, float]:
        for need, weight in raw.items():
            if need not in self._labels or not 0 < weight <= 1:
                raise FlowError(f"{where}: {need}: {weight}")
        return dict(sorted(((need, float(weight)) for need, weight in raw.items()), key=lambda item: -item[1]))

    def _standard(self, name: str, label: Texts) -> Texts:
        written: Texts = self._content[name]
        tags = [*LANGUAGES, *(tag for tag in written if tag not in LANGUAGES)]
        return {tag: pick(written, tag)[0].replace(_CHOSEN, _quoted(label, tag)) for tag in tags}

    def _put(self, node: FlowNode) -> None:
        if node.id in self._nodes:
            raise FlowError(f"{node.id}: written twice")
        if _repeated(choice.id for choice in node.choices):
            raise FlowError(f"{node.id}: two choices of one id")
        self._nodes[node.id] = node

    def _check(self) -> None:
        if START not in self._nodes:
            raise FlowError("there is no start")
        for node in self._nodes.values():
            for choice in node.choices:
                if choice.to not in self._nodes:
                    raise FlowError(f"{node.id}/{choice.id}: leads to {choice.to}, which is not there")
            if node.leaf and not node.needs:
                raise FlowError(f"{node.id}: a leaf without needs has nothing to show")


def _completed(label: Texts, stand_in: Texts) -> dict[str, str]:
    # Written Japanese speaks to this flow's audience; the need's wording for children must not replace it.
    return {tag: text for tag, text in stand_in.items() if not (tag.startswith("ja") and "ja" in label)} | dict(label)


def _quoted(label: Texts, tag: str) -> str:
    return pick(label, tag)[0]


def _repeated(ids: Iterable[str]) -> bool:
    seen = list(ids)
    return len(seen) != len(set(seen))
