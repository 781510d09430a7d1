"""The process itself: where it listens, how it ends, what it says when it cannot start."""

import json
import shutil
import signal
import socket
from contextlib import closing
from urllib.parse import urlsplit

import httpx2
import psutil
import pytest
from backend import STOP_SECONDS, Environment
from talk import SEED_PROGRAMME, Talk, names

LONGEST_END = 20


def test_it_listens_and_talks_on_this_machine_only(environment, backend, talk):
    talk.say(talk.start(language="ja"), "家賃が払えません")
    process = psutil.Process(backend.process.pid)
    found = [one for part in (process, *process.children(recursive=True)) for one in part.net_connections("inet")]
    listening = {(one.laddr.ip, one.laddr.port) for one in found if one.status == psutil.CONN_LISTEN}
    assert len(listening) == environment.listeners
    assert {ip.removeprefix("::ffff:") for ip, _ in listening} == {"127.0.0.1"}
    assert {one.raddr.ip.removeprefix("::ffff:") for one in found if one.raddr} <= {"127.0.0.1", "::1"}


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_a_memo_under_way_is_finished_before_the_end(environment, tmp_path, number):
    # This client's connection stays open: one that only waits must not hold up the end.
    with environment.running(tmp_path / "state") as backend, httpx2.Client(base_url=backend.url, timeout=30) as http:
        sealed = Talk(http).start(language="ja")["conversation"]
        body = json.dumps({"conversation": sealed, "note": "最後のお願い"}).encode()
        at = urlsplit(backend.url)
        with closing(socket.create_connection((at.hostname, at.port), timeout=LONGEST_END)) as line:
            head = ["POST /v1/memos:render HTTP/1.1", "host: x", "content-type: application/json"]
            line.sendall("\r\n".join([*head, f"content-length: {len(body)}", "", ""]).encode() + body[:10])
            # The answer to another call shows that the first bytes have been read before the signal comes.
            assert httpx2.get(f"{backend.url}/healthz").status_code == 200
            backend.process.send_signal(number)
            wait_until_closed(at.hostname, at.port)
            line.sendall(body[10:])
            answer = read_all(line)
        assert answer.startswith(b"HTTP/1.1 200")
        assert b"%PDF-" in answer
        assert answer.rstrip().endswith(b"%%EOF")
        assert backend.process.wait(LONGEST_END) == 0
    assert "Traceback" not in backend.logged()


def wait_until_closed(host: str, port: int) -> None:
    """Returns once nobody takes calls any more."""
    for _ in range(10_000):
        try:
            with closing(socket.create_connection((host, port), timeout=1)):
                pass
        except OSError:
            return
    raise AssertionError("it still takes calls")


def read_all(line: socket.socket) -> bytes:
    parts = []
    while part := line.recv(65536):
        parts.append(part)
    return b"".join(parts)


def test_a_conversation_goes_on_in_another_process_with_the_same_keys(environment, backend, talk, tmp_path):
    turn = talk.choose(talk.start(language="ja"), "子育て")
    shutil.copytree(backend.state, tmp_path / "state")
    with environment.running(tmp_path / "state") as other, httpx2.Client(base_url=other.url, timeout=30) as http:
        going_on = Talk(http).say(turn, "親子で集まれる場所を知りたい")
    assert going_on["answers"][0]["labelJa"] == "子育て"
    assert SEED_PROGRAMME in names(going_on)


def test_a_port_that_is_taken_is_told_with_what_to_do(environment, tmp_path):
    with closing(socket.create_server(("127.0.0.1", 0))) as taken:
        code, said = run_to_its_end(environment, tmp_path, NOTALONE_HTTP_PORT=str(taken.getsockname()[1]))
    assert code not in {0, None}
    assert "NOTALONE_HTTP_PORT=" in said
    assert "Traceback" not in said


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("NOTALONE_HTTP_PORT", "70000"),
        ("NOTALONE_LOG_LEVEL", "LOUD"),
    ],
)
def test_a_wrong_setting_stops_the_start_and_is_named(environment, tmp_path, name, value):
    code, said = run_to_its_end(environment, tmp_path, **{name: value})
    assert code not in {0, None}
    assert name in said
    assert "Traceback" not in said


def test_a_state_folder_that_cannot_be_used_stops_the_start_and_is_named(environment, tmp_path):
    (tmp_path / "file").write_text("")
    code, said = run_to_its_end(environment, tmp_path, NOTALONE_DATA_DIR=str(tmp_path / "file" / "state"))
    assert code not in {0, None}
    assert str(tmp_path / "file") in said
    assert "Traceback" not in said


def run_to_its_end(environment: Environment, tmp_path, **settings: str) -> tuple[int | None, str]:
    with environment.start(tmp_path / "state", **settings) as process:
        try:
            stdout, stderr = process.communicate(timeout=STOP_SECONDS)
        finally:
            process.kill()
    return process.returncode, stdout + stderr
