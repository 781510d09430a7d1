"""The command `notalone partners`, over clients in memory and at a real Keycloak."""

import argparse
import io
from collections.abc import Iterator

import keycloak_realm
import pytest
from keycloak_realm import KeycloakRealm, SignInRefused
from notalone_app.partners import command
from notalone_app.partners.keycloak import KeycloakPartnerClients
from notalone_app.partners.ports import OutOfReach, Refused
from notalone_app.partners.settings import KeycloakSettings
from partners_contract import PartnersContract, PartnersInMemory
from pydantic import ValidationError

# A busy machine makes a realm slowly.
pytestmark = pytest.mark.timeout(180)


class TestPartnersInMemory(PartnersContract):
    @pytest.fixture
    def clients(self):
        return PartnersInMemory("notalone-staff")

    @pytest.fixture
    def signs_in(self, clients):
        return clients.signs_in


@pytest.fixture(scope="module")
def realm(keycloak_server) -> Iterator[KeycloakRealm]:
    with keycloak_realm.realm(keycloak_server) as made:
        yield made


@pytest.fixture(scope="module")
def at_keycloak(realm) -> KeycloakPartnerClients:
    return KeycloakPartnerClients(realm.settings())


class TestPartnersAtKeycloak(PartnersContract):
    @pytest.fixture
    def clients(self, at_keycloak):
        return at_keycloak

    @pytest.fixture
    def signs_in(self, realm):
        def tried(client_id, secret):
            try:
                return bool(realm.agency_token(client_id, secret))
            except SignInRefused:
                return False

        return tried


def test_an_administrator_of_the_whole_server_may_do_it_too(realm, keycloak_server):
    password = keycloak_server.secrets["admin_password"]
    clients = KeycloakPartnerClients(realm.settings(user="admin", password=password))
    assert isinstance(clients.all(), list)


def test_wrong_credentials_are_told_in_a_sentence(realm):
    with pytest.raises(Refused, match="does not accept these credentials"):
        KeycloakPartnerClients(realm.settings(client_secret="guess")).all()


def test_a_keycloak_that_is_not_there_is_told_in_a_sentence():
    settings = KeycloakSettings(url="http://127.0.0.1:9", client_secret="x")
    with pytest.raises(OutOfReach, match=r"does not answer at http://127\.0\.0\.1:9"):
        KeycloakPartnerClients(settings).all()


@pytest.mark.parametrize(
    "given", [{}, {"url": "id.example"}, {"url": "https://id.example"}, {"url": "https://id.example", "user": "admin"}]
)
def test_without_address_and_credentials_the_command_says_what_is_missing(given, monkeypatch):
    for name in ("URL", "CLIENT_SECRET", "USER", "PASSWORD"):
        monkeypatch.delenv(f"NOTALONE_KEYCLOAK_{name}", raising=False)
    with pytest.raises(ValidationError):
        KeycloakSettings(**given)


class Shell:
    """Runs the command as somebody types it."""

    def __init__(self):
        self.clients = PartnersInMemory("notalone-staff")

    def __call__(self, line: str) -> tuple[int, str, str]:
        parser = argparse.ArgumentParser()
        command.add_arguments(parser)
        out, err = io.StringIO(), io.StringIO()
        code = command.run(parser.parse_args(line.split()), clients=lambda: self.clients, out=out, err=err)
        return code, out.getvalue(), err.getvalue()


@pytest.fixture
def shell() -> Shell:
    return Shell()


def secret_in(told: str) -> str:
    return told.split("client_secret: ")[1].split(maxsplit=1)[0]


def test_an_agency_from_its_first_day_to_its_last(shell):
    assert shell("list") == (0, "There are no agencies.\n", "")
    code, told, _ = shell("add desk-x --organization org-x --scope catalog:read --scope catalog:pause")
    assert (code, shell.clients.signs_in("desk-x", secret_in(told))) == (0, True)
    assert "only this once" in told
    code, again, _ = shell("rotate desk-x")
    assert secret_in(again) != secret_in(told)
    assert shell("list")[1] == "desk-x\torg-x\tcatalog:pause,catalog:read\tactive\n"
    assert shell("suspend desk-x")[0] == 0
    assert shell("list")[1].endswith("suspended\n")
    assert shell("resume desk-x")[0] == 0
    assert shell("list")[1].endswith("active\n")


def test_a_fault_is_a_sentence_and_an_exit_code(shell):
    shell("add desk-x --organization org-x --scope catalog:read")
    assert shell("add desk-x --organization org-y --scope catalog:read") == (
        1,
        "",
        "There is a client desk-x already.\n",
    )
    assert shell("rotate nobody") == (1, "", "No agency has the client nobody.\n")
    assert shell("suspend notalone-staff")[0] == 1


@pytest.mark.parametrize(
    "line",
    [
        "",
        "add desk-x",
        "add desk-x --organization org-x",
        "add desk-x --organization org-x --scope catalog:everything",
        "add Desk_X --organization org-x --scope catalog:read",
        "add desk-x --organization ../x --scope catalog:read",
        "rotate",
        "delete desk-x",
    ],
)
def test_what_cannot_be_meant_is_not_done(shell, line, capsys):
    with pytest.raises(SystemExit) as caught:
        shell(line)
    assert caught.value.code == 2
    assert shell.clients.all() == []
