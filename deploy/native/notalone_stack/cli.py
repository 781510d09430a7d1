"""The command: `python -m notalone_stack up | status | env | logs | down [server ...]`."""

from __future__ import annotations

import argparse
import json
import os
import shlex
import sys
from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path

from notalone_stack import environment, paths, privilege
from notalone_stack.cache import exclusive
from notalone_stack.errors import StackError
from notalone_stack.progress import Progress, line, size
from notalone_stack.server import Wishes
from notalone_stack.servers import NAMES, SERVERS
from notalone_stack.supervisor import Health, Stack, Status

LOG_LINES = 40
NOT_ALL_UP = 3


def main(arguments: Sequence[str] | None = None) -> int:
    """Runs one command; returns its exit code."""
    chosen = parser().parse_args(arguments)
    try:
        return _run(chosen)
    except StackError as error:
        sys.stderr.write(f"{error}\n")
        return 1


def parser() -> argparse.ArgumentParser:
    """The command line."""
    top = argparse.ArgumentParser(prog="notalone_stack", description="Real servers on this machine, loopback only.")
    commands = top.add_subparsers(dest="command", required=True)
    up = commands.add_parser("up", help="install what is missing and start what does not run")
    up.add_argument("--load", action="store_true", help="let Java compile fully: starts slower, works faster")
    up.add_argument("--realm", type=Path, help="a Keycloak realm file to import, if that realm does not exist yet")
    status = commands.add_parser("status", help="how each server is; exit code 3 unless all are up")
    status.add_argument("--json", action="store_true", help="for programs; without credentials")
    env = commands.add_parser("env", help="the backend's settings for these servers, for a shell; holds credentials")
    logs = commands.add_parser("logs", help="the last lines of each server")
    logs.add_argument("-n", type=int, default=LOG_LINES, dest="lines", help=f"how many (default {LOG_LINES})")
    down = commands.add_parser("down", help="stop in reverse order; data stay")
    down.add_argument("--erase", action="store_true", help="also remove data, logs and credentials")
    for command in (up, status, env, logs, down):
        command.add_argument("servers", nargs="*", metavar="server", help=f"some of: {', '.join(NAMES)}")
    return top


def _run(chosen: argparse.Namespace) -> int:
    unknown = sorted({*chosen.servers} - {*NAMES})
    if unknown:
        raise StackError(f"unknown: {', '.join(unknown)} (there are {', '.join(NAMES)})")
    servers = [server for server in SERVERS if not chosen.servers or server.name in chosen.servers]
    account = privilege.choose()
    places = paths.resolve(os.environ, account, home=Path.home())
    if chosen.command in {"up", "down"}:
        with exclusive(places.lock):
            return _change(chosen, Stack(places, account, servers), [server.name for server in servers])
    stack = Stack(places, account, servers)
    if chosen.command == "status":
        return _status(stack.status(), as_json=chosen.json)
    if chosen.command == "env":
        return _environment(stack.status())
    for server in servers:
        text = stack.log_tail(server.name, chosen.lines)
        sys.stdout.write(f"==> {server.name} ({places.log(server.name)})\n{text}\n")
    return 0


def _change(chosen: argparse.Namespace, stack: Stack, names: list[str]) -> int:
    progress = Progress(names, sys.stdout, terminal=sys.stdout.isatty())
    if chosen.command == "up":
        realm = None if chosen.realm is None else chosen.realm.resolve(strict=True)
        return 1 if stack.up(Wishes(quick=not chosen.load, realm=realm), progress) else 0
    stack.down(progress)
    if chosen.erase:
        stack.erase()
    return 0


def _status(found: list[Status], *, as_json: bool) -> int:
    if as_json:
        sys.stdout.write(json.dumps([_public(status) for status in found], indent=2) + "\n")
    else:
        sys.stdout.writelines(line(status.name, _words(status)) + "\n" for status in found)
    return 0 if all(status.health is Health.UP for status in found) else NOT_ALL_UP


def _environment(found: list[Status]) -> int:
    missing = [status.name for status in found if status.record is None or status.health is not Health.UP]
    if missing:
        raise StackError(f"not up: {', '.join(missing)} (make stack-up)")
    told = environment.settings({status.name: status.record for status in found if status.record is not None})
    sys.stdout.writelines(f"{name}={shlex.quote(value)}\n" for name, value in told.items())
    return 0


def _words(status: Status) -> str:
    if status.record is None or status.health is Health.DOWN:
        return status.health
    what = f"{status.health:<10} {status.record.address:<16} pid {status.record.pid:<8} {size(status.memory):>7}"
    return f"{what}  {status.record.version}"


def _public(status: Status) -> dict[str, object]:
    record = {} if status.record is None else asdict(status.record)
    record.pop("secrets", None)
    return {"name": status.name, "health": status.health.value, "memory": status.memory, **record}
