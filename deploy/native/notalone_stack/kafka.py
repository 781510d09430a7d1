"""Kafka in KRaft mode: one node that is broker and controller."""

from __future__ import annotations

import os
import signal
import socket
import struct
import uuid
from base64 import urlsafe_b64encode
from collections.abc import Mapping
from pathlib import Path

from notalone_stack import maven, pins, tools
from notalone_stack.cache import Cache
from notalone_stack.privilege import Account
from notalone_stack.server import HOST, Launch, Place, Wishes

# One node holds every copy; few partitions keep the internal topics quick to open.
INTERNAL_TOPICS = ("offsets.topic", "transaction.state.log", "share.coordinator.state.topic")
PARTITIONS = 4
LOGGING = """status = warn
appender.out.type = Console
appender.out.name = out
appender.out.layout.type = PatternLayout
appender.out.layout.pattern = %d{ISO8601} %p %c{1} %m%n
rootLogger.level = warn
rootLogger.appenderRef.out.ref = out
logger.server.name = org.apache.kafka.server
logger.server.level = info
logger.kafka.name = kafka.server
logger.kafka.level = info
"""

# Metadata request (key 3) in version 4: no topics, none made on demand. Header: key, version, correlation, client id.
METADATA = struct.pack(">hhih", 3, 4, 1, -1) + struct.pack(">ib", 0, 0)
ANSWER_SECONDS = 3.0
MAX_ANSWER = 1 << 20


class Kafka:
    """The event log; PLAINTEXT without sign-in, which only loopback makes bearable."""

    name = "kafka"
    port_names = ("broker", "controller")
    secret_names = ()
    start_seconds = 120.0
    stop_signal = signal.SIGTERM

    def version(self) -> str:
        """The pinned version."""
        return pins.text("kafka", "version")

    def install(self, cache: Cache) -> Path:
        """Fetches Kafka and what it needs: 45 MB."""
        return cache.once(
            "kafka", self.version(), pins.recipe("kafka"), build=lambda folder: maven.fetch("kafka", folder / "lib")
        )

    def configure(self, place: Place, wishes: Wishes, account: Account) -> None:  # noqa: ARG002
        """Writes the settings and formats the log folder once."""
        (place.data / "tmp").mkdir(exist_ok=True)
        (place.data / "server.properties").write_text(properties(place.data, place.ports))
        (place.data / "log4j2.properties").write_text(LOGGING)
        if (place.data / "log" / "meta.properties").exists():
            return
        account.own(place.data)
        cluster = urlsafe_b64encode(uuid.uuid4().bytes).decode().rstrip("=")
        argv = [*_java(place), "kafka.tools.StorageTool", "format", "--standalone", "--ignore-formatted"]
        argv += ["-t", cluster, "-c", str(place.data / "server.properties")]
        tools.run(argv, what="formatting Kafka's log folder", account=account)

    def command(self, place: Place, wishes: Wishes) -> Launch:
        """The server in the foreground."""
        quick = ("-XX:TieredStopAtLevel=1",) if wishes.quick else ()
        heap = ("-Xms256m", "-Xmx512m", "-XX:+UseG1GC", *quick)
        argv = (*_java(place, *heap), "kafka.Kafka", str(place.data / "server.properties"))
        return Launch(argv=argv, environment={"LANG": "C.UTF-8"}, folder=place.data)

    def ready(self, place: Place) -> bool:
        """Whether the broker names itself among the brokers that clients may use."""
        try:
            with socket.create_connection((HOST, place.port), timeout=ANSWER_SECONDS) as connection:
                connection.sendall(struct.pack(">i", len(METADATA)) + METADATA)
                (length,) = struct.unpack(">i", _read(connection, 4))
                return brokers(_read(connection, min(length, MAX_ANSWER))) > 0
        except (OSError, struct.error):
            return False


def properties(data: Path, ports: Mapping[str, int]) -> str:
    """server.properties of a single node whose data are under `data`."""
    listeners = f"PLAINTEXT://{HOST}:{ports['broker']},CONTROLLER://{HOST}:{ports['controller']}"
    settings: dict[str, object] = {
        "process.roles": "broker,controller",
        "node.id": 1,
        "controller.quorum.bootstrap.servers": f"{HOST}:{ports['controller']}",
        "controller.listener.names": "CONTROLLER",
        "inter.broker.listener.name": "PLAINTEXT",
        "listeners": listeners,
        "advertised.listeners": listeners,
        "listener.security.protocol.map": "PLAINTEXT:PLAINTEXT,CONTROLLER:PLAINTEXT",
        "log.dirs": data / "log",
        "default.replication.factor": 1,
        "min.insync.replicas": 1,
        # Topics come from the topic file alone: a misspelt name must fail.
        "auto.create.topics.enable": "false",
        "group.initial.rebalance.delay.ms": 0,
        "log.cleaner.threads": 1,
        "log.cleaner.dedupe.buffer.size": 16 << 20,
        # A killed broker may come back after 3 s rather than 9.
        "broker.session.timeout.ms": 3000,
        "broker.heartbeat.interval.ms": 500,
        # What a killed consumer had goes to others after 10 s rather than 45.
        "group.consumer.session.timeout.ms": 10_000,
        "group.consumer.min.session.timeout.ms": 6_000,
        "group.consumer.heartbeat.interval.ms": 3_000,
        "group.consumer.min.heartbeat.interval.ms": 1_000,
    }
    for topic in INTERNAL_TOPICS:
        settings |= {f"{topic}.replication.factor": 1, f"{topic}.num.partitions": PARTITIONS, f"{topic}.min.isr": 1}
    # This one has no such setting.
    del settings["offsets.topic.min.isr"]
    return "".join(f"{name}={value}\n" for name, value in settings.items())


def brokers(answer: bytes) -> int:
    """How many brokers a metadata answer (version 4) names: after correlation id and throttle time."""
    (count,) = struct.unpack_from(">i", answer, 8)
    return int(count)


def _java(place: Place, *options: str) -> list[str]:
    java = tools.java_home(pins.number("kafka", "java")) / "bin" / "java"
    logging = f"-Dlog4j2.configurationFile=file:{place.data / 'log4j2.properties'}"
    temporary = f"-Djava.io.tmpdir={place.data / 'tmp'}"
    common = ["-Djava.awt.headless=true", "-XX:-UsePerfData", temporary, logging]
    return [str(java), *options, *common, "-cp", f"{place.program / 'lib'}{os.sep}*"]


def _read(connection: socket.socket, count: int) -> bytes:
    """Exactly that many bytes, or fewer when the server hangs up."""
    parts = b""
    while len(parts) < count and (part := connection.recv(count - len(parts))):
        parts += part
    return parts
