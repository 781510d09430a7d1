"""Two people of the staff and an agency who may do everything, at whichever identity provider a backend has."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Final

from keycloak_realm import KeycloakRealm
from notalone_app.development_token import get
from notalone_app.issuer.people import agency, person
from notalone_gateway.contract import Call

EDITOR, APPROVER, AGENCY = "editor-approver", "approver", "agency-a"
ORGANIZATION = "agency-a"
ROLES: Final = {EDITOR: ["catalog-editor", "catalog-approver"], APPROVER: ["catalog-approver"]}
SCOPES: Final = ["catalog:read", "catalog:correct", "catalog:pause"]
# Access tokens live for five minutes.
FRESH_SECONDS = 120.0


@dataclass
class Staff:
    """Their access tokens, fetched anew before they expire.

    Attributes:
        fetch: Gives the access token of one of them.
    """

    fetch: Callable[[str], str]
    _tokens: dict[str, tuple[float, str]] = field(default_factory=dict)

    def headers(self, who: str) -> dict[str, str]:
        """What a request of theirs carries."""
        since, token = self._tokens.get(who, (-FRESH_SECONDS, ""))
        if time.monotonic() - since >= FRESH_SECONDS:
            since, token = time.monotonic(), self.fetch(who)
            self._tokens[who] = since, token
        return {"authorization": f"Bearer {token}"}

    def headers_for(self, call: Call) -> dict[str, str]:
        """What a request carries that may make this call; nothing where anybody may."""
        if not call.protected:
            return {}
        return self.headers(EDITOR if call.grant.roles else AGENCY)


def embedded(url: str) -> Staff:
    """Of a backend with the development sign-in."""

    def fetch(who: str) -> str:
        known = person(who) or agency(who)
        assert known
        return get(url, known)

    return Staff(fetch)


def real(realm: KeycloakRealm) -> Staff:
    """Of a backend that trusts this realm; makes the people and the agency."""
    for who, roles in ROLES.items():
        realm.add_person(who, roles)
    client = realm.add_agency(ORGANIZATION, SCOPES)

    def fetch(who: str) -> str:
        return realm.agency_token(*client) if who == AGENCY else str(realm.sign_in(who)["access_token"])

    return Staff(fetch)
