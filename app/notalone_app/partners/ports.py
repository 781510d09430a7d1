"""What the command `notalone partners` asks of an identity provider.

PartnersError
├── AlreadyThere     a client of this id exists
├── NoSuchPartner    no agency has this client
├── Refused          the administrator's credentials are wrong, or allow too little
└── OutOfReach       the identity provider does not answer, or not as expected
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol


@dataclass(frozen=True, slots=True, kw_only=True)
class Partner:
    """A partner agency's client.

    Attributes:
        client_id: what it signs in with.
        organization: id of the agency, as entries name it.
        scopes: what it may do.
        active: whether it is given tokens.
    """

    client_id: str
    organization: str
    scopes: frozenset[str]
    active: bool = True


class PartnersError(Exception):
    """Base of all; the text is a sentence for the operator."""


class AlreadyThere(PartnersError):
    """A client of this id exists."""


class NoSuchPartner(PartnersError):
    """No agency has this client."""


class Refused(PartnersError):
    """The administrator's credentials are wrong, or allow too little."""


class OutOfReach(PartnersError):
    """The identity provider does not answer, or not as expected."""


class PartnerClients(Protocol):
    """Keeps the clients of agencies; never touches any other client. All may raise `Refused` and `OutOfReach`."""

    def add(self, partner: Partner) -> str:
        """Adds a client; returns its secret, which nobody is told again.

        Raises:
            AlreadyThere: the id is taken, by an agency or by anything else.
        """
        ...

    def rotate(self, client_id: str) -> str:
        """Gives a client a new secret and returns it; the old one is worth nothing from now on.

        Raises:
            NoSuchPartner: see there.
        """
        ...

    def set_active(self, client_id: str, *, active: bool) -> None:
        """Says whether a client is given tokens; those already given live on until they expire.

        Raises:
            NoSuchPartner: see there.
        """
        ...

    def all(self) -> Sequence[Partner]:
        """All agencies' clients, by id."""
        ...
