"""Who the staff are: addresses by role, from the settings alone."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from hashlib import blake2b

from notalone_notify.domain.notices import ROLES, Role

# Plain addresses; nothing that could end a header, and no names.
_ADDRESS = re.compile(r"[A-Za-z0-9.!#$%&'*+/=?^_`{|}~-]{1,64}@[A-Za-z0-9-]+(\.[A-Za-z0-9-]+)*")


class Staff:
    """Addresses by role. Elsewhere a person is known by a hash of their address, which only this list opens."""

    def __init__(self, addresses: Mapping[Role, Sequence[str]]) -> None:
        self._addresses = {role: tuple(addresses.get(role, ())) for role in ROLES}

    @classmethod
    def parse(cls, text: str) -> Staff:
        """From "catalog-approver=a@example.jp,catalog-editor=b@example.jp"; a role may stand several times.

        Raises:
            ValueError: a role or an address that is none; the address is not shown.
        """
        found: dict[Role, list[str]] = {}
        for part in filter(None, (part.strip() for part in text.split(","))):
            name, _, address = (piece.strip() for piece in part.partition("="))
            role = next((role for role in ROLES if role == name), None)
            if role is None or not is_address(address):
                raise ValueError(f"takes <role>=<address>,… with the roles {', '.join(ROLES)}")
            found.setdefault(role, []).append(address)
        return cls(found)

    def recipients(self, role: Role) -> Sequence[str]:
        """The hashes of the people of a role, each once."""
        return list(dict.fromkeys(_hash(address) for address in self._addresses[role]))

    def address(self, role: Role, recipient: str) -> str | None:
        """The address behind a hash; None where it is no longer one of this role."""
        return next((address for address in self._addresses[role] if _hash(address) == recipient), None)


def is_address(text: str) -> bool:
    """Whether this can stand in a header and be sent to."""
    return _ADDRESS.fullmatch(text) is not None


def _hash(address: str) -> str:
    return blake2b(address.lower().encode(), digest_size=8).hexdigest()
