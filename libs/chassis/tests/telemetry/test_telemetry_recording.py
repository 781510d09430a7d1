"""No start under which a library would record what people typed."""

import os
import subprocess
import sys
from pathlib import Path

import pytest
from notalone_chassis.settings import ServiceSettings, SettingsError
from notalone_chassis.telemetry import report
from notalone_chassis.telemetry.recording import refuse

SEARCHES = "OTEL_PYTHON_INSTRUMENTATION_ELASTICSEARCH_CAPTURE_SEARCH_QUERY"
ON = [
    (SEARCHES, "raw"),
    ("OTEL_INSTRUMENTATION_HTTP_CAPTURE_HEADERS_SERVER_REQUEST", ".*"),
    ("OTEL_INSTRUMENTATION_HTTP_CAPTURE_HEADERS_SERVER_RESPONSE", "content-type"),
    ("OTEL_INSTRUMENTATION_HTTP_CAPTURE_HEADERS_CLIENT_REQUEST", "authorization"),
    ("OTEL_INSTRUMENTATION_HTTP_CAPTURE_HEADERS_CLIENT_RESPONSE", "set-cookie"),
    ("OTEL_INSTRUMENTATION_JDBC_EXPERIMENTAL_CAPTURE_QUERY_PARAMETERS", "true"),
    ("OTEL_PYTHON_INSTRUMENTATION_PSYCOPG_CAPTURE_PARAMETERS", "1"),
    ("OTEL_INSTRUMENTATION_GENAI_CAPTURE_MESSAGE_CONTENT", "span_only"),
    ("ELASTIC_APM_CAPTURE_BODY", "all"),
    ("GRPC_TRACE", "http,api"),
]
HARMLESS = [
    (SEARCHES, "omit"),
    ("OTEL_INSTRUMENTATION_HTTP_CAPTURE_HEADERS_SERVER_REQUEST", ""),
    ("OTEL_INSTRUMENTATION_HTTP_CAPTURE_HEADERS_SANITIZE_FIELDS", ".*"),
    ("ELASTIC_APM_CAPTURE_BODY", "off"),
    ("GRPC_TRACE", " none "),
    ("OTEL_EXPORTER_OTLP_ENDPOINT", "http://127.0.0.1:4317"),
    ("OTEL_SERVICE_NAME", "capture"),
    ("SCREEN_CAPTURE", "yes"),
]
PROGRAMS = ["notalone run", "notalone run-real", "notalone-dialogue", "notalone-catalog", "notalone-gateway"]


@pytest.mark.parametrize(("name", "value"), ON)
def test_what_records_bodies_is_refused_by_its_name(name, value):
    with pytest.raises(SettingsError, match=name):
        refuse({"HOME": "/", name: value})


@pytest.mark.parametrize(("name", "value"), HARMLESS)
def test_what_records_nothing_is_left_alone(name, value):
    refuse({name: value})


def test_whoever_reports_refuses_it(monkeypatch):
    monkeypatch.setenv(SEARCHES, "raw")
    with pytest.raises(SettingsError, match=SEARCHES):
        report(ServiceSettings())


@pytest.mark.parametrize("program", PROGRAMS)
def test_no_program_starts_with_it(program, tmp_path):
    name, *arguments = program.split()
    environment = {key: value for key, value in os.environ.items() if not key.startswith("NOTALONE_")}
    environment |= {SEARCHES: "raw", "NOTALONE_DATA_DIR": str(tmp_path), "NOTALONE_GATEWAY_WEB_ROOT": str(tmp_path)}
    done = subprocess.run(
        [Path(sys.executable).parent / name, *arguments],
        env=environment,
        capture_output=True,
        text=True,
        timeout=50,
        check=False,
    )
    assert (done.returncode, done.stdout) == (2, "")
    assert SEARCHES in done.stderr
    assert "Traceback" not in done.stderr
