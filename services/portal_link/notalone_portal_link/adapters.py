"""Programmes and portal links as packaged."""

from __future__ import annotations

from importlib.resources import files

import notalone_crisis
import notalone_data
import yaml
from notalone.catalog.v1.entry_pb2 import Entry

from notalone_portal_link.domain.portal import PortalLink


class PackagedProgrammes:
    """The entries of the packages as they were at start, the crisis floor among them."""

    def __init__(self) -> None:
        entries = [*notalone_data.entries(), *notalone_crisis.floor_entries()]
        self._entries = {entry.id: entry for entry in entries}

    def get(self, programme_id: str) -> Entry | None:
        """One entry; None where there is none of this id."""
        return self._entries.get(programme_id)


def packaged_links() -> list[PortalLink]:
    """The configured entrances to the portal."""
    text = files("notalone_portal_link").joinpath("portal_links.yaml").read_text("utf-8")
    return [PortalLink(**fields) for fields in yaml.load(text, Loader=yaml.CSafeLoader)]
