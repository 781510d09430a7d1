"""Fetches pinned artefacts with the machine's own Maven and its own settings, then checks every file."""

from __future__ import annotations

import tempfile
from collections.abc import Sequence
from pathlib import Path
from xml.sax.saxutils import escape

from notalone_stack import pins, tools

DEPENDENCY_PLUGIN = "org.apache.maven.plugins:maven-dependency-plugin:3.8.1"
NO_TRANSITIVES = "<exclusions><exclusion><groupId>*</groupId><artifactId>*</artifactId></exclusion></exclusions>"
POM = """<?xml version="1.0" encoding="UTF-8"?>
<project xmlns="http://maven.apache.org/POM/4.0.0">
  <modelVersion>4.0.0</modelVersion>
  <groupId>notalone.stack</groupId><artifactId>fetch</artifactId><version>1</version><packaging>pom</packaging>
  <dependencies>
{dependencies}
  </dependencies>
</project>
"""


def pom(artifacts: Sequence[str], *, transitive: bool) -> str:
    """A project that depends on the artefacts (group:artifact:version:type), with or without what they depend on."""
    return POM.format(dependencies="\n".join(_dependency(artifact, transitive=transitive) for artifact in artifacts))


def _dependency(artifact: str, *, transitive: bool) -> str:
    names = ("groupId", "artifactId", "version", "type")
    parts = "".join(f"<{name}>{escape(part)}</{name}>" for name, part in zip(names, artifact.split(":"), strict=True))
    return f"    <dependency>{parts}{'' if transitive else NO_TRANSITIVES}</dependency>"


def fetch(server: str, into: Path) -> None:
    """Puts a server's pinned files into a new folder.

    Raises:
        StackError: Maven is missing or fails, or a file is not the pinned one.
    """
    mvn = tools.maven()
    environment = {"JAVA_HOME": str(tools.java_home(pins.number(server, "java")))}
    into.mkdir(parents=True)
    with tempfile.TemporaryDirectory() as folder:
        project = Path(folder) / "pom.xml"
        project.write_text(pom(pins.texts(server, "artifacts"), transitive=pins.table(server)["transitive"] is True))
        argv = [mvn, "-B", "-q", "-ntp", "-f", str(project), f"{DEPENDENCY_PLUGIN}:copy-dependencies"]
        argv += [f"-DoutputDirectory={into}", "-DincludeScope=runtime"]
        tools.run(argv, what=f"fetching {server} with Maven", environment=environment)
    pins.verify(into, pins.checksums(server))
