"""Every real server: up, on loopback only, used once, killed, up again with its data, down without a trace.

The tests build on each other and run in the order of the file: `make stack-check`.
"""

import http.client
import ipaddress
import json
import os
import signal
import subprocess
import sys
import urllib.parse
from pathlib import Path

import psutil
import pytest
from confluent_kafka import Consumer, Producer
from confluent_kafka.admin import AdminClient, NewTopic
from notalone_stack import processes, state, supervisor
from notalone_stack.servers import NAMES

pytestmark = [pytest.mark.stack, pytest.mark.timeout(1800)]
NATIVE = Path(__file__).resolve().parents[1]
REALM = {"realm": "check", "enabled": True}
TOPIC = "check.events.v1"


class Live:
    """The stack under test, through the command that people use."""

    def __init__(self, folder: Path) -> None:
        self.environment = {**os.environ, "PYTHONPATH": str(NATIVE), "NOTALONE_DATA_DIR": str(folder)}
        self.file = folder / "stack" / "state.json"

    def run(self, *arguments: str) -> subprocess.CompletedProcess[str]:
        argv = [sys.executable, "-m", "notalone_stack", *arguments]
        return subprocess.run(argv, env=self.environment, capture_output=True, text=True, check=False)

    def records(self) -> dict[str, state.Record]:
        return state.read(self.file)

    def health(self) -> dict[str, str]:
        return {status["name"]: status["health"] for status in json.loads(self.run("status", "--json").stdout)}

    def processes(self) -> list[psutil.Process]:
        return [part for record in self.records().values() for part in processes.members(record.pid, record.started)]

    def request(self, server: str, method: str, path: str, body: object = None, *, form: bool = False):
        port = next(iter(self.records()[server].ports.values()))
        connection = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
        try:
            text = None if body is None else urllib.parse.urlencode(body) if form else json.dumps(body)
            kind = "application/x-www-form-urlencoded" if form else "application/json"
            connection.request(method, path, body=text, headers={"Content-Type": kind})
            answer = connection.getresponse()
            return answer.status, answer.read()
        finally:
            connection.close()


@pytest.fixture(scope="module")
def live(tmp_path_factory):
    live = Live(tmp_path_factory.mktemp("stack"))
    realm = live.file.parents[1] / "realm.json"
    realm.write_text(json.dumps(REALM))
    try:
        done = live.run("up", "--realm", str(realm))
        assert done.returncode == 0, done.stdout + done.stderr
        sys.stderr.write(f"\n{done.stdout}{live.run('status').stdout}")
        yield live
    finally:
        done = live.run("down", "--erase")
        sys.stderr.write(f"\n{done.stdout}{done.stderr}")


def sql(live: Live, statement: str) -> str:
    record = live.records()["postgres"]
    argv = [str(Path(record.program) / "psql"), "-h", "127.0.0.1", "-p", str(record.ports["sql"]), "-U", "notalone"]
    environment = {"PGPASSWORD": record.secrets["password"], "PATH": os.environ["PATH"], "LANG": "C.UTF-8"}
    argv += ["-d", "notalone", "-qtA", "-v", "ON_ERROR_STOP=1", "-c", statement]
    return subprocess.run(argv, env=environment, capture_output=True, text=True, check=True).stdout.strip()


def consume(live: Live, group: str) -> bytes:
    settings = {
        "bootstrap.servers": live.records()["kafka"].address,
        "group.id": group,
        "auto.offset.reset": "earliest",
    }
    consumer = Consumer(settings)
    try:
        consumer.subscribe([TOPIC])
        message = consumer.poll(60)
        assert message is not None
        assert message.error() is None
        return message.value()
    finally:
        consumer.close()


def test_every_server_is_up(live):
    assert live.health() == dict.fromkeys(NAMES, "up")


def test_only_loopback_is_listened_on_and_every_promised_port_is(live):
    listening = {
        (ipaddress.ip_address(connection.laddr.ip), connection.laddr.port)
        for process in live.processes()
        for connection in process.net_connections("inet")
        if connection.status == psutil.CONN_LISTEN
    }
    plain = {(getattr(address, "ipv4_mapped", None) or address, port) for address, port in listening}
    assert [str(address) for address, _ in plain if not address.is_loopback] == []
    promised = {port for record in live.records().values() for port in record.ports.values()}
    assert promised <= {port for _, port in plain}


def test_no_server_runs_as_root(live):
    assert [process.name() for process in live.processes() if process.uids().effective == 0] == []


def test_the_state_file_with_the_credentials_is_the_owners_alone(live):
    assert live.file.stat().st_mode & 0o777 == 0o600
    assert len(live.records()["postgres"].secrets["password"]) >= 32


def test_postgres_keeps_a_row(live):
    sql(live, "CREATE TABLE kept (words text); INSERT INTO kept VALUES ('ひとりじゃない')")
    assert sql(live, "SELECT words FROM kept") == "ひとりじゃない"


def test_postgres_refuses_a_wrong_password(live):
    record = live.records()["postgres"]
    argv = [str(Path(record.program) / "psql"), f"host=127.0.0.1 port={record.ports['sql']} user=notalone password=no"]
    done = subprocess.run(argv, capture_output=True, text=True, check=False)
    assert "password authentication failed" in done.stderr


def test_kafka_passes_an_event_on(live):
    address = live.records()["kafka"].address
    administrator = AdminClient({"bootstrap.servers": address})
    administrator.create_topics([NewTopic(TOPIC, 3, 1)])[TOPIC].result(60)
    producer = Producer({"bootstrap.servers": address, "acks": "all", "enable.idempotence": True})
    producer.produce(TOPIC, key=b"k", value="届く".encode())
    assert producer.flush(60) == 0
    assert consume(live, "first").decode() == "届く"


def test_elasticsearch_takes_japanese_apart(live):
    words = {"analyzer": "kuromoji", "text": "東京都に住んでいます"}
    status, body = live.request("elasticsearch", "POST", "/_analyze", words)
    assert status == 200, body
    assert [token["token"] for token in json.loads(body)["tokens"]] == ["東京", "都", "住む"]


def test_elasticsearch_finds_words_through_the_parts_that_the_index_will_use(live):
    analysis = {
        "char_filter": {"nfkc": {"type": "icu_normalizer", "name": "nfkc_cf"}},
        "tokenizer": {
            "ja": {
                "type": "kuromoji_tokenizer",
                "mode": "search",
                "discard_compound_token": True,
                "user_dictionary_rules": [
                    "生活保護,生活保護,セイカツホゴ,カスタム名詞",
                    # Within a sentence it would be taken apart.
                    "スマホ,スマホ,スマホ,カスタム名詞",
                ],
            }
        },
        "filter": {"same": {"type": "synonym_graph", "synonyms": ["スマホ, 携帯電話"]}},
        "analyzer": {
            "ja": {
                "type": "custom",
                "char_filter": ["nfkc", "kuromoji_iteration_mark"],
                "tokenizer": "ja",
                "filter": [
                    "kuromoji_baseform",
                    "kuromoji_part_of_speech",
                    "ja_stop",
                    "kuromoji_number",
                    "kuromoji_stemmer",
                    "icu_folding",
                    "same",
                ],
            },
            "reading": {"type": "custom", "tokenizer": "kuromoji_tokenizer", "filter": ["kuromoji_readingform"]},
            "any": {"type": "custom", "tokenizer": "icu_tokenizer", "filter": ["icu_normalizer", "icu_folding"]},
        },
        "normalizer": {"plain": {"type": "custom", "char_filter": ["nfkc"], "filter": ["icu_folding"]}},
    }
    fields = {"any": {"type": "text", "analyzer": "any"}, "reading": {"type": "text", "analyzer": "reading"}}
    fields["plain"] = {"type": "keyword", "normalizer": "plain"}
    mapping = {"properties": {"title": {"type": "text", "analyzer": "ja", "fields": fields}}}
    wanted = {"settings": {"analysis": analysis, "number_of_replicas": 0}, "mappings": mapping}
    status, body = live.request("elasticsearch", "PUT", "/check", wanted)
    assert status == 200, body
    text = {"title": "生活保護とｽﾏﾎの相談"}
    assert live.request("elasticsearch", "PUT", "/check/_doc/1?refresh=true", text)[0] == 201
    for field, words in [
        ("title", "携帯電話"),
        ("title", "生活保護"),
        ("title.any", "相談"),
        ("title.reading", "相談"),
        ("title.plain", "生活保護とスマホの相談"),
    ]:
        status, body = live.request("elasticsearch", "POST", "/check/_search", {"query": {"match": {field: words}}})
        assert status == 200, body
        assert json.loads(body)["hits"]["total"]["value"] == 1, (field, words)


def test_keycloak_serves_the_imported_realm_and_lets_its_administrator_in(live):
    record = live.records()["keycloak"]
    status, body = live.request("keycloak", "GET", "/realms/check/.well-known/openid-configuration")
    assert status == 200, body
    assert json.loads(body)["issuer"] == f"http://{record.address}/realms/check"
    form = {"grant_type": "password", "client_id": "admin-cli", "username": "admin"}
    form["password"] = record.secrets["admin_password"]
    status, body = live.request("keycloak", "POST", "/realms/master/protocol/openid-connect/token", form, form=True)
    assert status == 200, body


def test_minio_is_ready_and_refuses_strangers(live):
    assert live.request("minio", "GET", "/minio/health/ready")[0] == 200
    assert live.request("minio", "GET", "/")[0] == 403


@pytest.mark.parametrize("name", NAMES)
def test_a_killed_server_is_told_as_dead_and_the_others_as_they_were(name, live):
    before = live.health()
    process = psutil.Process(live.records()[name].pid)
    process.send_signal(signal.SIGKILL)
    psutil.wait_procs([process], timeout=30)
    assert live.health() == {**before, name: "dead"}


def test_all_come_back_where_they_were_with_their_data(live):
    before = live.records()
    done = live.run("up")
    assert done.returncode == 0, done.stdout + done.stderr
    sys.stderr.write(f"\n{done.stdout}")
    assert {name: record.ports for name, record in live.records().items()} == {n: r.ports for n, r in before.items()}
    assert sql(live, "SELECT words FROM kept") == "ひとりじゃない"
    assert consume(live, "second").decode() == "届く"
    assert live.request("elasticsearch", "GET", "/check/_doc/1")[0] == 200


def test_down_leaves_no_process_and_no_open_port(live):
    before = live.processes()
    ports = {port for record in live.records().values() for port in record.ports.values()}
    assert len(before) >= len(NAMES)
    done = live.run("down")
    assert done.returncode == 0, done.stderr
    assert "killed" not in done.stdout
    # What has ended and whose exit code the system has not yet collected is gone.
    alive = [process for process in before if process.is_running() and process.status() != psutil.STATUS_ZOMBIE]
    assert alive == []
    open_ports = {item.laddr.port for item in psutil.net_connections("inet") if item.status == psutil.CONN_LISTEN}
    assert ports & open_ports == set()
    assert live.health() == dict.fromkeys(NAMES, supervisor.Health.DOWN.value)
    assert live.run("down").returncode == 0
