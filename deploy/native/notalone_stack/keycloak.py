"""Keycloak with its file database: sign-in of staff and partner agencies, as an operator would have it."""

from __future__ import annotations

import json
import os
import shutil
import signal
from pathlib import Path

from notalone_stack import archive, maven, pins, probe, tools
from notalone_stack.cache import Cache
from notalone_stack.errors import StackError
from notalone_stack.privilege import Account
from notalone_stack.server import HOST, Launch, Place, Wishes

ADMIN = "admin"
# Keycloak keeps data below its home, and the rest there is read only: each stack has a home of links.
SHARED = ("bin", "conf", "lib", "providers", "themes")
OK = 200


class Keycloak:
    """The identity provider; its first administrator is `admin`."""

    name = "keycloak"
    port_names = ("http",)
    secret_names = ("admin_password",)
    start_seconds = 300.0
    # kc.sh passes it on to the Java process and waits for that.
    stop_signal = signal.SIGTERM

    def version(self) -> str:
        """The pinned version."""
        return pins.text("keycloak", "version")

    def install(self, cache: Cache) -> Path:
        """Fetches the distribution (177 MB) and prepares it for the file database once."""
        return cache.once("keycloak", self.version(), pins.recipe("keycloak"), build=_build)

    def configure(self, place: Place, wishes: Wishes, account: Account) -> None:  # noqa: ARG002
        """Lays out the home and the realm to import."""
        home = place.data / "home"
        imports = home / "data" / "import"
        for folder in (imports, place.data / "tmp"):
            folder.mkdir(parents=True, exist_ok=True)
        for name in SHARED:
            link = home / name
            link.unlink(missing_ok=True)
            link.symlink_to(place.program / name)
        if wishes.realm is not None:
            shutil.copyfile(wishes.realm, imports / f"{_realm_name(wishes.realm)}-realm.json")

    def command(self, place: Place, wishes: Wishes) -> Launch:
        """The server in the foreground. Without --cache=local on start it would open cluster ports on all addresses."""
        address = f"http://{HOST}:{place.port}"
        options = ["--optimized", "--cache=local", "--http-enabled=true", f"--http-host={HOST}"]
        options += [f"--http-port={place.port}", f"--hostname={address}", "--import-realm"]
        argv = (str(place.program / "bin" / "kc.sh"), "start", *options, f"-Dkc.home.dir={place.data / 'home'}")
        # A folder of its own: in the common one it would meet files of another user's Keycloak.
        java = f"-XX:-UsePerfData -Djava.io.tmpdir={place.data / 'tmp'}"
        environment = {
            **_environment(),
            "KC_BOOTSTRAP_ADMIN_USERNAME": ADMIN,
            "KC_BOOTSTRAP_ADMIN_PASSWORD": place.secrets["admin_password"],
            "JAVA_OPTS_APPEND": f"{java} -XX:TieredStopAtLevel=1" if wishes.quick else java,
        }
        return Launch(argv=argv, environment=environment, folder=place.data)

    def ready(self, place: Place) -> bool:
        """Whether it serves the well-known document of its own realm."""
        status, _ = probe.get(place.port, "/realms/master/.well-known/openid-configuration")
        return status == OK


def _build(folder: Path) -> None:
    downloads = folder / "downloads"
    maven.fetch("keycloak", downloads)
    (zipped,) = downloads.iterdir()
    archive.unpack(zipped, folder, place=archive.below("keycloak-*"))
    shutil.rmtree(downloads)
    argv = [str(folder / "bin" / "kc.sh"), "build", "--db=dev-file"]
    tools.run(argv, what="preparing Keycloak", environment=_environment())


def _environment() -> dict[str, str]:
    java = tools.java_home(pins.number("keycloak", "java"))
    return {"JAVA_HOME": str(java), "PATH": os.defpath, "LANG": "C.UTF-8", "JAVA_OPTS_KC_HEAP": "-Xms64m -Xmx512m"}


def _realm_name(file: Path) -> str:
    try:
        return str(json.loads(file.read_text())["realm"])
    except (ValueError, KeyError, TypeError):
        raise StackError(f"{file} is not a Keycloak realm file: it has no name under 'realm'") from None
