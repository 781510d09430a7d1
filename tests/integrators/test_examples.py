"""The examples for those who build on NotAlone do what their pages say: each is run against a running backend."""

from __future__ import annotations

import os
import random
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import httpx2
import pytest
from backend import ROOT, Backend, running
from notalone_app.real import ports

PAGES = ROOT / "docs" / "integrators"
EXAMPLE = re.compile(r"^```(sh|python) run\n(.*?)^```$", re.MULTILINE | re.DOTALL)
SECONDS = 240

pytestmark = [pytest.mark.e2e, pytest.mark.timeout(SECONDS + 60)]


@pytest.fixture(scope="module")
def catalog_address() -> str:
    return f"{ports.HOST}:{next(ports.free(random.Random()))}"


@pytest.fixture(scope="module")
def backend(tmp_path_factory: pytest.TempPathFactory, catalog_address: str) -> Iterator[Backend]:
    port = catalog_address.rpartition(":")[2]
    with running(tmp_path_factory.mktemp("integrators") / "state", NOTALONE_CATALOG_PORT=port) as found:
        yield found


@pytest.fixture(scope="module")
def environment(backend: Backend, catalog_address: str) -> dict[str, str]:
    settings = {"BASE": backend.url, "CATALOG": catalog_address, "AGENCY": "agency-a", "SECRET": "development-only"}
    return {**os.environ, **settings, "PATH": f"{Path(sys.executable).parent}:{os.environ['PATH']}"}


def examples(page: Path, kind: str) -> str:
    """All examples of a page, as one script: each goes on where the one before ended."""
    return "\n".join(code for found, code in EXAMPLE.findall(page.read_text("utf-8")) if found == kind)


def run(*argv: str, folder: Path, environment: dict[str, str]) -> str:
    done = subprocess.run(
        argv, cwd=folder, env=environment, capture_output=True, text=True, timeout=SECONDS, check=False
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


@pytest.mark.parametrize("page", ["front-end.md", "portals.md", "partners.md"])
def test_what_is_shown_with_curl_works(page, environment, tmp_path):
    script = examples(PAGES / page, "sh")
    assert "curl" in script

    run("bash", "-euo", "pipefail", "-c", script, folder=tmp_path, environment=environment)


def test_what_is_shown_in_python_works(environment, tmp_path):
    script = examples(PAGES / "portals.md", "python")
    assert "grpc" in script

    run(sys.executable, "-c", script, folder=tmp_path, environment=environment)


def test_the_typescript_client_compiles_against_the_served_contract_and_runs(backend, environment, tmp_path):
    folder = tmp_path / "typescript"
    shutil.copytree(PAGES / "typescript", folder, ignore=shutil.ignore_patterns("node_modules", "built"))
    document = folder / "openapi.json"
    document.write_bytes(httpx2.get(f"{backend.url}/openapi.json").content)
    environment = environment | {"OPENAPI": str(document)}

    run("npm", "ci", "--ignore-scripts", "--no-audit", "--no-fund", folder=folder, environment=environment)
    run("npm", "run", "types", folder=folder, environment=environment)
    run("npm", "run", "build", folder=folder, environment=environment)
    said = run("node", "built/client.js", folder=folder, environment=environment)

    assert "Rent" in said or "rent" in said
    assert said.endswith("application/pdf true\n")


def test_every_page_is_on_the_map_and_leads_nowhere_wrong():
    links = {
        (page.name, target)
        for page in PAGES.glob("*.md")
        for target in re.findall(r"\]\(([^)#:]+)\)", page.read_text("utf-8"))
    }
    assert {target for page, target in links if page == "README.md"} >= {"front-end.md", "portals.md", "partners.md"}
    assert [link for link in links if not (PAGES / link[1]).exists()] == []
