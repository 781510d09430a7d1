"""PostgreSQL: a cluster of its own over the machine's programs; passwords by SCRAM, no socket files."""

from __future__ import annotations

import shutil
import signal
import subprocess
from pathlib import Path

from notalone_stack import pins, tools
from notalone_stack.cache import Cache
from notalone_stack.errors import StackError
from notalone_stack.privilege import Account
from notalone_stack.server import HOST, Launch, Place, Wishes

USER = DATABASE = "notalone"
READY_SECONDS = 5


class Postgres:
    """The database server; clients sign in as `notalone` to the database of that name."""

    name = "postgres"
    port_names = ("sql",)
    secret_names = ("password",)
    start_seconds = 60.0
    # "Fast": open sessions are rolled back. TERM would wait for the clients.
    stop_signal = signal.SIGINT

    def version(self) -> str:
        """The major version on this machine, or the lowest that will do."""
        at_least = pins.number("postgres", "at_least")
        folder = tools.installed_postgres(at_least)
        return f"{at_least} or newer" if folder is None else str(tools.postgres_version(folder))

    def install(self, cache: Cache) -> Path:  # noqa: ARG002 the machine's own packages are used
        """Finds the machine's PostgreSQL or installs Debian's, without the server that Debian would start."""
        return tools.postgres_folder(pins.number("postgres", "at_least"))

    def configure(self, place: Place, wishes: Wishes, account: Account) -> None:  # noqa: ARG002
        """Makes the cluster and its database once."""
        cluster = place.data / "cluster"
        if not cluster.exists():
            self._create(place, cluster, account)
        made_by = int((cluster / "PG_VERSION").read_text())
        if made_by != tools.postgres_version(place.program):
            raise StackError(f"the data in {cluster} are PostgreSQL {made_by}'s: install that, or down --erase")

    def command(self, place: Place, wishes: Wishes) -> Launch:  # noqa: ARG002
        """The server in the foreground, on loopback only."""
        settings = {
            "port": str(place.port),
            "listen_addresses": HOST,
            "unix_socket_directories": "",
            "password_encryption": "scram-sha-256",
            "timezone": "UTC",
            "log_timezone": "UTC",
        }
        options = [part for name, value in settings.items() for part in ("-c", f"{name}={value}")]
        argv = (str(place.program / "postgres"), "-D", str(place.data / "cluster"), *options)
        return Launch(argv=argv, environment={"LANG": "C.UTF-8", "PATH": "/usr/bin:/bin"}, folder=place.data)

    def ready(self, place: Place) -> bool:
        """Whether it takes connections."""
        argv = [str(place.program / "pg_isready"), "-q", "-h", HOST, "-p", str(place.port), "-U", USER, "-d", DATABASE]
        return subprocess.run([*argv, "-t", str(READY_SECONDS)], check=False).returncode == 0

    def _create(self, place: Place, cluster: Path, account: Account) -> None:
        draft = cluster.with_suffix(".new")
        shutil.rmtree(draft, ignore_errors=True)
        password = place.data / "password"
        password.touch(mode=0o600)
        password.write_text(place.secrets["password"])
        account.own(place.data)
        try:
            argv = [str(place.program / "initdb"), "-D", str(draft), "-U", USER, f"--pwfile={password}"]
            argv += ["--auth=scram-sha-256", "-E", "UTF8", "--locale=C.UTF-8"]
            tools.run(argv, what="initdb", account=account)
        finally:
            password.unlink()
        single = [str(place.program / "postgres"), "--single", "-D", str(draft), "postgres"]
        tools.run(single, what="creating the database", stdin=f"CREATE DATABASE {DATABASE};\n", account=account)
        draft.rename(cluster)
