"""What holds for the repository as a whole, so that it can be cloned anywhere and read by anybody."""

import os
import re
import tomllib
from pathlib import Path

import pytest
from backend import ROOT

# What tools leave behind; .gitignore names the same.
LEFT_BEHIND = {
    ".git",
    ".venv",
    ".cache",
    ".state",
    "__pycache__",
    "dist",
    "results",
    ".pytest_cache",
    ".mypy_cache",
    ".ruff_cache",
    ".hypothesis",
    ".import_linter_cache",
}
# Places that exist only where somebody worked, and hosts that only some networks reach. Written in halves: this file is
# read too.
ELSEWHERE = ("/" + "work/", ".." + "/shared", "/" + "tmp/")
REGISTRIES = (
    "pypi" + ".org",
    "pythonhosted" + ".org",
    "npmjs" + ".",
    "crates" + ".io",
    "index" + "-url",
    "proxy.golang" + ".org",
    "docker" + ".io",
)
SERVICES = sorted(path.name for path in (ROOT / "services").iterdir() if path.is_dir())
LIBRARIES = sorted(path.name for path in (ROOT / "libs").iterdir() if path.is_dir())


def files() -> list[Path]:
    found = []
    for folder, folders, names in os.walk(ROOT):
        folders[:] = [name for name in folders if name not in LEFT_BEHIND and not name.endswith(".egg-info")]
        found += [Path(folder, name) for name in names if name not in LEFT_BEHIND]
    return found


def packages() -> dict[str, Path]:
    """Import name to the folder of its pyproject.toml."""
    return {
        inner.name: project.parent
        for project in ROOT.rglob("pyproject.toml")
        if not LEFT_BEHIND & set(project.relative_to(ROOT).parts)
        for inner in project.parent.glob("notalone_*")
        if (inner / "__init__.py").is_file()
    }


def text_of(path: Path) -> str:
    return path.read_text("utf-8", "replace")


@pytest.mark.parametrize(
    "readme", [*(f"services/{name}" for name in SERVICES), *(f"libs/{name}" for name in LIBRARIES)]
)
def test_every_package_is_told_of_on_one_page(readme):
    page = ROOT / readme / "README.md"
    assert page.is_file()
    assert len(text_of(page).splitlines()) <= 80


def test_the_services_and_libraries_of_the_architecture_are_there():
    assert {"catalog", "dialogue", "pdf", "portal_link", "notify", "gateway"} <= set(SERVICES)
    assert {"chassis", "kernel", "crisis"} <= set(LIBRARIES)


@pytest.mark.parametrize("name", ["run.txt", "dev.txt"])
def test_locked_requirements_have_hashes_and_name_no_host(name):
    text = text_of(ROOT / "requirements" / name)
    assert "://" not in text
    blocks = re.split(r"\n(?=[a-z0-9])", text.strip())
    assert len(blocks) > 10
    for block in blocks:
        assert re.match(r"[A-Za-z0-9._-]+==\S+", block), block[:80]
        assert "--hash=sha256:" in block, block[:80]


def test_what_runs_is_a_part_of_what_is_developed_with():
    run, dev = (
        {*re.findall(r"^([A-Za-z0-9._-]+==\S+)", text_of(ROOT / "requirements" / name), re.MULTILINE)}
        for name in ("run.txt", "dev.txt")
    )
    assert run <= dev


@pytest.mark.parametrize("phrase", [*ELSEWHERE, *REGISTRIES])
def test_no_file_speaks_of_places_that_are_not_everywhere(phrase):
    # A host may be a source of facts, never of software; locks are checked above.
    assert [str(path.relative_to(ROOT)) for path in files() if phrase in text_of(path)] == []


@pytest.mark.parametrize("package", sorted(packages()))
def test_every_package_is_installed_typed_and_held_to_the_import_rules(package):
    folder = packages()[package]
    listed = re.search(r"^PACKAGES := (.+)$", text_of(ROOT / "Makefile"), re.MULTILINE)
    assert listed
    assert str(folder.relative_to(ROOT)) in listed[1].split()
    settings = tomllib.loads(text_of(ROOT / "pyproject.toml"))
    assert package in settings["tool"]["importlinter"]["root_packages"]
    assert str(folder.relative_to(ROOT)) in settings["tool"]["mypy"]["mypy_path"].split(":")
    assert (folder / package / "py.typed").is_file()


@pytest.mark.parametrize("package", sorted(packages()))
def test_a_package_declares_every_package_of_ours_that_it_imports(package):
    folder = packages()[package]
    project = tomllib.loads(text_of(folder / "pyproject.toml"))["project"]
    declared = {re.split(r"[ <>=!~;\[]", name)[0].replace("-", "_") for name in project["dependencies"]}
    imported = {
        name
        for file in (folder / package).rglob("*.py")
        for name in re.findall(r"^(?:from|import) (notalone_\w+)", text_of(file), re.MULTILINE)
    }
    assert imported - {package} <= declared


@pytest.mark.parametrize("path", [".ci/run", "tools/lock.sh", "tools/ensure_browser.sh"])
def test_what_is_to_be_run_can_be_run(path):
    assert os.access(ROOT / path, os.X_OK)


@pytest.mark.parametrize("target", ["run", "test", "bench", "help"])
def test_the_promised_commands_exist_and_are_explained(target):
    assert re.search(rf"^{target}:.*## \S", text_of(ROOT / "Makefile"), re.MULTILINE)


def test_the_readme_names_the_two_commands():
    text = text_of(ROOT / "README.md")
    assert "make run" in text
    assert "make test" in text


def test_links_between_pages_lead_somewhere():
    broken = [
        f"{page.relative_to(ROOT)}: {target}"
        for page in files()
        if page.suffix == ".md"
        for target in re.findall(r"\]\(([^)#\s]+)(?:#[^)]*)?\)", text_of(page))
        if "://" not in target and not target.startswith("mailto:") and not (page.parent / target).exists()
    ]
    assert broken == []
