"""Processes are started in order, kept running, and never left behind."""

import json
import os
import signal
import subprocess
import sys
import textwrap
from collections.abc import AsyncIterator
from pathlib import Path

import psutil
import pytest
from awaiting import until
from notalone_app.real.child import Program, named
from notalone_app.real.keeper import NotStarted
from notalone_app.real.supervisor import Planned, Supervisor

# Writes down when it starts and when it is told to end; what it is asked to do stands in its arguments.
PROGRAM = """
import pathlib, signal, sys, time
name, diary, how = sys.argv[1], pathlib.Path(sys.argv[2]), sys.argv[3]
def note(word):
    with diary.open("a") as out:
        out.write(word + " " + name + "\\n")
def end(*_):
    note("ended")
    sys.exit(0)
print("hello from " + name, flush=True)
if how == "fails":
    sys.exit(3)
signal.signal(signal.SIGTERM, signal.SIG_IGN if how == "stubborn" else end)
note("started")
while True:
    time.sleep(60)
"""
BOUND = 30.0


class Stage:
    """A folder with the diary that all programs write, and what the supervisor said and passed on."""

    def __init__(self, folder: Path):
        self.diary, self.file = folder / "diary", folder / "state" / "processes.json"
        self.passed_on: list[bytes] = []
        self.told: list[str] = []

    def planned(self, name: str, how: str = "runs") -> Planned:
        async def serves() -> bool:
            return f"started {name}" in self.written()

        command = (sys.executable, "-I", "-S", "-c", PROGRAM, name, str(self.diary), how)
        program = Program(name=name, command=command, environment={"LANG": "C.UTF-8"})
        return Planned(program=program, kind=name, address="127.0.0.1:1", metrics="", serves=serves)

    def supervisor(self, *stages: list[Planned]) -> Supervisor:
        return Supervisor(stages, file=self.file, out=self.passed_on.append, tell=self.told.append)

    def written(self) -> list[str]:
        return self.diary.read_text().splitlines() if self.diary.exists() else []

    def processes(self) -> dict[str, dict]:
        return {one["name"]: one for one in json.loads(self.file.read_text())["processes"]}


@pytest.fixture
async def stage(tmp_path) -> AsyncIterator[Stage]:
    yield Stage(tmp_path)
    assert psutil.Process().children(recursive=True) == []


async def test_stages_start_one_after_another_and_end_in_reverse(stage):
    supervisor = stage.supervisor([stage.planned("first")], [stage.planned("second")], [stage.planned("third")])
    await supervisor.start()
    assert stage.written() == ["started first", "started second", "started third"]
    assert {name: psutil.pid_exists(one["pid"]) for name, one in stage.processes().items()} == {
        "first": True,
        "second": True,
        "third": True,
    }
    await supervisor.stop(BOUND)
    assert stage.written()[3:] == ["ended third", "ended second", "ended first"]
    assert not stage.file.exists()


@pytest.mark.parametrize("number", [signal.SIGKILL, signal.SIGTERM])
async def test_a_process_that_ends_is_started_again_and_written_down(stage, number):
    supervisor = stage.supervisor([stage.planned("one"), stage.planned("other")])
    await supervisor.start()
    before = stage.processes()
    os.kill(before["one"]["pid"], number)
    await until(lambda: stage.processes()["one"]["restarts"] == 1)
    after = stage.processes()
    assert after["one"]["pid"] != before["one"]["pid"]
    assert after["other"] == before["other"]
    await until(lambda: stage.written().count("started one") == 2)
    await supervisor.stop(BOUND)
    assert any("one ended with" in told for told in stage.told)


async def test_one_that_ends_at_its_first_start_stops_the_start_and_what_it_said_is_seen(stage):
    supervisor = stage.supervisor([stage.planned("one")], [stage.planned("broken", "fails")])
    with pytest.raises(NotStarted, match="broken"):
        await supervisor.start()
    await supervisor.stop(BOUND)
    assert b"broken | hello from broken\n" in stage.passed_on


async def test_one_that_does_not_end_in_time_is_killed(stage):
    supervisor = stage.supervisor([stage.planned("stubborn", "stubborn")])
    await supervisor.start()
    await supervisor.stop(0.2)
    assert any("is killed" in told for told in stage.told)


async def test_a_stop_while_a_process_waits_to_be_started_again_starts_nothing(stage):
    supervisor = stage.supervisor([stage.planned("one")])
    await supervisor.start()
    os.kill(stage.processes()["one"]["pid"], signal.SIGKILL)
    await until(lambda: stage.told)
    await supervisor.stop(BOUND)


async def test_all_can_be_ended_at_once(stage):
    supervisor = stage.supervisor([stage.planned("stubborn", "stubborn"), stage.planned("one")])
    await supervisor.start()
    supervisor.kill()
    await supervisor.stop(BOUND)
    assert "ended one" not in stage.written()


SUPERVISOR = """
import asyncio, sys
from pathlib import Path
from notalone_app.real.child import Program
from notalone_app.real.supervisor import Planned, Supervisor

def planned(name):
    ready = Path(sys.argv[1]).with_name(name)

    async def serves():
        return ready.exists()

    sleeping = f"import pathlib, time; pathlib.Path({str(ready)!r}).touch(); time.sleep(600)"
    program = Program(name=name, command=(sys.executable, "-c", sleeping), environment={})
    return Planned(program=program, kind="x", address="", metrics="", serves=serves)

async def main():
    await Supervisor([[planned("one"), planned("other")]], file=Path(sys.argv[1]), out=print, tell=print).start()
    print("started", flush=True)
    await asyncio.sleep(600)

asyncio.run(main())
"""


def test_nothing_is_left_when_the_supervisor_is_killed_not_even_what_is_paused(tmp_path):
    file = tmp_path / "processes.json"
    command = [sys.executable, "-c", textwrap.dedent(SUPERVISOR), str(file)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        try:
            assert process.stdout.readline() == "started\n"
            children = [psutil.Process(one["pid"]) for one in json.loads(file.read_text())["processes"]]
            assert len(children) == 2
            children[0].suspend()
        finally:
            process.kill()
    _, alive = psutil.wait_procs(children, timeout=BOUND)
    for left in alive:
        left.kill()
    assert alive == []


def test_a_line_bears_the_name_of_its_process_and_json_stays_json():
    assert json.loads(named(b'{"event": "serving"}', "dialogue-2")) == {"process": "dialogue-2", "event": "serving"}
    assert named("家".encode(), "pdf") == "pdf | 家\n".encode()
    assert named(b"{ not json", "pdf") == b"pdf | { not json\n"
