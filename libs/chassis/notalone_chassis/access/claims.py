"""From the claims of a verified token to the caller they tell of."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from notalone_chassis.access.caller import Caller
from notalone_chassis.access.grants import ROLES, SCOPES


class TokenInvalid(Exception):
    """A token is not one that we accept; the text names what was wrong, never anything from the token."""


def caller_of(claims: Mapping[str, Any], *, staff_clients: frozenset[str]) -> Caller:
    """The person or the agency behind a token.

    Staff come through one of the front ends in `staff_clients`, and count by their roles. An agency comes through a
    client of its own, which the provider marks with the claim `organization`, and counts by its scopes; whatever roles
    it was given by mistake mean nothing. A token of any other client is refused.

    Raises:
        TokenInvalid: it is neither.
    """
    subject, client = claims.get("sub"), claims.get("azp", claims.get("client_id"))
    if not isinstance(subject, str) or not subject or not isinstance(client, str) or not client:
        raise TokenInvalid("sub")
    organization = claims.get("organization")
    if client in staff_clients:
        if organization is not None:
            raise TokenInvalid("organization")
        return Caller(subject=subject, kind="staff", roles=_roles(claims) & ROLES)
    if not isinstance(organization, str) or not organization or claims.get("client_id") != client:
        raise TokenInvalid("azp")
    return Caller(subject=subject, kind="partner", scopes=_scopes(claims) & SCOPES, organization=organization)


def _roles(claims: Mapping[str, Any]) -> frozenset[str]:
    realm = claims.get("realm_access")
    found = realm.get("roles") if isinstance(realm, dict) else ()
    return frozenset(role for role in found if isinstance(role, str)) if isinstance(found, list) else frozenset()


def _scopes(claims: Mapping[str, Any]) -> frozenset[str]:
    found = claims.get("scope")
    return frozenset(found.split()) if isinstance(found, str) else frozenset()
