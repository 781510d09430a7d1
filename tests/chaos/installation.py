"""What is broken: five servers of its own and the backend as `run-real` starts it, all in one folder."""

from __future__ import annotations

import asyncio
import json
import os
import signal
import subprocess
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from random import SystemRandom
from typing import Any

import psutil
from backend import REAL_BACKEND, ROOT, settings
from keycloak_realm import KeycloakRealm
from notalone_app.real import ports
from notalone_stack import environment, processes, state
from servers import Server

from chaos.proxy import Proxy

REALM_FILE = ROOT / "deploy" / "keycloak" / "realm.json"
SERVERS = ("postgres", "kafka", "elasticsearch", "minio", "keycloak")
# Kafka names its brokers itself: a client goes past whatever stands before it.
BEHIND_PROXY = ("postgres", "elasticsearch", "minio", "keycloak")
PROCESSES = ("gateway", "catalog-1", "catalog-2", "dialogue-1", "dialogue-2", "pdf", "portal_link", "notify")
REPLICAS = "dialogue=2,catalog=2"
INTERNAL_KEY = "known-to-this-installation-alone"
START_SECONDS = 240
SMALL_BYTES = 24 * 1024 * 1024
STOP_SECONDS = 60


class NotUp(AssertionError):
    """The installation did not come up: nothing is said about the backend."""


class OwnStack:
    """Servers that nobody else uses; each command is one of `notalone_stack`."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def record(self, name: str) -> state.Record:
        """What is known of a server."""
        return state.read(self._folder / "stack" / "state.json")[name]

    async def up(self, *names: str) -> None:
        """Starts what does not run, and returns when it answers."""
        await self._command("up", "--realm", str(REALM_FILE), *names)

    async def down(self, *names: str) -> None:
        """Ends in order."""
        await self._command("down", *names)

    def signal(self, name: str, number: signal.Signals) -> None:
        """To every process of a server at once."""
        record = self.record(name)
        for one in processes.members(record.pid, record.started):
            _signal(one.pid, number)

    async def _command(self, *arguments: str) -> None:
        process = await asyncio.create_subprocess_exec(
            sys.executable,
            "-m",
            "notalone_stack",
            *arguments,
            env={**os.environ, "PYTHONPATH": str(ROOT / "deploy" / "native"), "NOTALONE_DATA_DIR": str(self._folder)},
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.STDOUT,
        )
        said, _ = await process.communicate()
        if process.returncode:
            raise NotUp(said.decode(errors="replace")[-2000:])


def _signal(pid: int, number: signal.Signals) -> None:
    try:
        os.kill(pid, number)
    except ProcessLookupError:
        return


@dataclass(frozen=True, slots=True)
class Place:
    """A process of the backend now; `pid` is 0 between two runs."""

    name: str
    kind: str
    pid: int
    address: str


class Backend:
    """`run-real`, told of the servers by way of proxies."""

    def __init__(self, folder: Path, told: Mapping[str, str]) -> None:
        self._folder = folder
        self._told = dict(told)
        self._process: asyncio.subprocess.Process | None = None
        self.url = ""

    async def start(self, **more: str) -> None:
        """Returns when all serve.

        Raises:
            NotUp: they do not.
        """
        self._folder.mkdir(parents=True, exist_ok=True)
        clean = {name: value for name, value in os.environ.items() if not name.startswith("NOTALONE_")}
        # What it says goes to a file: nobody would empty a pipe in time.
        with (self._folder.parent / "backend.log").open("ab") as log:
            self._process = await asyncio.create_subprocess_exec(
                sys.executable,
                *REAL_BACKEND,
                env=clean | settings(self._folder) | self._told | more,
                stdout=asyncio.subprocess.PIPE,
                stderr=log,
                start_new_session=True,
            )
        try:
            await asyncio.wait_for(self._until_ready(), START_SECONDS)
        except TimeoutError:
            await self.stop()
            raise NotUp("the backend is not ready") from None

    async def _until_ready(self) -> None:
        assert self._process is not None
        assert self._process.stdout is not None
        async for line in self._process.stdout:
            _, found, address = line.decode().partition("ready: ")
            if found:
                self.url = address.split()[0]
                return
        raise NotUp("the backend ended at its start: see backend.log")

    async def stop(self) -> None:
        """Ends it in order, and at last all the same."""
        if self._process is None or self._process.returncode is not None:
            return
        self._process.terminate()
        try:
            await asyncio.wait_for(self._process.wait(), STOP_SECONDS)
        except TimeoutError:
            self._process.kill()
            await self._process.wait()

    def places(self) -> dict[str, Place]:
        """The processes by name; none while the supervisor is not there."""
        try:
            found: list[dict[str, Any]] = json.loads((self._folder / "processes.json").read_text())["processes"]
        except (OSError, ValueError):
            return {}
        return {one["name"]: Place(one["name"], one["kind"], one["pid"], one["address"]) for one in found}

    def signal(self, name: str, number: signal.Signals) -> None:
        """To one process, if it runs now."""
        pid = self.places()[name].pid
        if pid and psutil.pid_exists(pid):
            _signal(pid, number)


class Installation:
    """Servers, proxies and backend together.

    Attributes:
        own_servers: Whether nobody else uses the servers.
        small: Whether the backend's data folder is a small file system of its own.
        told: What the backend is told.
        realm: Where its staff and agencies sign in.
    """

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.own_servers = True
        self.site = folder / "site"
        self.small = False
        self.stack = OwnStack(folder)
        self.proxies: dict[str, Proxy] = {}
        self.backend = Backend(self.site, {})
        self.told: dict[str, str] = {}
        self.realm: KeycloakRealm

    async def start(self) -> None:
        """Starts what does not run yet."""
        self.site.mkdir(parents=True, exist_ok=True)
        self.small = _mount(self.site)
        await self.stack.up()
        records = {name: self.stack.record(name) for name in SERVERS}
        keycloak = Server(address=records["keycloak"].address, secrets=dict(records["keycloak"].secrets))
        self.realm = KeycloakRealm(keycloak, environment.REALM)
        await self.start_backend(environment.settings(records), {name: one.address for name, one in records.items()})

    async def start_on(self, servers: Mapping[str, str], told: Mapping[str, str], realm: KeycloakRealm) -> None:
        """Starts on servers that others use too, with names of its own there; `servers` are addresses by name."""
        self.own_servers = False
        self.realm = realm
        self.site.mkdir(parents=True, exist_ok=True)
        await self.start_backend({**told, "NOTALONE_OIDC_ISSUER": realm.issuer}, servers)

    async def start_backend(self, servers_told: Mapping[str, str], servers: Mapping[str, str]) -> None:
        """Starts the backend, with a proxy before each server that can have one."""
        told = dict(servers_told)
        for name in BEHIND_PROXY:
            self.proxies[name] = Proxy(servers[name])
            through = await self.proxies[name].start()
            if name == "keycloak":
                keys = f"{told['NOTALONE_OIDC_ISSUER']}/protocol/openid-connect/certs"
                told["NOTALONE_OIDC_JWKS_URL"] = keys.replace(servers[name], through)
            else:
                told = {key: value.replace(servers[name], through) for key, value in told.items()}
        told |= {
            "NOTALONE_REPLICAS": REPLICAS,
            "NOTALONE_INTERNAL_KEY": INTERNAL_KEY,
            "NOTALONE_NOTIFY_GATHER_SECONDS": "2",
            "NOTALONE_LOG_LEVEL": "WARNING",
            # The same after it was started anew.
            "NOTALONE_HTTP_PORT": str(next(ports.free(SystemRandom()))),
        }
        self.told = told
        self.backend = Backend(self.site, told)
        await self.backend.start()

    async def stop(self, *, servers: bool = True) -> None:
        """Ends all, the servers where asked; their data stay."""
        await self.backend.stop()
        for proxy in self.proxies.values():
            await proxy.stop()
        if servers and self.own_servers:
            await self.stack.down()
        if self.small:
            await asyncio.to_thread(subprocess.run, ["umount", str(self.site)], check=False)


def _mount(folder: Path) -> bool:
    """Puts a small file system in memory there; only root can."""
    if os.geteuid() != 0:
        return False
    if folder.is_mount():
        return True
    mount = ["mount", "-t", "tmpfs", "-o", f"size={SMALL_BYTES}", "chaos", str(folder)]
    return subprocess.run(mount, check=False, capture_output=True).returncode == 0
