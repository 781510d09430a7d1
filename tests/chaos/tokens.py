"""Access tokens of two people of the staff and an agency, of a Keycloak; fetched between rounds."""

from __future__ import annotations

import time

from keycloak_realm import KeycloakRealm

PEOPLE = {"editor": ["catalog-editor"], "approver": ["catalog-approver"]}
SCOPES = ["catalog:read", "catalog:correct", "catalog:pause"]
# They live for five minutes.
FRESH_SECONDS = 60.0


class Tokens:
    """Who works; `renew` is called while Keycloak is there."""

    def __init__(self, realm: KeycloakRealm, organization: str) -> None:
        self._realm = realm
        self._organization = organization
        self._people: dict[str, str] = {}
        self._agency = ("", "")
        self._tokens: dict[str, str] = {}
        self._since = 0.0

    def prepare(self) -> None:
        """Makes people and the agency, of names of their own in each run."""
        mark = f"{time.time():.0f}"
        for role, roles in PEOPLE.items():
            self._people[role] = f"chaos-{role}-{mark}"
            self._realm.add_person(self._people[role], roles)
        self._agency = self._realm.add_agency(self._organization, SCOPES)

    def renew(self) -> None:
        """Signs in anew where the tokens are not fresh."""
        if time.time() - self._since < FRESH_SECONDS:
            return
        self._tokens = {role: str(self._realm.sign_in(name)["access_token"]) for role, name in self._people.items()}
        self._tokens["agency"] = self._realm.agency_token(*self._agency)
        self._since = time.time()

    def of(self, who: str) -> str:
        """An access token: of "editor", "approver" or "agency"."""
        return self._tokens[who]
