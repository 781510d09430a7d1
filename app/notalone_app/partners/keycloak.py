"""`PartnerClients` at Keycloak, through its administration interface."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any

from keycloak import KeycloakAdmin
from keycloak.exceptions import KeycloakAuthenticationError, KeycloakConnectionError, KeycloakError

from notalone_app.partners.ports import AlreadyThere, NoSuchPartner, OutOfReach, Partner, Refused
from notalone_app.partners.settings import KeycloakSettings

TIMEOUT_SECONDS = 30
# What tells an agency's client from every other.
MARK = "notalone.partner"
ORGANIZATION = "organization"
# Of the realm file: the subject, and the client's id for service accounts.
_SCOPES_OF_ALL = ("basic", "service_account")
_FORBIDDEN, _CONFLICT = 403, 409


class KeycloakPartnerClients:
    """One client per agency in one realm; made once and used for all calls."""

    def __init__(self, settings: KeycloakSettings) -> None:
        self._audience = settings.oidc_audience
        # As an administrator of the whole server, or as a client that may manage those of its realm.
        whose: dict[str, Any] = (
            {"username": settings.user, "password": settings.password.get_secret_value(), "user_realm_name": "master"}
            if settings.user
            else {"client_id": settings.client_id, "client_secret_key": settings.client_secret.get_secret_value()}
        )
        with _told_plainly(settings.url):
            self._admin = KeycloakAdmin(
                server_url=settings.url, realm_name=settings.realm, timeout=TIMEOUT_SECONDS, verify=True, **whose
            )
        self._url = settings.url

    def add(self, partner: Partner) -> str:
        """See `PartnerClients.add`."""
        with _told_plainly(self._url, taken=partner.client_id):
            own_id = self._admin.create_client(client_of(partner, audience=self._audience))
            return str(self._admin.get_client_secrets(own_id)["value"])

    def rotate(self, client_id: str) -> str:
        """See `PartnerClients.rotate`."""
        with _told_plainly(self._url):
            return str(self._admin.generate_client_secrets(self._find(client_id)["id"])["value"])

    def set_active(self, client_id: str, *, active: bool) -> None:
        """See `PartnerClients.set_active`."""
        with _told_plainly(self._url):
            found = self._find(client_id)
            self._admin.update_client(found["id"], {"clientId": client_id, "enabled": active})

    def all(self) -> Sequence[Partner]:
        """See `PartnerClients.all`."""
        with _told_plainly(self._url):
            found = [partner_of(row) for row in self._admin.get_clients() if _is_partner(row)]
        return sorted(found, key=lambda partner: partner.client_id)

    def _find(self, client_id: str) -> Mapping[str, Any]:
        own_id = self._admin.get_client_id(client_id)
        row: Mapping[str, Any] = self._admin.get_client(own_id) if own_id else {}
        if not _is_partner(row):
            raise NoSuchPartner(f"No agency has the client {client_id}.")
        return row


def client_of(partner: Partner, *, audience: str) -> dict[str, Any]:
    """A partner as Keycloak keeps it: client credentials only, and nothing in its tokens that it was not given."""
    to_access_tokens = {"access.token.claim": "true", "id.token.claim": "false", "userinfo.token.claim": "false"}
    return {
        "clientId": partner.client_id,
        "enabled": partner.active,
        "protocol": "openid-connect",
        "publicClient": False,
        "serviceAccountsEnabled": True,
        "standardFlowEnabled": False,
        "implicitFlowEnabled": False,
        "directAccessGrantsEnabled": False,
        "fullScopeAllowed": False,
        "attributes": {MARK: "true", ORGANIZATION: partner.organization},
        "defaultClientScopes": [*_SCOPES_OF_ALL, *sorted(partner.scopes)],
        "optionalClientScopes": [],
        "protocolMappers": [
            {
                "name": f"audience {audience}",
                "protocol": "openid-connect",
                "protocolMapper": "oidc-audience-mapper",
                "config": {"included.client.audience": audience, **to_access_tokens},
            },
            {
                "name": ORGANIZATION,
                "protocol": "openid-connect",
                "protocolMapper": "oidc-hardcoded-claim-mapper",
                "config": {
                    "claim.name": ORGANIZATION,
                    "claim.value": partner.organization,
                    "jsonType.label": "String",
                    **to_access_tokens,
                },
            },
        ],
    }


def partner_of(row: Mapping[str, Any]) -> Partner:
    """A partner from Keycloak's client."""
    return Partner(
        client_id=row["clientId"],
        organization=row["attributes"].get(ORGANIZATION, ""),
        scopes=frozenset(row["defaultClientScopes"]) - set(_SCOPES_OF_ALL),
        active=row["enabled"],
    )


def _is_partner(row: Mapping[str, Any]) -> bool:
    return bool(row.get("attributes", {}).get(MARK) == "true")


@contextmanager
def _told_plainly(url: str, *, taken: str = "") -> Iterator[None]:
    try:
        yield
    except KeycloakAuthenticationError as error:
        raise Refused(f"Keycloak at {url} does not accept these credentials.") from error
    except KeycloakConnectionError as error:
        raise OutOfReach(f"Keycloak does not answer at {url}.") from error
    except KeycloakError as error:
        if error.response_code == _CONFLICT and taken:
            raise AlreadyThere(f"There is a client {taken} already.") from error
        if error.response_code == _FORBIDDEN:
            raise Refused(f"These credentials may not manage clients at {url}.") from error
        raise OutOfReach(f"Keycloak at {url} answers with an error ({error.response_code}).") from error
