"""Entrances to the national portal, as configured: addresses rot, so none stands in the code."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal


@dataclass(frozen=True, slots=True, kw_only=True)
class PortalLink:
    """One version of an address.

    Attributes:
        address: https, may hold {municipality_code}.
        source: Where the address was read.
        checked_on: ISO 8601 date when somebody opened it, empty where nobody did.
    """

    id: str
    version: int
    address: str
    source: str
    checked_on: str
    state: Literal["UNCHECKED", "CHECKED", "DEAD"]

    def url(self, municipality_code: str) -> str:
        """The address for a municipality; the code is digits and needs no escaping."""
        return self.address.format(municipality_code=municipality_code)


def current(links: Sequence[PortalLink]) -> PortalLink | None:
    """The newest link that is not dead; None where all are, so that only the search phrase is left."""
    alive = [link for link in links if link.state != "DEAD"]
    return max(alive, key=lambda link: link.version, default=None)
