"""Entrances to the national portal, as configured: addresses rot, so none stands in the code."""

from __future__ import annotations

import string
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Literal, get_args
from urllib.parse import urlsplit

State = Literal["UNCHECKED", "CHECKED", "DEAD"]
_BLANKS = frozenset({"municipality_code", "procedure_key"})


@dataclass(frozen=True, slots=True, kw_only=True)
class PortalLink:
    """One version of an address.

    Attributes:
        address: https, may hold {municipality_code} and {procedure_key}.
        source: Where the address was read.
        checked_on: ISO 8601 date when somebody opened it, empty where nobody did.
    """

    id: str
    version: int
    address: str
    source: str
    checked_on: str
    state: State

    def __post_init__(self) -> None:
        """Raises ValueError where it cannot be used as it is written."""
        blanks = {name for _, name, _, _ in string.Formatter().parse(self.address) if name is not None}
        if self.state not in get_args(State) or not self.source.strip() or blanks - _BLANKS:
            raise ValueError(f"{self.id}: state, source or what the address fills in is wrong")
        there = urlsplit(self.url("000000", "key"))
        if there.scheme != "https" or not there.hostname or there.username is not None:
            raise ValueError(f"{self.id}: its address is not an https address")
        if self.checked_on:
            date.fromisoformat(self.checked_on)
        elif self.state == "CHECKED":
            raise ValueError(f"{self.id}: nobody says when it was checked")

    def url(self, municipality_code: str, procedure_key: str) -> str:
        """The address for a procedure of a municipality; digits and ids of entries need no escaping."""
        return self.address.format(municipality_code=municipality_code, procedure_key=procedure_key)


def current(links: Sequence[PortalLink]) -> PortalLink | None:
    """The newest link that is not dead; None where all are, so that only the search phrase is left."""
    alive = [link for link in links if link.state != "DEAD"]
    return max(alive, key=lambda link: link.version, default=None)
