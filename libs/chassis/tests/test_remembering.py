"""A memory outlives its process, is shared by several, and is never a reason to fail."""

import json
import stat
import subprocess
import sys
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from notalone_chassis.remembering import Memory
from notalone_kernel import left_out
from notalone_kernel.left_out import LeftOut
from structlog.testing import capture_logs

WRONG = {"a-line": LeftOut(2, values=frozenset({"0120-279-338"}))}


@pytest.fixture
def file(tmp_path) -> Path:
    return tmp_path / "service" / "left_out.json"


def memory(file: Path) -> Memory:
    return Memory(file, left_out, service="test")


async def test_it_is_known_at_the_next_start(file):
    assert memory(file).known is None
    await memory(file).keep(WRONG)
    assert memory(file).known == WRONG


async def test_only_its_owner_reads_it_and_nothing_is_left_beside_it(file):
    await memory(file).keep(WRONG)
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert stat.S_IMODE(file.parent.stat().st_mode) == 0o700
    assert {each.name for each in file.parent.iterdir()} == {"left_out.json", "left_out.lock"}


async def test_what_has_not_changed_is_not_written_again(file):
    kept = memory(file)
    await kept.keep(WRONG)
    file.unlink()
    await kept.keep(WRONG)
    assert not file.exists()
    again = memory(file)
    await again.keep(WRONG)
    assert file.exists()


async def test_two_processes_keep_what_both_know(file):
    one, two = memory(file), memory(file)
    await one.keep(WRONG)
    await two.keep({"a-desk": LeftOut(1, whole=True)})
    await one.keep({"a-line": LeftOut(3)})
    assert memory(file).known == {"a-desk": LeftOut(1, whole=True), "a-line": LeftOut(3)}


def test_many_processes_that_write_at_once_lose_nothing(file):
    script = """
import asyncio, sys
from pathlib import Path
from notalone_chassis.remembering import Memory
from notalone_kernel import left_out
from notalone_kernel.left_out import LeftOut
async def main(mine):
    memory = Memory(Path(sys.argv[1]), left_out, service="test")
    for revision in range(20):
        await memory.keep({mine: LeftOut(revision, whole=True)})
asyncio.run(main(sys.argv[2]))
"""
    names = ["a", "b", "c"]
    processes = [subprocess.Popen([sys.executable, "-c", script, str(file), name]) for name in names]
    assert [process.wait(60) for process in processes] == [0, 0, 0]
    assert memory(file).known == dict.fromkeys(names, LeftOut(19, whole=True))


@pytest.mark.parametrize("spoilt", [b"", b"{", b"[]", b"\xff", b'"a"', b"[" * 100_000, b"9" * 10_000])
async def test_a_spoilt_file_is_not_known_and_is_said_and_the_next_value_replaces_it(file, spoilt):
    file.parent.mkdir()
    file.write_bytes(spoilt)
    with capture_logs() as logged:
        found = memory(file)
    assert found.known is None
    assert [line["event"] for line in logged] == ["memory_not_read"]
    await found.keep(WRONG)
    assert memory(file).known == WRONG


async def test_a_folder_that_cannot_be_written_is_said_and_tried_again(file):
    file.parent.write_text("a file where the folder should be")
    with capture_logs() as logged:
        kept = memory(file)
        await kept.keep(WRONG)
    assert "memory_not_written" in [line["event"] for line in logged]
    file.parent.unlink()
    await kept.keep(WRONG)
    assert memory(file).known == WRONG


@settings(deadline=None)
@given(st.binary(max_size=200) | st.recursive(st.none(), st.lists).map(json.dumps).map(str.encode))
def test_whatever_stands_in_the_file_it_starts(tmp_path_factory, content):
    file = tmp_path_factory.mktemp("memory") / "left_out.json"
    file.write_bytes(content)
    assert memory(file).known in (None, {})


@settings(deadline=None)
@given(st.integers(0, 200), st.binary(min_size=1, max_size=3))
def test_a_file_with_a_fault_anywhere_is_read_or_left_alone(tmp_path_factory, at, fault):
    file = tmp_path_factory.mktemp("memory") / "left_out.json"
    whole = json.dumps(left_out.dump(WRONG)).encode()
    file.write_bytes(whole[:at] + fault + whole[at + len(fault) :])
    known = memory(file).known
    assert known is None or all(isinstance(each, LeftOut) for each in known.values())
