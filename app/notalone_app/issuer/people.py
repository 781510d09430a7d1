"""Who can sign in during development. Nobody here exists."""

from __future__ import annotations

from dataclasses import dataclass

STAFF_CLIENT = "notalone-staff"


@dataclass(frozen=True, slots=True)
class Person:
    """One of the staff."""

    id: str
    name: str
    roles: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Agency:
    """A partner agency's client. Its secret is known to everybody, as all of this issuer."""

    client_id: str
    organization: str
    scopes: tuple[str, ...]
    secret: str = "development-only"  # noqa: S105 no secret


PEOPLE = (
    Person("editor", "Eri Editor", ("catalog-editor",)),
    Person("second-editor", "Sota Second Editor", ("catalog-editor",)),
    Person("approver", "Aya Approver", ("catalog-approver",)),
    Person("editor-approver", "Emi Editor and Approver", ("catalog-editor", "catalog-approver")),
    Person("campaign-manager", "Ken Campaign Manager", ("campaign-manager",)),
    Person("auditor", "Aoi Auditor", ("auditor",)),
    Person("newcomer", "Nao Newcomer, who has no role yet"),
)
AGENCIES = (
    Agency("agency-a", "agency-a", ("catalog:read", "catalog:correct", "catalog:pause")),
    Agency("agency-b", "agency-b", ("catalog:read", "catalog:correct", "catalog:pause")),
    Agency("agency-reader", "agency-a", ("catalog:read",)),
)


def person(id_: str) -> Person | None:
    """The person of this id."""
    return next((one for one in PEOPLE if one.id == id_), None)


def person_with(role: str) -> Person | None:
    """The first person who has this role."""
    return next((one for one in PEOPLE if role in one.roles), None)


def agency(client_id: str) -> Agency | None:
    """The agency of this client id."""
    return next((one for one in AGENCIES if one.client_id == client_id), None)
