"""Programmes and portal links as packaged."""

from __future__ import annotations

from collections.abc import Mapping
from importlib.resources import files

import notalone_crisis
import notalone_data
import yaml
from notalone_kernel.entry_shelf import EntryShelf
from notalone_kernel.left_out import LeftOut

from notalone_portal_link.domain.portal import PortalLink


def packaged_programmes(remembered: Mapping[str, LeftOut] | None = None) -> EntryShelf:
    """The entries of the packages, the crisis floor among them, without what is remembered as left out."""
    return EntryShelf([*notalone_data.entries(), *notalone_crisis.floor_entries()], remembered=remembered)


def packaged_links() -> list[PortalLink]:
    """The configured entrances to the portal."""
    text = files("notalone_portal_link").joinpath("portal_links.yaml").read_text("utf-8")
    return [PortalLink(**fields) for fields in yaml.load(text, Loader=yaml.CSafeLoader)]
