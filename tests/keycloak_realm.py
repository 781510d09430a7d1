"""A realm of a real Keycloak for tests, made from the realm file under a name of its own, and thrown away after."""

from __future__ import annotations

import json
import re
import secrets
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from html import unescape
from typing import Any
from urllib.parse import parse_qs, urlsplit

import httpx2
from notalone_app.issuer.codes import challenge_of
from notalone_app.partners.keycloak import KeycloakPartnerClients
from notalone_app.partners.ports import Partner
from notalone_app.partners.settings import KeycloakSettings
from servers import ROOT, Server

FILE = ROOT / "deploy" / "keycloak" / "realm.json"
PASSWORD = "correct horse battery staple"
# A busy machine hashes passwords slowly.
TIMEOUT_SECONDS = 60


class KeycloakRealm:
    """One realm, with what tests do to it."""

    def __init__(self, server: Server, name: str) -> None:
        self.name = name
        self.url = f"http://{server.address}"
        self.issuer = f"{self.url}/realms/{name}"
        self._server = server

    @contextmanager
    def _admin(self) -> Iterator[httpx2.Client]:
        """The server's administrator; each time anew, since its tokens live for a minute."""
        with httpx2.Client(base_url=self.url, timeout=TIMEOUT_SECONDS) as http:
            form = {
                "grant_type": "password",
                "client_id": "admin-cli",
                "username": "admin",
                "password": self._server.secrets["admin_password"],
            }
            answer = http.post("/realms/master/protocol/openid-connect/token", data=form).raise_for_status()
            http.headers["authorization"] = f"Bearer {answer.json()['access_token']}"
            http.base_url = f"{self.url}/admin/realms"
            yield http

    def create(self) -> None:
        """Makes the realm from the file."""
        with self._admin() as admin:
            admin.post("", json={**json.loads(FILE.read_text("utf-8")), "realm": self.name}).raise_for_status()

    def delete(self) -> None:
        """Throws it away."""
        with self._admin() as admin:
            admin.delete(f"/{self.name}").raise_for_status()

    def read(self, path: str) -> Any:
        """Something of the realm, as administrators see it."""
        with self._admin() as admin:
            return admin.get(f"/{self.name}{path}").raise_for_status().json()

    def settings(self, **more: Any) -> KeycloakSettings:
        """Settings of the command, as the realm's own client for administration."""
        [own] = self.read("/clients?clientId=notalone-administration")
        secret = self.read(f"/clients/{own['id']}/client-secret")["value"]
        return KeycloakSettings(**{"url": self.url, "realm": self.name, "client_secret": secret, **more})

    def add_person(self, name: str, roles: Sequence[str]) -> None:
        """One of the staff, who can sign in with PASSWORD."""
        person = {
            "username": name,
            "enabled": True,
            "email": f"{name}@example.jp",
            "emailVerified": True,
            "firstName": name,
            "lastName": "Test",
            "credentials": [{"type": "password", "value": PASSWORD, "temporary": False}],
        }
        with self._admin() as admin:
            made = admin.post(f"/{self.name}/users", json=person).raise_for_status()
            own_id = made.headers["location"].rpartition("/")[2]
            known = {role["name"]: role for role in admin.get(f"/{self.name}/roles").json()}
            given = [known[role] for role in roles]
            admin.post(f"/{self.name}/users/{own_id}/role-mappings/realm", json=given).raise_for_status()

    def sign_in(self, name: str, *, password: str = PASSWORD, verifier: str | None = None) -> Mapping[str, Any]:
        """The token endpoint's answer to somebody who signs in by the form, with PKCE, as a front end does it."""
        right = secrets.token_urlsafe(48)
        back = "http://127.0.0.1:5173/staff/"
        asked = {
            "client_id": "notalone-staff",
            "response_type": "code",
            "scope": "openid",
            "redirect_uri": back,
            "state": "s",
            "code_challenge": challenge_of(right),
            "code_challenge_method": "S256",
        }
        with httpx2.Client(timeout=TIMEOUT_SECONDS) as browser:
            place = f"{self.issuer}/protocol/openid-connect"
            page = browser.get(f"{place}/auth", params=asked).raise_for_status()
            [action] = re.findall(r'<form[^>]*action="([^"]+)"', page.text)
            form = {"username": name, "password": password}
            # The cookies are for TLS only; httpx2 would keep them back.
            cookies = "; ".join(f"{cookie.name}={cookie.value}" for cookie in browser.cookies.jar)
            answer = browser.post(unescape(action), data=form, headers={"cookie": cookies})
            if answer.status_code != httpx2.codes.FOUND:
                raise SignInRefused(answer.status_code)
            query = parse_qs(urlsplit(answer.headers["location"]).query)
            exchange = {
                "grant_type": "authorization_code",
                "client_id": "notalone-staff",
                "redirect_uri": back,
                "code": query["code"][0],
                "code_verifier": right if verifier is None else verifier,
            }
            return _tokens(browser.post(f"{place}/token", data=exchange))

    def agency_token(self, client_id: str, secret: str) -> str:
        """An access token by client credentials."""
        form = {"grant_type": "client_credentials", "client_id": client_id, "client_secret": secret}
        with httpx2.Client(timeout=TIMEOUT_SECONDS) as http:
            answer = http.post(f"{self.issuer}/protocol/openid-connect/token", data=form)
        return str(_tokens(answer)["access_token"])

    def add_agency(self, organization: str, scopes: Sequence[str]) -> tuple[str, str]:
        """A client for an agency, made as operators make it; returns its id and secret."""
        partner = Partner(
            client_id=f"{organization}-{secrets.token_hex(4)}", organization=organization, scopes=frozenset(scopes)
        )
        return partner.client_id, KeycloakPartnerClients(self.settings()).add(partner)

    def rotate_key(self) -> None:
        """A new signing key; the old one stays published."""
        key = {
            "name": f"key-{secrets.token_hex(4)}",
            "providerId": "rsa-generated",
            "providerType": "org.keycloak.keys.KeyProvider",
            "config": {"priority": [str(1000 + len(self._signing_keys()))], "keySize": ["2048"]},
        }
        with self._admin() as admin:
            admin.post(f"/{self.name}/components", json=key).raise_for_status()

    def disable_old_keys(self) -> None:
        """Takes all signing keys but the newest from the published set."""
        *old, _ = sorted(self._signing_keys(), key=lambda one: int(one["config"]["priority"][0]))
        with self._admin() as admin:
            for component in old:
                component["config"] |= {"enabled": ["false"], "active": ["false"]}
                admin.put(f"/{self.name}/components/{component['id']}", json=component).raise_for_status()

    def _signing_keys(self) -> list[dict[str, Any]]:
        found = self.read("/components?type=org.keycloak.keys.KeyProvider")
        return [one for one in found if one["providerId"] == "rsa-generated"]


class SignInRefused(Exception):
    """Keycloak gave no token; the argument is the status it answered with, or the error it named."""


def _tokens(answer: httpx2.Response) -> Mapping[str, Any]:
    found: Mapping[str, Any] = answer.json()
    if answer.status_code != httpx2.codes.OK:
        raise SignInRefused(found.get("error"))
    return found


@contextmanager
def realm(server: Server) -> Iterator[KeycloakRealm]:
    """A realm that lives as long as the context."""
    made = KeycloakRealm(server, f"test-{secrets.token_hex(6)}")
    made.create()
    try:
        yield made
    finally:
        made.delete()
