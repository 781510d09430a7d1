"""Programmes and portal links as packaged."""

from __future__ import annotations

from importlib.resources import files

import notalone_crisis
import notalone_data
import yaml
from notalone_kernel.entry_shelf import EntryShelf

from notalone_portal_link.domain.portal import PortalLink


def packaged_programmes() -> EntryShelf:
    """The entries of the packages, the crisis floor among them."""
    return EntryShelf([*notalone_data.entries(), *notalone_crisis.floor_entries()])


def packaged_links() -> list[PortalLink]:
    """The configured entrances to the portal."""
    text = files("notalone_portal_link").joinpath("portal_links.yaml").read_text("utf-8")
    return [PortalLink(**fields) for fields in yaml.load(text, Loader=yaml.CSafeLoader)]
