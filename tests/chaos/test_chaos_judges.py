"""What judges the rounds finds what is wrong, and nothing where nothing is."""

import pytest
from notalone.catalog.v1.entry_pb2 import Entry

from chaos import invariants, stores, table
from chaos.faults import Fault
from chaos.history import Call, History
from chaos.invariants import Times, findings
from chaos.ledger import TEXTS, Ledger
from chaos.stores import Told
from chaos.watch import LOOK, WATCHED

A = TEXTS[0]
KAFKA, DIALOGUE, KEYCLOAK = Fault("kill", "kafka"), Fault("pause", "dialogue-1"), Fault("cut", "keycloak")
# Struck at 100, mended at 110, well again at 115.
TIMES = Times(100.0, 110.0, 115.0)
NUMBERS = ["110", "119", "0120-279-338"]


def call(kind: str, at: float, outcome: str = "done", note: str = "", **about) -> Call:
    return Call(kind, at, at + 0.5, outcome, note, {"degraded": [], **about})


def look(process: str, at: float, shown: dict[str, str], *, pid: int = 7) -> Call:
    return Call(LOOK, at, at + 0.1, "done", "", {"process": process, "pid": pid, "shown": shown})


def history(*calls: Call) -> History:
    made = History()
    made.calls = list(calls)
    return made


def ledger(*steps: tuple[float, str, str]) -> Ledger:
    made = Ledger()
    for at, state, outcome in steps:
        made.add(A, state, call("staff.publish", at, outcome))
    return made


def found(*calls: Call, fault: Fault = KAFKA, known: Ledger | None = None) -> list[str]:
    return findings(history(*calls), known or Ledger(), fault, TIMES)


def test_a_round_in_which_all_went_well_has_no_findings():
    known = ledger((90.0, "1", "done"), (120.0, "2", "done"))
    looks = [look(name, at, {A: state}) for name in WATCHED for at, state in ((105.0, "1"), (125.0, "2"))]
    assert found(call("talk.say", 101.0), call("cry", 104.0), *looks, known=known) == []


@pytest.mark.parametrize(
    ("bad", "fault"),
    [
        (call("search", 101.0, "wrong", "500 INTERNAL"), KAFKA),
        # No server is needed for these.
        (call("talk.say", 101.0, "failed", "503 UNAVAILABLE"), KAFKA),
        (call("memo.render", 101.0, "unknown", "ReadTimeout"), KEYCLOAK),
        (call("handoff", 101.0, "failed", "503 UNAVAILABLE"), DIALOGUE),
        # Staff writes while the event log is away.
        (call("staff.publish", 101.0, "failed", "503 UNAVAILABLE"), KAFKA),
        # Long after the recovery.
        (call("talk.say", 130.0, "failed", "503 UNAVAILABLE"), DIALOGUE),
        (call("cry", 101.0, "unknown", "ReadTimeout"), DIALOGUE),
        (call("cry", 101.0, "failed", "503 UNAVAILABLE", help=["110", "119"]), DIALOGUE),
        (call("search", 105.0), Fault("kill", "elasticsearch")),
    ],
)
def test_what_must_not_happen_is_found(bad, fault):
    assert len(found(bad, fault=fault)) == 1


def test_a_call_may_fail_while_what_answers_it_is_struck_and_a_cry_gets_the_numbers():
    calls = [call("talk.say", 101.0, "failed"), call("cry", 101.0, "failed", help=NUMBERS)]
    assert found(*calls, fault=DIALOGUE) == []


def test_what_is_late_on_a_busy_machine_counts_only_where_its_part_is_struck():
    late = call("talk.say", 112.0, "late")
    assert found(late) == []
    assert invariants.people_recovered(history(late), KAFKA, 110.0) == 110.0
    assert invariants.people_recovered(history(late), DIALOGUE, 110.0) == 112.5
    assert len(found(call("cry", 112.0, "late", help=["110"]))) == 1


def test_a_search_that_says_it_is_degraded_is_right():
    assert found(call("search", 105.0, degraded=["search"]), fault=Fault("kill", "elasticsearch")) == []


def test_no_process_goes_back():
    calls = [look("catalog-1", 90.0, {A: "2"}), look("catalog-1", 91.0, {A: "1"})]
    assert len(found(*calls)) == 1
    assert found(calls[0], look("catalog-1", 91.0, {A: "1"}, pid=8)) == []


def test_what_was_told_as_done_shows_within_the_bound_and_while_its_way_is_broken_once_that_is_mended():
    known = ledger((80.0, "1", "done"), (99.0, "2", "done"))
    assert len(found(look("catalog-1", 112.0, {A: "1"}), known=known, fault=KEYCLOAK)) == 1
    assert found(look("catalog-1", 112.0, {A: "1"}), known=known) == []
    assert len(found(look("catalog-1", 116.0, {A: "1"}), known=known)) == 1
    # What was archived long ago is never shown again.
    gone = ledger((60.0, "1", "done"), (70.0, "", "done"))
    assert len(found(look("dialogue-1", 105.0, {A: "1"}), known=gone)) == 1


def test_a_process_that_started_anew_knows_what_was_told_before():
    known = ledger((60.0, "1", "done"), (95.0, "2", "done"))
    killed = Fault("kill", "dialogue-1")
    before, after = look("dialogue-1", 99.0, {A: "2"}), look("dialogue-1", 104.0, {A: "1"}, pid=8)
    assert len(found(before, after, known=known, fault=killed)) == 1
    assert found(before, look("dialogue-1", 104.0, {A: "2"}, pid=8), known=known, fault=killed) == []


def test_what_had_no_answer_may_show_or_not():
    known = ledger((60.0, "1", "done"), (70.0, "2", "unknown"))
    for state in ("1", "2"):
        assert found(look("catalog-1", 95.0, {A: state}), known=known) == []
    assert len(found(look("catalog-1", 95.0, {A: "3"}), known=known)) == 1


def event(revision: int, marker: str = "1") -> Told:
    return Told(f"{A}@{revision}", Entry(id=A, name={"ja": f"x {marker}"}).SerializeToString())


def log(*revisions: int) -> dict[str, list[Told]]:
    return {A: [event(revision, str(revision)) for revision in revisions]}


def test_the_log_may_repeat_but_neither_leave_out_nor_mix_up():
    assert list(stores.log_findings(log(4, 5, 6, 5, 6, 7), history())) == []
    assert len(list(stores.log_findings(log(4, 6), history()))) == 1
    assert len(list(stores.log_findings(log(4, 5, 6, 7, 5, 7), history()))) == 1


def test_a_publication_without_an_event_is_found():
    told = call("staff.publish", 90.0, entry=A, state="9")
    assert len(list(stores.log_findings(log(4, 5), history(told)))) == 1
    assert list(stores.log_findings(log(8, 9), history(told))) == []


def test_recovery_is_measured_from_the_mending():
    known = ledger((111.0, "1", "done"))
    looks = [look(name, 112.0 + place, {A: "1"}) for place, name in enumerate(WATCHED)]
    calls = history(call("talk.say", 112.0, "failed"), *looks)
    assert invariants.people_recovered(calls, DIALOGUE, 110.0) == 112.5
    assert invariants.events_recovered(calls, known, 110.0) == pytest.approx(115.1)
    assert invariants.events_recovered(history(*looks[:3]), known, 110.0) is None


def test_the_page_tells_of_rounds_findings_and_recovery():
    line = {
        "round": 0,
        "seed": 5,
        "kind": "kill",
        "target": "dialogue-2",
        "people_seconds": 1.0,
        "events_seconds": 2.5,
        "calls": {"cry": {"done": 3, "failed": 1}, "staff.publish": {"done": 4}},
        "findings": [["something was wrong", 2]],
    }
    page = table.page([line, {**line, "round": 1, "people_seconds": 3.0, "findings": []}])
    assert "**2 rounds** (seeds 5)" in page
    assert "| kill dialogue | 2 | 1.0 / 2.0 / 3.0 | 2.5 / 2.5 / 2.5 |" in page
    assert "2 × something was wrong" in page
    assert table.page([line], page + "By hand.\n").endswith(f"{table.BY_HAND}\nBy hand.\n")
