"""What is written for the servers and asked of the tools, without any of them."""

import dataclasses
import struct
import zipfile
from pathlib import Path, PurePosixPath
from xml.etree import ElementTree

import pytest
from notalone_stack import archive, elasticsearch, kafka, maven, pins, tools
from notalone_stack.errors import StackError
from notalone_stack.keycloak import Keycloak
from notalone_stack.minio import Minio
from notalone_stack.postgres import Postgres
from notalone_stack.privilege import Account
from notalone_stack.server import Launch, Place, Wishes
from notalone_stack.servers import NAMES, SERVERS

SELF = Account("self", 0, 0, changes=False)


@pytest.fixture
def jdk(tmp_path, monkeypatch):
    home = tmp_path / "jdk"
    (home / "bin").mkdir(parents=True)
    (home / "bin" / "javac").touch()
    (home / "release").write_text('IMPLEMENTOR="x"\nJAVA_VERSION="25.0.3"\n')
    monkeypatch.setenv("JAVA_HOME", str(home))
    return home


def place_of(server, tmp_path: Path) -> Place:
    ports = {name: 20_100 + number for number, name in enumerate(server.port_names)}
    return Place(tmp_path / "program", tmp_path, ports, {name: f"secret-{name}" for name in server.secret_names})


@pytest.mark.parametrize("server", SERVERS, ids=NAMES)
def test_every_command_keeps_to_loopback_and_takes_nothing_from_the_callers_environment(
    server, tmp_path, jdk, monkeypatch
):
    monkeypatch.setenv("SOME_TOKEN", "of-the-caller")
    launch: Launch = server.command(place_of(server, tmp_path), Wishes())
    assert "of-the-caller" not in launch.environment.values()
    assert not any("0.0.0.0" in part for part in launch.argv)


@pytest.mark.parametrize("server", SERVERS, ids=NAMES)
def test_no_command_line_shows_a_secret_to_other_users_of_the_machine(server, tmp_path, jdk):
    place = place_of(server, tmp_path)
    command = " ".join(server.command(place, Wishes()).argv)
    assert not any(secret in command for secret in place.secrets.values())
    assert not any(secret in repr(place) for secret in place.secrets.values())


def test_kafka_listens_on_loopback_for_clients_and_for_the_controller_and_makes_no_topic_by_itself():
    text = kafka.properties(Path("/d"), {"broker": 20_001, "controller": 20_002})
    settings = dict(line.split("=", 1) for line in text.splitlines())
    both = "PLAINTEXT://127.0.0.1:20001,CONTROLLER://127.0.0.1:20002"
    assert settings["listeners"] == settings["advertised.listeners"] == both
    assert settings["controller.quorum.bootstrap.servers"] == "127.0.0.1:20002"
    assert settings["auto.create.topics.enable"] == "false"
    assert settings["log.dirs"] == "/d/log"
    factors = {name: value for name, value in settings.items() if name.endswith("replication.factor")}
    assert len(factors) == 4
    assert set(factors.values()) == {"1"}


@pytest.mark.parametrize("count", [0, 1, 3])
def test_kafka_is_ready_when_its_answer_names_brokers(count):
    assert kafka.brokers(struct.pack(">iii", 1, 0, count) + b"\x00" * 40) == count


def test_an_answer_of_kafka_that_breaks_off_is_an_error_rather_than_ready():
    with pytest.raises(struct.error):
        kafka.brokers(b"\x00\x00")


def test_elasticsearch_binds_both_ports_to_loopback():
    text = elasticsearch.settings(Path("/d"), {"http": 20_003, "transport": 20_004})
    settings = dict(line.split(": ", 1) for line in text.splitlines())
    assert settings["network.host"] == "127.0.0.1"
    assert (settings["http.port"], settings["transport.port"]) == ("20003", "20004")
    assert settings["path.repo"] == "[/d/snapshots]"


def test_keycloak_says_on_start_that_its_cache_is_local_or_it_would_open_cluster_ports(tmp_path, jdk):
    argv = Keycloak().command(place_of(Keycloak(), tmp_path), Wishes()).argv
    assert "--cache=local" in argv[argv.index("start") :]
    assert "--http-host=127.0.0.1" in argv


def test_keycloak_gets_the_realm_file_under_the_name_of_the_realm(tmp_path):
    realm = tmp_path / "any-name.json"
    realm.write_text('{"realm": "notalone"}')
    Keycloak().configure(place_of(Keycloak(), tmp_path), Wishes(realm=realm), SELF)
    assert (tmp_path / "home/data/import/notalone-realm.json").read_text() == realm.read_text()


@pytest.mark.parametrize("content", ["", "[]", "{}", "no json"])
def test_a_file_that_is_no_realm_is_refused_with_a_sentence(content, tmp_path):
    realm = tmp_path / "realm.json"
    realm.write_text(content)
    with pytest.raises(StackError, match="not a Keycloak realm file"):
        Keycloak().configure(place_of(Keycloak(), tmp_path), Wishes(realm=realm), SELF)


def test_minio_has_no_console_and_a_key_of_32_bytes_that_stays_the_same(tmp_path):
    first, second = (Minio().command(place_of(Minio(), tmp_path), Wishes()).environment for _ in range(2))
    assert first["MINIO_BROWSER"] == "off"
    assert first["MINIO_KMS_SECRET_KEY"] == second["MINIO_KMS_SECRET_KEY"]
    assert len(first["MINIO_KMS_SECRET_KEY"].partition(":")[2]) == 44


def test_postgres_opens_no_socket_file(tmp_path):
    argv = Postgres().command(place_of(Postgres(), tmp_path), Wishes()).argv
    assert "unix_socket_directories=" in argv
    assert "listen_addresses=127.0.0.1" in argv


def test_the_maven_project_names_each_artefact_and_leaves_out_what_it_would_pull_in():
    root = ElementTree.fromstring(maven.pom(["a.b:c:1.0:zip", "d:e:2:jar"], transitive=False))
    name = "{http://maven.apache.org/POM/4.0.0}"
    found = [[part.text for part in item][:4] for item in root.iter(f"{name}dependency")]
    assert found == [["a.b", "c", "1.0", "zip"], ["d", "e", "2", "jar"]]
    assert len(list(root.iter(f"{name}exclusion"))) == 2
    assert "exclusion" not in maven.pom(["a:b:1:jar"], transitive=True)


@pytest.mark.parametrize("server", ["kafka", "keycloak", "elasticsearch"])
def test_every_artefact_that_is_fetched_has_a_checksum(server):
    files = pins.checksums(server)
    for artifact in pins.texts(server, "artifacts"):
        _, name, version, kind = artifact.split(":")
        assert len(files[f"{name}-{version}.{kind}"]) == 64


def test_only_exactly_the_pinned_files_pass(tmp_path):
    (tmp_path / "a.jar").write_bytes(b"a")
    right = {"a.jar": pins.digest(tmp_path / "a.jar")}
    pins.verify(tmp_path, right)
    for wrong in ({"a.jar": "0" * 64}, {}, {**right, "b.jar": "0" * 64}):
        with pytest.raises(StackError, match="not the pinned ones"):
            pins.verify(tmp_path, wrong)


@pytest.mark.parametrize(("wanted", "fits"), [(17, True), (25, True), (26, False)])
def test_a_jdk_is_known_by_its_release_file_and_its_compiler(wanted, fits, jdk):
    assert (tools.java_version(jdk) >= wanted) is fits
    (jdk / "bin" / "javac").unlink()
    assert tools.java_version(jdk) == 0


def test_a_missing_tool_is_told_with_what_to_install(monkeypatch):
    monkeypatch.setattr(tools, "apt_install", lambda *packages: None)
    with pytest.raises(StackError, match="no-such-tool is missing: install Thing 3 or newer"):
        tools.command("no-such-tool", package="thing", advice="Thing 3 or newer")


def test_a_tool_that_fails_is_told_with_the_end_of_what_it_said():
    with pytest.raises(StackError, match=r"looking failed \(exit 2\)[\s\S]*no/such/folder"):
        tools.run(["ls", "/no/such/folder"], what="looking")


def make_zip(path: Path, **files: str) -> Path:
    with zipfile.ZipFile(path, "w") as file:
        for name, mode in files.items():
            entry = zipfile.ZipInfo(name)
            entry.external_attr = int(mode, 8) << 16
            file.writestr(entry, name)
    return path


def test_unpacking_takes_one_folder_out_of_an_archive_and_keeps_permissions(tmp_path):
    zipped = make_zip(tmp_path / "x.zip", **{"s-1/es/bin/run": "755", "s-1/es/conf": "600", "s-1/other": "644"})
    archive.unpack(zipped, tmp_path / "out", place=archive.below("s-*", "es"))
    found = {str(path.relative_to(tmp_path / "out")) for path in (tmp_path / "out").rglob("*") if path.is_file()}
    assert found == {"bin/run", "conf"}
    assert (tmp_path / "out/bin/run").stat().st_mode & 0o777 == 0o755


def test_unpacking_refuses_a_file_that_would_land_outside(tmp_path):
    zipped = make_zip(tmp_path / "x.zip", **{"s/../../evil": "644"})
    with pytest.raises(ValueError, match="outside"):
        archive.unpack(zipped, tmp_path / "out", place=lambda name: PurePosixPath(*name.parts[1:]))


def test_values_that_travel_between_modules_cannot_be_changed(tmp_path):
    with pytest.raises(dataclasses.FrozenInstanceError):
        place_of(Postgres(), tmp_path).data = Path("/")
