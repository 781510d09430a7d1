"""The realm file: what must stand in it, and what must never."""

import json
import re

from keycloak_realm import FILE
from notalone_chassis.access.grants import ROLES, SCOPES
from notalone_chassis.settings import ServiceSettings

REALM = json.loads(FILE.read_text("utf-8"))
CLIENTS = {client["clientId"]: client for client in REALM["clients"]}


def test_its_roles_and_scopes_are_those_of_the_code():
    assert {role["name"] for role in REALM["roles"]["realm"]} == ROLES
    assert {scope["name"] for scope in REALM["clientScopes"] if ":" in scope["name"]} == SCOPES
    [mapping] = REALM["scopeMappings"]
    assert (mapping["client"], set(mapping["roles"])) == ("notalone-staff", ROLES)


def test_audience_and_front_end_are_those_that_services_expect():
    settings = ServiceSettings(_env_file=None)
    assert settings.oidc_audience in CLIENTS
    assert settings.oidc_staff_clients in CLIENTS


def test_it_holds_no_secret():
    text = FILE.read_text("utf-8")
    assert not re.search(r'"(secret|password|privateKey|credentials)"', text)
    assert [user["username"] for user in REALM["users"]] == ["service-account-notalone-administration"]


def test_a_front_end_gives_only_the_roles_of_staff_and_needs_pkce():
    staff = CLIENTS["notalone-staff"]
    assert staff["publicClient"]
    assert not staff["fullScopeAllowed"]
    assert staff["attributes"]["pkce.code.challenge.method"] == "S256"
    assert "*" not in staff["redirectUris"] + staff["webOrigins"]


def test_access_tokens_are_short_and_guessing_is_slow():
    assert REALM["accessTokenLifespan"] <= 300
    assert REALM["bruteForceProtected"]
    assert not REALM["registrationAllowed"]
    assert REALM["sslRequired"] == "external"
