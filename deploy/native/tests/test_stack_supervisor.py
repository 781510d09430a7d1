"""Starting, watching and ending processes, with a small server of our own in place of the real ones."""

import io
import os
import signal
import sys
from pathlib import Path

import psutil
import pytest
from notalone_stack import cli, paths, probe, processes, state
from notalone_stack.errors import StackError
from notalone_stack.privilege import Account
from notalone_stack.progress import Progress
from notalone_stack.server import Launch, Wishes
from notalone_stack.supervisor import Health, Stack, tail

SELF = Account("self", os.getuid(), os.getgid(), changes=False)
SERVE = """
import http.server, pathlib, signal, subprocess, sys
stubborn = "import signal; signal.signal(signal.SIGTERM, signal.SIG_IGN); print(1, flush=True); signal.pause()"
child = subprocess.Popen([sys.executable, "-c", stubborn], stdout=subprocess.PIPE)
child.stdout.readline()
def end(*_):
    child.kill()
    sys.exit(0)
signal.signal(signal.SIGTERM, end)
pathlib.Path("child").write_text(str(child.pid))
print("serving", flush=True)
http.server.HTTPServer(("127.0.0.1", int(sys.argv[1])), http.server.SimpleHTTPRequestHandler).serve_forever()
"""


class Fake:
    """A server that starts a child, which only a KILL ends."""

    name = "fake"
    port_names = ("http",)
    secret_names = ("password",)
    start_seconds = 20.0
    stop_signal = signal.SIGTERM

    def __init__(self, script: str = SERVE) -> None:
        self.script = script

    def version(self):
        return "1"

    def install(self, cache):
        return Path(sys.prefix)

    def configure(self, place, wishes, account):
        (place.data / "seen").write_text(place.secrets["password"])

    def command(self, place, wishes):
        return Launch((sys.executable, "-c", self.script, str(place.port)), {"LANG": "C.UTF-8"}, place.data)

    def ready(self, place):
        return probe.get(place.port, "/")[0] == 200


class Bench:
    """A stack with one server, and what it says."""

    def __init__(self, folder: Path) -> None:
        self.paths = paths.Paths(stack=folder / "stack", data=folder / "stack" / "data", cache=folder / "cache")
        self.said = io.StringIO()

    def stack(self, server: Fake | None = None) -> Stack:
        return Stack(self.paths, SELF, [server or Fake()])

    def progress(self) -> Progress:
        return Progress(["fake"], self.said, terminal=False)

    def up(self, server: Fake | None = None) -> list[str]:
        return self.stack(server).up(Wishes(), self.progress())

    def record(self) -> state.Record:
        return state.read(self.paths.state)["fake"]

    def health(self) -> Health:
        return self.stack().status()[0].health

    def child(self) -> int:
        return int((self.paths.data / "fake" / "child").read_text())


def kill(record: state.Record) -> None:
    process = psutil.Process(record.pid)
    process.kill()
    process.wait()


@pytest.fixture
def bench(tmp_path):
    bench = Bench(tmp_path)
    yield bench
    bench.stack().down(bench.progress())


def test_a_server_is_up_then_down_and_what_it_started_is_gone(bench):
    assert bench.up() == []
    assert bench.health() is Health.UP
    assert bench.stack().status()[0].memory > 1_000_000
    child, record = bench.child(), bench.record()
    assert bench.stack().down(bench.progress()) == []
    assert not psutil.pid_exists(child) or psutil.Process(child).status() == psutil.STATUS_ZOMBIE
    assert bench.health() is Health.DOWN
    assert processes.members(record.pid, record.started) == []
    assert "stopped in" in bench.said.getvalue()


def test_a_second_up_leaves_a_running_server_alone(bench):
    bench.up()
    before = bench.record()
    bench.up()
    assert bench.record() == before
    assert "is up already" in bench.said.getvalue()


def test_down_may_be_repeated_and_may_come_before_any_up(bench):
    assert bench.stack().down(bench.progress()) == []
    bench.up()
    assert bench.stack().down(bench.progress()) == []
    assert bench.stack().down(bench.progress()) == []


def test_a_killed_server_is_dead_and_the_next_up_ends_its_orphans_and_keeps_its_address(bench):
    bench.up()
    before, orphan = bench.record(), bench.child()
    kill(before)
    assert bench.health() is Health.DEAD
    assert psutil.pid_exists(orphan)
    assert bench.up() == []
    after = bench.record()
    assert bench.health() is Health.UP
    assert (after.address, after.secrets) == (before.address, before.secrets)
    assert after.pid != before.pid
    assert not processes.runs(orphan, processes.start_time(orphan))


def test_down_after_a_kill_leaves_no_orphan(bench):
    bench.up()
    orphan = bench.child()
    kill(bench.record())
    bench.stack().down(bench.progress())
    assert not processes.runs(orphan, processes.start_time(orphan))
    assert bench.health() is Health.DOWN


def test_a_paused_server_is_not_ready_and_still_ends(bench, monkeypatch):
    monkeypatch.setattr(probe, "SECONDS", 0.3)
    monkeypatch.setattr("notalone_stack.supervisor.STOP_SECONDS", 0.3)
    bench.up()
    os.kill(bench.record().pid, signal.SIGSTOP)
    assert bench.health() is Health.NOT_READY
    assert bench.stack().down(bench.progress()) == ["fake"]
    assert bench.health() is Health.DOWN


def test_a_server_that_ends_at_once_is_told_with_its_last_lines(bench):
    assert bench.up(Fake("print('no such disk'); raise SystemExit(4)")) == ["fake"]
    assert "it ended with 4; its last lines:\nno such disk" in bench.said.getvalue()


def test_a_server_that_never_answers_is_told_after_its_time(bench):
    silent = Fake("import signal; print('thinking', flush=True); signal.pause()")
    silent.start_seconds = 0.5
    assert bench.up(silent) == ["fake"]
    assert "no answer after" in bench.said.getvalue()
    assert bench.health() is Health.NOT_READY


def test_a_program_that_cannot_be_installed_is_told_and_nothing_starts(bench):
    broken = Fake()

    def install(cache):
        raise StackError("Thing is missing: install Thing")

    broken.install = install
    assert bench.up(broken) == ["fake"]
    assert "not installed: Thing is missing: install Thing" in bench.said.getvalue()
    assert bench.health() is Health.DOWN


def test_data_are_erased_only_when_the_server_is_down(bench):
    bench.up()
    with pytest.raises(StackError, match="is not down"):
        bench.stack().erase()
    bench.stack().down(bench.progress())
    bench.stack().erase()
    assert not (bench.paths.data / "fake").exists()
    assert state.read(bench.paths.state) == {}


def test_data_whose_passwords_are_gone_with_the_state_file_begin_anew(bench):
    bench.up()
    bench.stack().down(bench.progress())
    (bench.paths.data / "fake" / "old").touch()
    bench.paths.state.unlink()

    assert bench.up() == []

    assert not (bench.paths.data / "fake" / "old").exists()
    assert (bench.paths.data / "fake" / "seen").read_text() == bench.record().secrets["password"]


def test_data_of_a_known_server_stay(bench):
    bench.up()
    bench.stack().down(bench.progress())
    (bench.paths.data / "fake" / "old").touch()

    bench.up()

    assert (bench.paths.data / "fake" / "old").exists()


def test_a_later_process_with_the_same_pid_is_not_taken_for_the_server():
    mine, started = os.getpid(), processes.start_time(os.getpid())
    assert processes.runs(mine, started)
    assert not processes.runs(mine, started - 60)
    assert processes.members(mine, started - 60) == []
    assert processes.end(mine, started - 60, with_signal=signal.SIGKILL, seconds=0.1)


@pytest.mark.parametrize("pid", [0, -1, 2**22 + 1])
def test_a_pid_that_nobody_has_does_not_run(pid):
    assert not processes.runs(pid, 1.0)
    assert processes.members(pid, 1.0) == []


def test_the_tail_of_a_log_is_its_last_lines_and_empty_without_a_file(tmp_path):
    log = tmp_path / "log"
    assert tail(log, 3) == ""
    log.write_bytes(b"1\n2\n\xff3\n")
    assert tail(log, 2) == "2\n\ufffd3"


def test_an_unknown_server_is_told_with_the_known_ones(capsys, monkeypatch, tmp_path):
    monkeypatch.setenv("NOTALONE_DATA_DIR", str(tmp_path))
    assert cli.main(["status", "mongodb"]) == 1
    assert "unknown: mongodb (there are postgres, kafka, keycloak, elasticsearch, minio)" in capsys.readouterr().err


def test_status_of_a_stack_that_was_never_started_says_down_and_is_not_zero(capsys, monkeypatch, tmp_path):
    monkeypatch.setenv("NOTALONE_DATA_DIR", str(tmp_path))
    assert cli.main(["status", "kafka"]) == cli.NOT_ALL_UP
    assert capsys.readouterr().out == "kafka          down\n"


def test_status_for_programs_has_no_credentials(bench, monkeypatch, capsys):
    bench.up()
    status = bench.stack().status()
    assert cli._status(status, as_json=True) == 0
    assert bench.record().secrets["password"] not in capsys.readouterr().out
