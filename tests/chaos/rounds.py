"""One round after another: load, a fault at a random moment, mending, recovery, judgement, a line in the journal."""

from __future__ import annotations

import asyncio
import json
import statistics
import time
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from random import Random
from typing import Any

from chaos import faults, invariants, stores
from chaos.faults import Fault
from chaos.history import History
from chaos.installation import Installation
from chaos.ledger import ORGANIZATION, TEXTS, Ledger
from chaos.load import Load, busy
from chaos.tokens import Tokens
from chaos.watch import LOOK, Watch

# After which a round that has not recovered is a finding.
PATIENCE_SECONDS = 90.0
# The search server's index is refreshed, and notify has read, a little later than the rest.
STORES_SECONDS = 120.0
CALM_SECONDS = 2.0
Say = Callable[[str], None]


class Rounds:
    """Rounds on one installation, numbered from 0 for each seed; those that the journal knows are not run again."""

    def __init__(self, here: Installation, *, seed: int, say: Say) -> None:
        self._here = here
        self._seed = seed
        self._say = say
        self._journal = here.folder / "journal.jsonl"
        self._tokens = Tokens(here.realm, ORGANIZATION)

    async def run(self, numbers: range, *, only: str = "") -> list[dict[str, Any]]:
        """Runs these rounds; returns their lines. `only`: where the name of the fault matches this."""
        await asyncio.to_thread(self._tokens.prepare)
        deck = faults.deck(self._seed, here=self._here, only=only)
        known = {line["round"] for line in read(self._journal) if line["seed"] == self._seed}
        lines = []
        for number in numbers:
            if number in known:
                continue
            fault = deck[number % len(deck)]
            line = await self._round(number, fault)
            with self._journal.open("a", encoding="utf-8") as journal:
                journal.write(json.dumps(line, ensure_ascii=False) + "\n")
            self._say(told(line))
            lines.append(line)
        return lines

    async def _round(self, number: int, fault: Fault) -> dict[str, Any]:
        began = time.time()
        chance = Random(f"{self._seed}/{number}")
        await asyncio.to_thread(self._tokens.renew)
        load = Load(self._here.backend.url, self._tokens, chance=chance)
        watch = Watch(self._here.backend, load.history)
        hold = chance.uniform(4.0, 9.0)
        clock = faults.clock_setting(fault)
        self._say(f"round {number}: {fault} ...")
        try:
            await load.prepare()
            watch.start()
            load.start()
            await asyncio.sleep(chance.uniform(1.0, 4.0))
            times = await (self._wrong_clock(load, watch, clock, hold) if clock else self._strike(fault, hold))
            times = await self._recovery(load.history, load.ledger, fault, times)
            await load.stop()
            await asyncio.sleep(CALM_SECONDS)
            await watch.stop()
            await load.read_kept()
            found = invariants.findings(load.history, load.ledger, fault, times)
            if not times.recovered:
                found.append(f"not well again {PATIENCE_SECONDS:.0f} s after {fault} was mended")
            found += await self._stores(load.history)
        finally:
            await load.stop()
            await watch.stop()
            await load.close()
        load.history.save(self._here.folder / "histories" / f"{self._seed}-{number}.jsonl")
        return self._line(number, fault, times, load, found) | {"took": round(time.time() - began, 1)}

    async def _strike(self, fault: Fault, hold: float) -> invariants.Times:
        strike, mend = faults.acts(fault)
        struck = time.time()
        await strike(self._here, fault.target)
        if mend is faults._nothing:
            # The supervisor mends from the first moment on.
            return invariants.Times(struck, struck, 0.0)
        await asyncio.sleep(hold)
        await mend(self._here, fault.target)
        return invariants.Times(struck, time.time(), 0.0)

    async def _wrong_clock(self, load: Load, watch: Watch, clock: dict[str, str], hold: float) -> invariants.Times:
        """The backend starts anew with the wrong clock, works, and starts anew with the right one."""
        await self._anew(load, watch, clock)
        struck = time.time()
        await asyncio.sleep(2 * hold)
        await self._anew(load, watch, {})
        return invariants.Times(struck, time.time(), 0.0)

    async def _anew(self, load: Load, watch: Watch, clock: dict[str, str]) -> None:
        await load.stop()
        await watch.stop()
        await self._here.backend.stop()
        await self._here.backend.start(**clock)
        watch.start()
        load.start()

    async def _recovery(
        self, history: History, ledger: Ledger, fault: Fault, times: invariants.Times
    ) -> invariants.Times:
        deadline = time.time() + PATIENCE_SECONDS
        while time.time() < deadline:
            await asyncio.sleep(0.25)
            events = invariants.events_recovered(history, ledger, times.heal)
            people = invariants.people_recovered(history, fault, times.heal)
            if events is not None and _all_good_after(history, fault, people):
                return invariants.Times(times.strike, times.heal, max(events, people))
        return times

    async def _stores(self, history: History) -> list[str]:
        """What lies on the servers; asked again until all is well or time is up."""
        deadline = time.time() + STORES_SECONDS
        while True:
            found = await asyncio.to_thread(self._look, history)
            if not found or time.time() > deadline:
                return found
            await asyncio.sleep(1.0)

    def _look(self, history: History) -> list[str]:
        log = stores.events(self._here.told, stores.TOPIC)
        notices = stores.events(self._here.told, stores.NOTICES)
        return [
            *stores.log_findings(log, history),
            *stores.search_findings(self._here.told, log),
            *stores.notice_findings(self._here.told, notices),
        ]

    def _line(self, number: int, fault: Fault, times: invariants.Times, load: Load, found: list[str]) -> dict[str, Any]:
        history = load.history
        events = invariants.events_recovered(history, load.ledger, times.heal)
        people = invariants.people_recovered(history, fault, times.heal)
        calls: dict[str, Counter[str]] = {}
        for call in history.calls:
            calls.setdefault(call.kind, Counter())[call.outcome] += 1
        return {
            "round": number,
            "seed": self._seed,
            "kind": fault.kind,
            "target": fault.target,
            "struck_seconds": round(times.heal - times.strike, 1),
            "people_seconds": round(people - times.heal, 1),
            "events_seconds": None if events is None else round(events - times.heal, 1),
            "calls": {kind: dict(outcomes) for kind, outcomes in sorted(calls.items())},
            "findings": sorted(Counter(found).items()),
            "visible_seconds": _visible(load),
            "busy": round(busy(), 1),
        }


def _visible(load: Load) -> float | None:
    """Median time from a publication that was told as done until every process was seen to show it."""
    found = []
    for id_ in TEXTS:
        for step in load.ledger.steps[id_]:
            one = Ledger()
            one.steps[id_] = [step]
            if (
                step.outcome == "done"
                and (at := invariants.events_recovered(load.history, one, step.start)) is not None
            ):
                found.append(at - step.end)
    return round(statistics.median(found), 2) if found else None


def _all_good_after(history: History, fault: Fault, moment: float) -> bool:
    """Whether every kind of call of the load went well after a moment."""
    wanted = {*invariants.PARTS, "staff.publish", "staff.draft"} - {"memo.read"}
    good = {
        call.kind
        for call in history.calls
        if call.start >= moment and call.kind != LOOK and call.outcome != "late" and not invariants.bad(call, fault)
    }
    return wanted <= good


def read(journal: Path) -> list[dict[str, Any]]:
    """The lines of a journal; the last one may have been cut short."""
    lines = []
    if journal.is_file():
        for text in journal.read_text("utf-8").splitlines():
            try:
                lines.append(json.loads(text))
            except ValueError:
                continue
    return lines


def told(line: dict[str, Any]) -> str:
    """A round in a line for people."""
    result = "well" if not line["findings"] else f"{len(line['findings'])} findings"
    after = "-" if line["events_seconds"] is None else f"{line['events_seconds']:.1f} s"
    head = f"round {line['round']:3} seed {line['seed']} {line['kind']:8} {line['target']:14} {result:12}"
    head += f" people {line['people_seconds']:.1f} s, events {after} after it was mended"
    return "\n".join([head, *(f"    {count} x {sentence}" for sentence, count in line["findings"][:12])])
