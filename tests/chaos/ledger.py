"""What each entry of the load may say, by what staff and agencies did to it and were told of it."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from chaos.history import Call, Outcome

PREFIX = "chaos-"
# Told by the name, which changes with every publication; "" once it is archived.
TEXTS = (f"{PREFIX}a", f"{PREFIX}b")
# An agency's desk that is "open" or "paused"; and one whose number is "shown" or "hidden".
DESK, LINE = f"{PREFIX}desk", f"{PREFIX}line"
ENTRIES = (*TEXTS, DESK, LINE)
ORGANIZATION = "chaos-agency"
NUMBER = "0120-279-338"
NAME = "ためしの相談"
SOURCE = {"sources": ["https://example.jp/"], "asOf": "2026-11-01", "checkState": "CHECKED"}


def entry(id_: str, marker: str) -> dict[str, Any]:
    """An entry as staff writes it; its name holds the marker."""
    channel = {"kind": "PHONE", "value": NUMBER, "charge": "FREE", "provenance": SOURCE}
    return {
        "id": id_,
        "kind": "DESK",
        "status": "ACTIVE",
        "name": {"ja": f"{NAME} {marker}", "en": f"Trial desk {marker}"},
        "furigana": "ためしのそうだん",
        "operator": {"ja": "ためしの団体"},
        "summary": {"ja": "話を聞きます。", "en": "Somebody listens."},
        "applyAt": "NOTHING_TO_APPLY",
        "needs": {"lonely.talk": 0.2},
        "audiences": ["GENERAL"],
        "provenance": SOURCE,
        "channels": [channel],
        "organizationId": ORGANIZATION if id_ == DESK else "",
    }


def seen(id_: str, programme: Any) -> str:
    """What a process shows of an entry; `programme` None where it shows nothing."""
    if id_ == LINE:
        # A desk without any way to reach it is not shown at all.
        contacts = () if programme is None else programme.contacts
        return "shown" if NUMBER in {contact.value for contact in contacts} else "hidden"
    if programme is None:
        return ""
    if id_ == DESK:
        return "paused" if programme.HasField("paused_until") else "open"
    return str(programme.display_name_ja).rpartition(" ")[2]


@dataclass(frozen=True, slots=True)
class Step:
    """What was to become of an entry, and what was told of it."""

    state: str
    outcome: Outcome
    start: float
    end: float


@dataclass(slots=True)
class Ledger:
    """The steps of every entry in order. One writer takes them one after another, so their order is known."""

    steps: dict[str, list[Step]] = field(default_factory=lambda: {id_: [] for id_ in ENTRIES})

    def add(self, id_: str, state: str, call: Call) -> None:
        """Notes a step; one that was refused changed nothing."""
        if call.outcome != "refused":
            self.steps[id_].append(Step(state, call.outcome, call.start, call.end))

    def acknowledged(self, id_: str, before: float) -> int:
        """Index of the last step that was told as done by then; -1 where there is none."""
        found = [n for n, step in enumerate(self.steps[id_]) if step.outcome == "done" and step.end <= before]
        return found[-1] if found else -1

    def possible(self, id_: str, *, since: float, until: float) -> set[str] | None:
        """What may be seen by a look that began after `since` and ended at `until`, if what was done by `since` shows.

        Any later step may show too, whatever was told of it. None: anything, for nothing was done by then.
        """
        first = self.acknowledged(id_, since)
        if first < 0:
            return None
        return {step.state for step in self.steps[id_][first:] if step.start <= until}
