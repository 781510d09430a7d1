"""What only several processes can show: one is killed, one hangs, and people hardly notice."""

import json
import os
import signal
import threading

import httpx2
import psutil
import pytest
import servers
from notalone_stack.processes import members as processes_of
from talk import Talk

BOUND = 30
pytestmark = pytest.mark.timeout(180)


@pytest.fixture
def real(real_environment, tmp_path):
    with real_environment.running(tmp_path / "state") as backend:
        yield backend


def processes(backend) -> dict[str, dict]:
    return {one["name"]: one for one in json.loads((backend.state / "processes.json").read_text())["processes"]}


def until_serving(url: str, *, seconds: float = BOUND) -> None:
    """Returns once every part is there; the answer of `/readyz` is worth no more than the moment."""
    with httpx2.Client(base_url=url, transport=httpx2.HTTPTransport(retries=3), timeout=seconds) as http:
        for _ in range(1000):
            if http.get("/readyz").status_code == 200:
                return
            threading.Event().wait(0.05)
    raise AssertionError("not ready again")


@pytest.mark.parametrize("name", servers.NAMES)
def test_a_real_server_listens_on_this_machine_only(name):
    record = servers.records(name)[name]
    found = [one for part in processes_of(record.pid, record.started) for one in part.net_connections("inet")]
    listening = {(one.laddr.ip.removeprefix("::ffff:"), one.laddr.port) for one in found if one.status == "LISTEN"}
    assert {port for _, port in listening} >= set(record.ports.values())
    assert {ip for ip, _ in listening} <= {"127.0.0.1", "::1"}


def test_conversations_go_on_while_processes_are_killed_and_each_comes_back(real):
    before = processes(real)
    with httpx2.Client(base_url=real.url, timeout=BOUND) as http:
        talk = Talk(http)
        turn = talk.start(language="ja")
        for name in ("dialogue-1", "catalog-2"):
            os.kill(before[name]["pid"], signal.SIGKILL)
            psutil.wait_procs(
                [psutil.Process(before[name]["pid"])] if psutil.pid_exists(before[name]["pid"]) else [], BOUND
            )
            # The one that is left opens what the other sealed, and searches.
            for _ in range(4):
                turn = talk.say(turn, "家賃が払えません")
                assert turn["suggestions"]
                assert http.post("/v1/programmes:search", json={"query": "家賃"}).json()["programmes"]
        os.kill(before["pdf"]["pid"], signal.SIGKILL)
        while processes(real)["pdf"]["restarts"] == 0:
            threading.Event().wait(0.05)
        until_serving(real.url)
        assert http.post("/v1/memos:render", json={"conversation": turn["conversation"]}).content.startswith(b"%PDF-")
    after = processes(real)
    assert {name for name in before if after[name]["restarts"]} == {"dialogue-1", "catalog-2", "pdf"}
    assert {name: one["address"] for name, one in after.items()} == {
        name: one["address"] for name, one in before.items()
    }


def test_a_second_signal_ends_all_at_once_also_what_hangs(real):
    family = psutil.Process(real.process.pid).children(recursive=True)
    assert len(family) == len(processes(real))
    psutil.Process(processes(real)["portal_link"]["pid"]).suspend()
    real.process.send_signal(signal.SIGTERM)
    # The gateway is gone: the drain is under way, and would wait for the one that hangs.
    psutil.wait_procs([one for one in family if one.pid == processes(real)["gateway"]["pid"]], BOUND)
    real.process.send_signal(signal.SIGINT)
    assert real.process.wait(BOUND) == 1
    assert psutil.wait_procs(family, BOUND)[1] == []


def test_nothing_is_left_after_the_supervisor_is_killed(real):
    family = psutil.Process(real.process.pid).children(recursive=True)
    psutil.Process(processes(real)["dialogue-2"]["pid"]).suspend()
    real.process.kill()
    assert psutil.wait_procs(family, BOUND)[1] == []


def test_what_keeps_a_service_from_starting_is_shown_and_nothing_stays(real_environment, tmp_path):
    keys = tmp_path / "keys"
    keys.mkdir()
    with real_environment.start(tmp_path / "state", NOTALONE_DIALOGUE_KEY_FILE=str(keys)) as process:
        try:
            _, said = process.communicate(timeout=90)
        finally:
            process.kill()
    assert process.returncode == 1
    assert str(keys) in said
    assert "dialogue" in said
    assert "Traceback" not in said
