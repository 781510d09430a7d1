"""Which processes are planned, who finds whom, and who is told which secret."""

import pytest
from notalone_app.real import plan

SECRETS = {
    "NOTALONE_CATALOG_DATABASE_URL": "catalog",
    "NOTALONE_S3_SECRET_KEY": "pdf",
    "NOTALONE_GATEWAY_RATE_BURST": "gateway",
    "NOTALONE_DIALOGUE_KEY_FILE": "dialogue",
}


def planned(environment: dict[str, str] | None = None, **counts: int) -> dict[str, plan.Planned]:
    found = plan.stages(
        plan.replicas("") | counts, environment=environment or {}, ports=iter(range(12_000, 12_100)), http_port=8080
    )
    return {one.program.name: one for stage in found for one in stage}


def test_one_process_of_each_kind_unless_asked_otherwise():
    assert plan.replicas("") == dict.fromkeys(("catalog", "dialogue", "portal_link", "notify", "pdf", "gateway"), 1)
    assert plan.replicas(" dialogue=2, catalog=3,") == plan.replicas("") | {"dialogue": 2, "catalog": 3}


@pytest.mark.parametrize(
    "text", ["dialogue", "dialogue=0", "dialogue=-1", "dialogue=17", "nobody=2", "gateway=2", "=2"]
)
def test_what_cannot_be_meant_is_refused_by_the_settings_name(text):
    with pytest.raises(ValueError, match="NOTALONE_REPLICAS"):
        plan.replicas(text)


def test_each_process_has_a_name_and_an_address_of_its_own():
    found = planned(dialogue=2)
    assert set(found) == {"catalog", "dialogue-1", "dialogue-2", "portal_link", "notify", "pdf", "gateway"}
    assert len({one.address for one in found.values()}) == len(found)
    assert all(one.address.startswith("127.0.0.1:") for one in found.values())


def test_callers_are_told_the_addresses_of_all_processes_they_call():
    found = planned(dialogue=2)
    both = f"{found['dialogue-1'].address},{found['dialogue-2'].address}"
    assert found["pdf"].program.environment["NOTALONE_PDF_DIALOGUE_ADDRESS"] == both
    assert found["gateway"].program.environment["NOTALONE_GATEWAY_DIALOGUE_ADDRESS"] == both
    assert found["gateway"].program.environment["NOTALONE_HTTP_PORT"] == "8080"


def test_who_is_called_starts_before_who_calls():
    order = [kind for stage in plan.STAGES for kind in stage]
    for caller, called in plan.CALLS.items():
        assert all(order.index(kind) < order.index(caller) for kind in called)


@pytest.mark.parametrize(("name", "owner"), SECRETS.items())
def test_a_secret_is_told_to_its_owner_alone(name, owner):
    found = planned({name: "secret", "NOTALONE_ENVIRONMENT": "development", "PATH": "/bin"})
    assert [one.kind for one in found.values() if name in one.program.environment] == [owner]
    for one in found.values():
        assert one.program.environment["NOTALONE_ENVIRONMENT"] == "development"
        assert one.program.environment["PATH"] == "/bin"


def test_no_setting_is_given_on_a_command_line():
    for one in planned(dict.fromkeys(SECRETS, "secret")).values():
        assert one.program.command[1:] == ("-m", f"notalone_{one.kind}.main")


def test_every_process_has_a_port_for_its_metrics_and_no_two_share_any():
    found = planned(dialogue=2)
    ports = [address for one in found.values() for address in (one.address, one.metrics)]
    assert len(ports) == len(set(ports))
    assert found["dialogue-2"].program.environment["NOTALONE_DIALOGUE_METRICS_PORT"] == found["dialogue-2"].metrics[10:]
