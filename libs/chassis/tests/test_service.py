"""A service that cannot start says why, in a sentence, and with what it ends."""

import os
import subprocess
import sys
from datetime import timedelta

import pytest
from notalone_chassis.service import clock_of
from notalone_chassis.settings import ServiceSettings, SettingsError

SERVICE = """
import sys
from pathlib import Path
from notalone_chassis.service import run
from notalone_chassis.settings import ServiceSettings

async def start(settings, *, clock, telemetry):
    open(settings.data_dir / "file")

run(start, ServiceSettings)
"""


@pytest.mark.parametrize(
    ("name", "value", "code", "told"),
    [
        ("NOTALONE_LOG_LEVEL", "LOUD", 2, "NOTALONE_LOG_LEVEL: "),
        ("NOTALONE_PORT", "70000", 2, "port: "),
        ("NOTALONE_DATA_DIR", "/nowhere", 1, "/nowhere/file"),
    ],
)
def test_what_keeps_it_from_starting_is_named(name, value, code, told):
    environment = {key: text for key, text in os.environ.items() if not key.startswith("NOTALONE_")}
    process = subprocess.run(
        [sys.executable, "-c", SERVICE],
        env=environment | {name: value},
        capture_output=True,
        text=True,
        timeout=50,
        check=False,
    )
    assert process.returncode == code
    assert told in process.stderr
    assert "Traceback" not in process.stderr
    assert "70000" not in process.stderr


def test_a_clock_can_be_made_wrong_to_try_faults():
    right, wrong = clock_of(ServiceSettings()), clock_of(ServiceSettings(clock_offset_seconds=-3600))
    assert timedelta(minutes=59) < right.now() - wrong.now() < timedelta(minutes=61)


def test_no_clock_is_made_wrong_in_production():
    with pytest.raises(SettingsError, match="CLOCK_OFFSET_SECONDS"):
        clock_of(ServiceSettings(environment="production", clock_offset_seconds=1))
