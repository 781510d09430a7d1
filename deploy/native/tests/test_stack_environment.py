"""The settings that the backend gets for the servers."""

import subprocess

import pytest
from notalone_stack import cli, environment, state
from notalone_stack.servers import NAMES
from notalone_stack.supervisor import Health, Status


def record(**secrets: str) -> state.Record:
    return state.Record(version="1", program="", data="", log="", ports={"first": 20_001}, secrets=secrets, pid=1)


RECORDS = {
    "postgres": record(password="p/w@'$(x) y"),
    "kafka": record(),
    "keycloak": record(admin_password="admin's"),
    "elasticsearch": record(),
    "minio": record(root_password="s3'$HOME", kms_seed="seed"),
}


def test_every_server_is_told_of():
    assert set(environment.TOLD) == set(NAMES)
    for name in NAMES:
        assert any("127.0.0.1:20001" in value for value in environment.settings({name: RECORDS[name]}).values())


def test_what_is_printed_comes_out_of_a_shell_as_it_was(capsys, monkeypatch):
    found = [Status(name, Health.UP, one) for name, one in RECORDS.items()]
    monkeypatch.setattr(cli.Stack, "status", lambda _: found)
    assert cli.main(["env"]) == 0
    script = f"set -a; {capsys.readouterr().out}\nenv -0"
    answer = subprocess.run(
        ["sh", "-c", script], env={"PATH": "/usr/bin:/bin"}, capture_output=True, text=True, check=True
    )
    told = dict(line.split("=", 1) for line in answer.stdout.split("\0") if line.startswith("NOTALONE_"))
    assert told == environment.settings(RECORDS)


def test_the_administrators_of_the_servers_are_told_to_nobody():
    told = " ".join(environment.settings(RECORDS).values())
    assert "admin's" not in told
    assert "seed" not in told


@pytest.mark.parametrize("health", [Health.DOWN, Health.DEAD, Health.NOT_READY])
def test_a_server_that_is_not_up_is_told_with_what_to_do(capsys, monkeypatch, health):
    monkeypatch.setattr(cli.Stack, "status", lambda _: [Status("kafka", health, RECORDS["kafka"])])
    assert cli.main(["env"]) == 1
    said = capsys.readouterr()
    assert said.out == ""
    assert "kafka" in said.err
    assert "make stack-up" in said.err
