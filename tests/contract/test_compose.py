"""Deployment in containers, as far as it can be held without an engine: names, versions, ports, settings, secrets."""

import importlib
import re
import tomllib
from pathlib import Path

import pytest
import yaml
from backend import ROOT
from notalone_chassis.settings import ServiceSettings
from pydantic import AliasChoices

DEPLOY = ROOT / "deploy"
COMPOSE = yaml.safe_load((DEPLOY / "compose.yaml").read_text("utf-8"))
SERVICES = COMPOSE["services"]
OURS = {name: one for name, one in SERVICES.items() if "Dockerfile" in one.get("build", {}).get("dockerfile", "")}
PINS = tomllib.loads((DEPLOY / "native" / "notalone_stack" / "pins" / "versions.toml").read_text("utf-8"))
KEYS = {
    "name", "image", "build", "restart", "init", "read_only", "tmpfs", "cap_drop", "security_opt", "stop_grace_period",
    "environment", "ports", "volumes", "depends_on", "healthcheck", "command", "profiles", "configs",
}  # fmt: skip


def settings_of(service: str) -> dict[str, str]:
    """Name of each environment variable that the service's code reads, to the name of its field."""
    module = importlib.import_module(f"notalone_{service}.main")
    (found,) = {
        value
        for value in vars(module).values()
        if isinstance(value, type)
        and issubclass(value, ServiceSettings)
        and value.__module__.startswith(f"notalone_{service}.")
    }
    prefix = found.model_config["env_prefix"]
    return {
        (field.validation_alias if isinstance(field.validation_alias, str) else f"{prefix}{name}".upper()): name
        for name, field in found.model_fields.items()
        if not isinstance(field.validation_alias, AliasChoices)
    }


def test_it_holds_every_service_that_runs_and_its_servers():
    runs = {path.parent.parent.name for path in (ROOT / "services").glob("*/notalone_*/main.py")}
    assert set(OURS) == runs
    assert {"postgres", "kafka", "elasticsearch", "objects", "keycloak"} <= set(SERVICES)


@pytest.mark.parametrize("name", SERVICES)
def test_only_what_compose_knows_stands_there(name):
    assert set(SERVICES[name]) <= KEYS
    for waited_for in SERVICES[name].get("depends_on", {}):
        assert waited_for in SERVICES


@pytest.mark.parametrize("name", OURS)
def test_every_setting_is_one_that_the_code_reads(name):
    own = {one for one in SERVICES[name]["environment"] if one.startswith("NOTALONE_")} - set(COMPOSE["x-shared"])
    assert own
    assert own - set(settings_of(name)) == set()


@pytest.mark.parametrize("setting", COMPOSE["x-shared"])
def test_what_all_are_told_is_read_by_some(setting):
    assert any(setting in settings_of(name) for name in OURS)


@pytest.mark.parametrize("name", OURS)
def test_services_find_each_other_where_they_listen(name):
    told = SERVICES[name]["environment"]
    for setting, address in told.items():
        if setting.endswith("_ADDRESS"):
            called, port = address.removeprefix("dns:///").split(":")
            assert SERVICES[called]["environment"][f"NOTALONE_{called.upper()}_PORT"] == port
            assert called in setting.lower()


@pytest.mark.parametrize("name", SERVICES)
def test_ports_are_opened_on_this_machine_only(name):
    for port in SERVICES[name].get("ports", []):
        assert port.startswith("127.0.0.1:")


@pytest.mark.parametrize("name", SERVICES)
def test_every_image_is_pinned_to_a_version(name):
    image, _, tag = SERVICES[name]["image"].rpartition(":")
    assert image
    assert re.search(r"\d+\.\d+|\d{4}-\d{2}-\d{2}", tag), SERVICES[name]["image"]


def test_the_servers_are_those_that_are_tested_without_containers():
    assert SERVICES["kafka"]["image"] == f"apache/kafka:{PINS['kafka']['version']}"
    assert SERVICES["keycloak"]["image"].endswith(f":{PINS['keycloak']['version']}")
    assert SERVICES["elasticsearch"]["image"].endswith(f":{PINS['elasticsearch']['version']}")
    base = re.search(r"^FROM \S+:(\S+)$", (DEPLOY / "elasticsearch" / "Dockerfile").read_text(), re.MULTILINE)
    assert base
    assert base[1] == PINS["elasticsearch"]["version"]
    assert int(SERVICES["postgres"]["image"].partition(":")[2].partition(".")[0]) >= PINS["postgres"]["at_least"]


def test_every_secret_comes_from_outside_and_is_asked_for():
    text = (DEPLOY / "compose.yaml").read_text("utf-8")
    asked = {*re.findall(r"\$\{(\w+):\?", text), "GRAFANA_PASSWORD"}
    listed = set(re.findall(r"^(\w+)=", (DEPLOY / "compose.env.example").read_text("utf-8"), re.MULTILINE))
    assert asked == listed
    for name, service in SERVICES.items():
        for setting, value in service.get("environment", {}).items():
            if re.search(r"PASSWORD|SECRET|(?<!ACCESS)_KEY$", setting):
                assert "${" in value, (name, setting)


@pytest.mark.parametrize("name", OURS)
def test_an_image_is_made_of_its_service_alone_and_runs_without_rights(name):
    build = SERVICES[name]["build"]
    assert build["args"]["SERVICE"] == name
    assert SERVICES[name]["cap_drop"] == ["ALL"]
    text = (DEPLOY / "Dockerfile").read_text("utf-8")
    assert build["target"] in re.findall(r"^FROM .* AS (\w+)$", text, re.MULTILINE)
    assert re.search(r"^USER 10001", text, re.MULTILINE)
    assert re.search(r"^HEALTHCHECK", text, re.MULTILINE)


def test_what_is_mounted_and_copied_is_there():
    mounted = [
        volume.split(":")[0]
        for service in SERVICES.values()
        for volume in service.get("volumes", [])
        if volume.startswith("./")
    ]
    assert mounted
    assert [path for path in mounted if not (DEPLOY / path).exists()] == []
    for service in SERVICES.values():
        assert {one["source"] for one in service.get("configs", [])} <= set(COMPOSE["configs"])
    volumes = {volume.split(":")[0] for service in SERVICES.values() for volume in service.get("volumes", [])}
    assert {volume for volume in volumes if not volume.startswith("./")} == set(COMPOSE["volumes"])
    copied = re.findall(r"^COPY (?!--from)(\S+) ", (DEPLOY / "Dockerfile").read_text("utf-8"), re.MULTILINE)
    ignored = (DEPLOY / "Dockerfile.dockerignore").read_text("utf-8").splitlines()
    for path in copied:
        assert (ROOT / path).exists()
        assert f"!{path}" in ignored
    assert Path(DEPLOY / "elasticsearch" / "Dockerfile").is_file()


def test_what_is_written_into_it_for_others_is_yaml_that_names_our_services():
    for name, one in COMPOSE["configs"].items():
        assert isinstance(yaml.safe_load(one["content"]), dict), name
    (job,) = yaml.safe_load(COMPOSE["configs"]["prometheus"]["content"])["scrape_configs"]
    (found,) = job["dns_sd_configs"]
    assert set(found["names"]) == set(OURS)
    for name in OURS:
        assert SERVICES[name]["environment"][f"NOTALONE_{name.upper()}_METRICS_PORT"] == str(found["port"])
