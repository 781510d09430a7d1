"""The check that guards clients against a broken contract does find a break."""

import shutil
import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
RULES = '{"version":"v2","breaking":{"use":["WIRE_JSON"]}}'


def broken(folder: Path) -> str:
    """What the check says of the contracts in a folder; empty where nothing is broken."""
    image = folder / "now.binpb"
    subprocess.run(["buf", "build", "-o", image], cwd=folder, check=True)
    released = ROOT / "proto" / "released.binpb"
    done = subprocess.run(
        ["buf", "breaking", image, "--against", released, "--config", RULES],
        capture_output=True,
        text=True,
        check=False,
    )
    return "" if done.returncode == 0 else done.stdout + done.stderr


@pytest.fixture
def contracts(tmp_path: Path) -> Path:
    shutil.copytree(ROOT / "proto", tmp_path / "proto")
    shutil.copy(ROOT / "buf.yaml", tmp_path)
    return tmp_path


def test_the_contracts_as_they_stand_break_nobody(contracts):
    assert broken(contracts) == ""


@pytest.mark.parametrize(
    ("file", "before", "after"),
    [
        (
            "notalone/dialogue/v1/dialogue_service.proto",
            "repeated Choice choices = 3;",
            "repeated Choice choices = 30;",
        ),
        ("notalone/common/v1/contact.proto", "string value = 4;", "string address = 4;"),
        ("notalone/common/v1/contact.proto", "SMS = 2;", "SMS = 20;"),
    ],
)
def test_a_change_that_breaks_clients_is_found(contracts, file, before, after):
    path = contracts / "proto" / file
    text = path.read_text("utf-8")
    assert before in text
    path.write_text(text.replace(before, after), "utf-8")
    assert path.name in broken(contracts)
