"""Programmes and portal links as packaged."""

from __future__ import annotations

from collections.abc import Mapping
from importlib.resources import files
from pathlib import Path

import notalone_crisis
import notalone_data
import yaml
from notalone_chassis.settings import SettingsError
from notalone_kernel.entry_shelf import EntryShelf
from notalone_kernel.left_out import LeftOut

from notalone_portal_link.domain.portal import PortalLink

_FIELDS = {"id": str, "version": int, "address": str, "source": str, "checked_on": str, "state": str}


def packaged_programmes(remembered: Mapping[str, LeftOut] | None = None) -> EntryShelf:
    """The entries of the packages, the crisis floor among them, without what is remembered as left out."""
    return EntryShelf([*notalone_data.entries(), *notalone_crisis.floor_entries()], remembered=remembered)


def packaged_links() -> list[PortalLink]:
    """The entrances to the portal that ship with the code."""
    return read_links(_packaged("portal_links.yaml"))


def links_of(file: Path | None) -> list[PortalLink]:
    """The entrances to the portal that an operator has written down; those that ship with the code where None.

    Raises:
        SettingsError: The file cannot be read, or is wrong.
    """
    if file is None:
        return packaged_links()
    try:
        return read_links(file.read_text("utf-8"))
    except (OSError, ValueError) as error:
        raise SettingsError(f"NOTALONE_PORTAL_LINK_ENTRANCES: {file}: {error}") from error


def read_links(text: str) -> list[PortalLink]:
    """Entrances as `portal_links.yaml` writes them.

    Raises:
        ValueError: They are not of that form.
    """
    try:
        rows = yaml.load(text, Loader=yaml.CSafeLoader)
    except yaml.YAMLError as error:
        raise ValueError("no YAML") from error
    if not isinstance(rows, list) or not all(isinstance(row, dict) for row in rows):
        raise ValueError("not a list of entrances")
    return [_link(row) for row in rows]


def _link(row: dict[str, object]) -> PortalLink:
    if set(row) != _FIELDS.keys():
        raise ValueError(f"an entrance has {', '.join(sorted(_FIELDS))}")
    # What is written without quotes may be read as another kind of thing: a date, a number.
    wrong = [name for name, kind in _FIELDS.items() if type(row[name]) is not kind]
    if wrong:
        raise ValueError(f"{', '.join(wrong)}: not of the kind that is wanted")
    return PortalLink(**row)  # type: ignore[arg-type]  # looked at just above


def shared_procedures() -> dict[str, str]:
    """Keys of procedures by the programmes that are applied for by those of others."""
    found: dict[str, str] = yaml.load(_packaged("procedures.yaml"), Loader=yaml.CSafeLoader)
    return found


def _packaged(name: str) -> str:
    return files("notalone_portal_link").joinpath(name).read_text("utf-8")
