"""What must hold whatever goes wrong, judged from the history of a round. Each finding is a sentence."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass

from chaos.faults import Fault
from chaos.history import Call, History
from chaos.ledger import TEXTS, Ledger
from chaos.load import EMERGENCY, ROUND_THE_CLOCK
from chaos.watch import LOOK, WATCHED

# Within which every process shows what was told as done, while nothing is broken on the way.
BOUND = 10.0
# On a usual day; what was told as done so long before a fault has come everywhere.
NORMAL = 3.0
# Until the breaker of search has noticed.
NOTICE_SECONDS = 4.0
COLD_SECONDS = 10.0
# Which parts answer a call; while one of them is struck, it may fail, and nothing else may.
PARTS = {
    "talk.start": {"dialogue"},
    "talk.say": {"dialogue"},
    "cry": {"dialogue"},
    "search": {"catalog"},
    "memo.render": {"pdf", "dialogue"},
    "memo.keep": {"pdf", "dialogue", "minio"},
    "memo.read": {"pdf", "minio"},
    "handoff": {"portal_link"},
}
STAFF_PARTS = {"catalog", "postgres"}
# What a change passes on its way from staff to every process.
WAY = {"catalog", "postgres", "kafka"}
BAD = {"failed", "unknown", "wrong"}


@dataclass(frozen=True, slots=True)
class Times:
    """Of a round, in seconds since 1970: struck, mended, and all well again; `recovered` 0.0 where it never was."""

    strike: float
    heal: float
    recovered: float

    def broken(self, call: Call) -> bool:
        """Whether a call was under way between the fault and the recovery."""
        return call.end >= self.strike and (not self.recovered or call.start <= self.recovered)


def parts_of(kind: str) -> set[str]:
    """Which parts a kind of call needs, the gateway aside."""
    return PARTS.get(kind, STAFF_PARTS)


def struck(fault: Fault) -> str:
    """The part that a fault strikes: a server, or a kind of process."""
    return fault.target.split()[0].split("-")[0]


def findings(history: History, ledger: Ledger, fault: Fault, times: Times) -> list[str]:
    """All that was wrong; empty where nothing was."""
    return [
        *_wrong(history),
        *_cries(history, fault),
        *_failures(history, fault, times),
        *_degraded(history, fault, times),
        *_backwards(history),
        *_stale(history, ledger, fault, times),
        *_anew(history, ledger, fault, times),
    ]


def _wrong(history: History) -> Iterator[str]:
    yield from (f"{call.kind} was answered wrongly: {call.note}" for call in history.calls if call.outcome == "wrong")


def _cries(history: History, fault: Fault) -> Iterator[str]:
    """Every answer to a cry holds the numbers; without an answer are only those whose gateway is gone."""
    for call in history.of("cry"):
        told = set(call.about.get("help", ()))
        if call.outcome == "unknown" and struck(fault) != "gateway":
            yield f"a cry for help had no answer: {call.note}"
        if call.outcome in {"failed", "late", "refused"} and not (told >= EMERGENCY and told & ROUND_THE_CLOCK):
            yield f"a cry for help was answered without the numbers: {call.note}"


def _failures(history: History, fault: Fault, times: Times) -> Iterator[str]:
    for call in history.calls:
        if call.kind == LOOK or call.outcome not in BAD - {"wrong"}:
            continue
        may = struck(fault) in parts_of(call.kind) | {"gateway"} and times.broken(call)
        if not (may or (fault.kind == "clock" and _has_just_started(call, times))):
            yield f"{call.kind} failed under {fault}: {call.note} after {call.end - call.start:.1f} s"


def _has_just_started(call: Call, times: Times) -> bool:
    """Whether the whole backend was started so lately that its first calls are slow; it is where a clock was moved."""
    return any(start <= call.start <= start + COLD_SECONDS for start in (times.strike, times.heal))


def _degraded(history: History, fault: Fault, times: Times) -> Iterator[str]:
    """While the search server is away, search says so; it never is where that is not struck."""
    away = fault.target == "elasticsearch" and fault.kind != "slow"
    for call in history.of("search"):
        if call.outcome != "done":
            continue
        told = "search" in call.about["degraded"]
        within = times.strike + NOTICE_SECONDS < call.start and call.end < times.heal
        if away and within and not told:
            yield "search did not say that it is degraded"


def _backwards(history: History) -> Iterator[str]:
    """No process shows an older text after a newer one."""
    newest: dict[tuple[str, int, str], str] = defaultdict(str)
    for call in history.of(LOOK):
        for id_, state in call.about.get("shown", {}).items():
            key = (call.about["process"], call.about["pid"], id_)
            if id_ in TEXTS and state:
                if state < newest[key]:
                    yield f"{call.about['process']} went back from {newest[key]} to {state} of {id_}"
                newest[key] = max(newest[key], state)


def _stale(history: History, ledger: Ledger, fault: Fault, times: Times) -> Iterator[str]:
    """What was told as done shows everywhere within the bound; while its way is broken, once that is mended."""
    for call in history.of(LOOK):
        since = call.start - BOUND
        if (struck(fault) in WAY or call.about["process"] == fault.target) and times.broken(call):
            since = min(since, times.strike - BOUND)
        for id_, state in call.about.get("shown", {}).items():
            possible = ledger.possible(id_, since=since, until=call.end)
            if possible is not None and state not in possible:
                late = call.start - ledger.steps[id_][ledger.acknowledged(id_, since)].end
                yield f"{call.about['process']} shows {id_} as {state or 'nothing'} {late:.1f} s after {possible}"


def _anew(history: History, ledger: Ledger, fault: Fault, times: Times) -> Iterator[str]:
    """A process that started anew shows from its first answer on what was told as done well before."""
    if fault.kind not in {"kill", "restart"} or fault.target not in WATCHED:
        return
    looks = [call for call in history.of(LOOK) if call.about["process"] == fault.target and call.outcome == "done"]
    for call in looks:
        if call.about["pid"] == looks[0].about["pid"]:
            continue
        for id_, state in call.about["shown"].items():
            possible = ledger.possible(id_, since=times.strike - NORMAL, until=call.end)
            if possible is not None and state not in possible:
                yield f"{fault.target} started anew and shows {id_} as {state or 'nothing'}, not one of {possible}"


def bad(call: Call, fault: Fault) -> bool:
    """Whether somebody did not get what there is on a good day; late or thin answers for another reason are none."""
    if call.kind == LOOK:
        return False
    late = call.outcome == "late" and struck(fault) in parts_of(call.kind) | {"gateway"}
    thin = bool(call.about.get("degraded")) and struck(fault) in {"catalog", "elasticsearch"}
    return call.outcome in BAD or late or thin


def people_recovered(history: History, fault: Fault, heal: float) -> float:
    """When the last call that went wrong ended; the time of the mending where none did after it."""
    return max([heal, *(call.end for call in history.calls if bad(call, fault))])


def events_recovered(history: History, ledger: Ledger, heal: float) -> float | None:
    """When a change that was made after the mending had come to every process; None while none has."""
    after = [
        (step.end, id_) for id_ in TEXTS for step in ledger.steps[id_] if step.outcome == "done" and step.start >= heal
    ]
    for acknowledged, id_ in sorted(after):
        seen = {
            name: next((look.end for look in _good_looks(history, name, ledger, id_, acknowledged)), None)
            for name in WATCHED
        }
        known = [at for at in seen.values() if at is not None]
        if len(known) == len(seen):
            return max(known)
    return None


def _good_looks(history: History, name: str, ledger: Ledger, id_: str, since: float) -> Iterator[Call]:
    for call in history.of(LOOK):
        if call.about["process"] == name and call.outcome == "done" and call.start >= since:
            possible = ledger.possible(id_, since=since, until=call.end)
            if possible is not None and call.about["shown"][id_] in possible:
                yield call
