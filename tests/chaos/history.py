"""What was done and seen, and when: the only thing that is judged."""

from __future__ import annotations

import json
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any, Literal

# Done; answered with a reason of the caller's own (4xx); answered that it cannot be done now (503, 504); answered that
# it took too long (504) while the machine had far more to do than it can; no answer at all, so it may be done or not;
# answered with what must never be answered.
Outcome = Literal["done", "refused", "failed", "late", "unknown", "wrong"]


@dataclass(slots=True)
class Call:
    """One call: `start` and `end` in seconds since 1970, what came of it, and what it was about."""

    kind: str
    start: float
    end: float = 0.0
    outcome: Outcome = "unknown"
    note: str = ""
    about: dict[str, Any] = field(default_factory=dict)

    def ended(self, outcome: Outcome, note: str = "") -> None:
        self.outcome, self.note = outcome, note


class History:
    """The calls of one round, in the order in which they ended."""

    def __init__(self) -> None:
        self.calls: list[Call] = []

    @contextmanager
    def call(self, kind: str, **about: Any) -> Iterator[Call]:
        """Notes a call, whatever comes of it."""
        made = Call(kind, time.time(), about=about)
        try:
            yield made
        finally:
            made.end = time.time()
            self.calls.append(made)

    def of(self, *kinds: str) -> list[Call]:
        """The calls of these kinds."""
        return [call for call in self.calls if call.kind in kinds]

    def save(self, path: Path) -> None:
        """Writes a line for each."""
        path.parent.mkdir(parents=True, exist_ok=True)
        lines = [json.dumps(_brief(call), ensure_ascii=False, separators=(",", ":")) for call in self.calls]
        path.write_text("\n".join(lines) + "\n", "utf-8")


def _brief(call: Call) -> dict[str, Any]:
    """Without whole answers."""
    found = asdict(call)
    found["about"].pop("answer", None)
    return found
