"""Folders, ports, the state file, lines of progress."""

import io
import json
import random
import socket
import threading
from pathlib import Path

import pytest
from notalone_stack import paths, ports, state
from notalone_stack.cache import Cache
from notalone_stack.errors import StackError
from notalone_stack.privilege import Account
from notalone_stack.progress import Progress, size

SELF = Account("self", 1000, 1000, changes=False)
DROPPED = Account("nobody", 65534, 65534, changes=True)
RECORD = state.Record(
    version="1",
    program="/p",
    data="/d",
    log="/l",
    ports={"http": 20_001},
    secrets={"password": "hush"},
    pid=7,
    started=1.5,
)


def test_a_users_programs_are_cached_at_home_and_data_lie_below_the_named_folder(tmp_path):
    found = paths.resolve({"NOTALONE_DATA_DIR": str(tmp_path)}, SELF, home=Path("/home/a"))
    assert (found.cache, found.stack) == (Path("/home/a/.cache/notalone"), tmp_path / "stack")
    assert found.data == found.stack / "data"


def test_the_cache_may_be_put_elsewhere(tmp_path):
    found = paths.resolve({"NOTALONE_CACHE_DIR": str(tmp_path / "c")}, SELF, home=Path("/h"))
    assert found.cache == tmp_path / "c"


def test_data_of_a_server_that_may_not_enter_roots_folder_lie_where_it_may(tmp_path):
    tmp_path.chmod(0o700)
    closed = tmp_path / "state"
    found = paths.resolve({"NOTALONE_DATA_DIR": str(closed)}, DROPPED, home=Path("/root"))
    other = paths.resolve({"NOTALONE_DATA_DIR": str(closed / "b")}, DROPPED, home=Path("/root"))
    assert found.stack == closed / "stack"
    assert found.data.parent == Path("/var/lib/notalone")
    assert found.data != other.data
    assert found.cache == Path("/var/cache/notalone")


def test_a_cache_that_the_servers_cannot_enter_is_refused_with_its_name(tmp_path):
    tmp_path.chmod(0o700)
    environment = {"NOTALONE_DATA_DIR": "/srv", "NOTALONE_CACHE_DIR": str(tmp_path)}
    with pytest.raises(StackError, match="nobody runs the servers and cannot enter NOTALONE_CACHE_DIR"):
        paths.resolve(environment, DROPPED, home=Path("/root"))


def test_ports_stay_what_they_were_so_that_clients_find_a_restarted_server():
    first = ports.choose(["a", "b"], before={}, taken=set(), chance=random.Random(1))
    again = ports.choose(["a", "b"], before=first, taken=set(), chance=random.Random(2))
    assert again == first
    assert len(set(first.values())) == 2


def test_a_port_that_somebody_else_took_meanwhile_is_replaced():
    with socket.create_server(("127.0.0.1", 0)) as other:
        taken = other.getsockname()[1]
        chosen = ports.choose(["a"], before={"a": taken}, taken=set(), chance=random.Random(1))
    assert chosen["a"] != taken


def test_a_port_that_is_taken_on_all_addresses_is_not_free():
    with socket.create_server(("0.0.0.0", 0)) as other:
        assert not ports.is_free(other.getsockname()[1])


def test_waiting_for_a_port_ends_when_it_is_given_back_or_the_time_is_over():
    with socket.create_server(("127.0.0.1", 0)) as other:
        port = other.getsockname()[1]
        assert not ports.wait_until_free([port], seconds=0.1)
        threading.Timer(0.1, other.close).start()
        assert ports.wait_until_free([port], seconds=20)


def test_no_two_servers_of_a_stack_get_the_same_port():
    taken = set(range(ports.FIRST, ports.LAST))
    assert set(ports.choose(["a"], before={}, taken=taken, chance=random.Random(3)).values()) == {ports.LAST}
    with pytest.raises(StackError, match="no free port"):
        ports.choose(["a", "b"], before={}, taken=taken, chance=random.Random(3))


def test_the_state_file_is_read_as_it_was_written_and_only_its_owner_may_read_it(tmp_path):
    path = tmp_path / "stack" / "state.json"
    state.write(path, {"kafka": RECORD})
    state.write(path, {"kafka": RECORD, "minio": RECORD.stopped()})
    assert state.read(path) == {"kafka": RECORD, "minio": RECORD.stopped()}
    assert path.stat().st_mode & 0o777 == 0o600
    assert list(path.parent.iterdir()) == [path]


def test_a_record_never_prints_its_secrets():
    assert "hush" not in repr(RECORD)
    assert RECORD.address == "127.0.0.1:20001"


def test_a_stopped_server_keeps_its_ports_and_credentials():
    stopped = RECORD.stopped()
    assert (stopped.pid, stopped.ports, stopped.secrets) == (0, RECORD.ports, RECORD.secrets)


@pytest.mark.parametrize("content", ["", "[]", '{"format": 1}', '{"format": 1, "servers": {"a": {"no": 1}}}'])
def test_a_broken_state_file_is_told_rather_than_overwritten(content, tmp_path):
    path = tmp_path / "state.json"
    path.write_text(content)
    with pytest.raises(StackError, match="cannot be read"):
        state.read(path)


def test_a_state_file_of_another_version_is_told(tmp_path):
    path = tmp_path / "state.json"
    path.write_text(json.dumps({"format": 99, "servers": {}}))
    with pytest.raises(StackError, match="another version"):
        state.read(path)


def test_a_program_is_built_once_and_again_when_its_recipe_changes_or_the_build_was_cut_short(tmp_path):
    cache, built = Cache(tmp_path), []

    def build(folder: Path) -> None:
        built.append(folder)
        (folder / "part").mkdir()
        if len(built) == 1:
            raise OSError("cut short")

    with pytest.raises(OSError, match="cut short"):
        cache.once("p", "1", "recipe", build=build)
    first = cache.once("p", "1", "recipe", build=build)
    assert cache.once("p", "1", "recipe", build=build) == first
    assert cache.once("p", "1", "other", build=build) != first
    assert len(built) == 3


def test_everybody_may_read_an_installed_program_and_only_its_installer_may_change_it(tmp_path):
    def build(folder: Path) -> None:
        (folder / "inner").mkdir(mode=0o700)
        (folder / "inner" / "settings").touch(mode=0o600)
        (folder / "run").touch()
        (folder / "run").chmod(0o777)

    folder = Cache(tmp_path).once("p", "1", "recipe", build=build)
    modes = {path.name: path.stat().st_mode & 0o777 for path in folder.rglob("*")}
    assert modes == {"inner": 0o755, "settings": 0o644, "run": 0o755, ".complete": modes[".complete"]}


def test_off_a_terminal_each_server_has_one_line_when_it_is_done():
    output = io.StringIO()
    progress = Progress(["kafka", "minio"], output, terminal=False)
    progress.tell("kafka", "starting ...", passing=True)
    progress.tell("kafka", "up")
    progress.tell("minio", "up")
    assert output.getvalue().splitlines() == ["kafka          up", "minio          up"]


def test_on_a_terminal_the_lines_are_drawn_over():
    output = io.StringIO()
    progress = Progress(["kafka", "minio"], output, terminal=True)
    progress.tell("minio", "starting ...", passing=True)
    progress.tell("minio", "up")
    assert output.getvalue().split("\x1b[2A\x1b[J")[-1].splitlines() == ["kafka          waiting", "minio          up"]


@pytest.mark.parametrize(("count", "words"), [(67_400_000, "67 MB"), (1_540_000_000, "1.5 GB"), (0, "0 MB")])
def test_sizes_are_told_as_people_read_them(count, words):
    assert size(count) == words
