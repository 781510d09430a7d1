"""Lets a call in, or says why not, by what its method declares in the proto."""

from __future__ import annotations

import hmac
from collections.abc import Iterable

from google.protobuf.descriptor import MethodDescriptor, ServiceDescriptor
from notalone.common.v1 import access_pb2

from notalone_chassis.access.caller import Caller
from notalone_chassis.access.ports import TokenVerifier
from notalone_chassis.errors import PermissionDenied, Unauthenticated, Unavailable
from notalone_chassis.settings import SettingsError

AUTHORIZATION = "authorization"
INTERNAL_KEY = "internal-key"

Metadata = Iterable[tuple[str, str | bytes]]


class Admission:
    """Decides for every method of one server."""

    def __init__(self, *, verifier: TokenVerifier | None, internal_key: str) -> None:
        """Without a verifier nobody is signed in; with an empty key every neighbour counts as one of our services."""
        self._verifier = verifier
        self._internal_key = internal_key

    async def admit(self, method: MethodDescriptor, metadata: Metadata) -> Caller | None:
        """Who calls, where the method asks for it; None for public and internal methods.

        Raises:
            Unauthenticated: no valid access token.
            PermissionDenied: a valid one, but not for this method; or not one of our services.
            Unavailable: nobody can tell whether the token is valid.
        """
        match access_of(method):
            case access_pb2.PUBLIC:
                # A token is not even looked at: whatever the state of the identity provider, this side answers.
                return None
            case access_pb2.INTERNAL:
                self._check_neighbour(metadata)
                return None
            case access_pb2.AUTHENTICATED:
                return await self._caller(method, metadata)
            case _:
                raise PermissionDenied

    async def _caller(self, method: MethodDescriptor, metadata: Metadata) -> Caller:
        token = bearer(metadata)
        if self._verifier is None:
            raise Unavailable("identity")
        who = await self._verifier.verify(token)
        grant = method.GetOptions().Extensions[access_pb2.grant]
        if who.roles.isdisjoint(grant.roles) and who.scopes.isdisjoint(grant.scopes):
            raise PermissionDenied
        return who

    def _check_neighbour(self, metadata: Metadata) -> None:
        given = _values(metadata, INTERNAL_KEY)
        if self._internal_key and not (
            len(given) == 1 and hmac.compare_digest(given[0].encode(), self._internal_key.encode())
        ):
            raise PermissionDenied


def access_of(method: MethodDescriptor) -> int:
    """What a method declares: PUBLIC, INTERNAL, AUTHENTICATED, or ACCESS_UNSPECIFIED."""
    return int(method.GetOptions().Extensions[access_pb2.access])


def check_settings(services: Iterable[ServiceDescriptor], *, verifier: TokenVerifier | None, internal_key: str) -> None:
    """Holds what production needs against what the methods declare.

    Raises:
        SettingsError: a setting is missing.
    """
    declared = {access_of(method) for service in services for method in service.methods}
    if access_pb2.AUTHENTICATED in declared and verifier is None:
        raise SettingsError("NOTALONE_OIDC_ISSUER is not set: in production nobody could sign in")
    if access_pb2.INTERNAL in declared and not internal_key:
        raise SettingsError("NOTALONE_INTERNAL_KEY is not set: in production anybody could pose as one of our services")


def bearer(metadata: Metadata) -> str:
    """The access token that came with a call.

    Raises:
        Unauthenticated: there is none, or more than one.
    """
    given = _values(metadata, AUTHORIZATION)
    if not given:
        raise Unauthenticated("token.missing")
    scheme, _, token = given[0].partition(" ")
    if len(given) > 1 or scheme.lower() != "bearer" or not token.strip():
        raise Unauthenticated("token.invalid")
    return token.strip()


def _values(metadata: Metadata, name: str) -> list[str]:
    return [value for key, value in metadata if key == name and isinstance(value, str)]
