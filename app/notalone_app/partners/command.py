"""`notalone partners add | rotate | suspend | resume | list`."""

from __future__ import annotations

import argparse
import re
from collections.abc import Callable
from typing import TextIO

from notalone_chassis.access.grants import SCOPES

from notalone_app.partners.ports import Partner, PartnerClients, PartnersError

# As entries name the agency that owns them.
_NAME = re.compile(r"[a-z0-9]([a-z0-9-]{0,58}[a-z0-9])?")
_ONLY_NOW = "The secret is shown only this once.\n"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declares the arguments of `notalone partners`."""
    actions = parser.add_subparsers(dest="action", required=True)
    add = actions.add_parser("add", help="add an agency's client and print its secret once")
    add.add_argument("client_id", type=name)
    add.add_argument("--organization", type=name, required=True, help="id of the agency, as entries name it")
    add.add_argument("--scope", action="append", choices=sorted(SCOPES), required=True, help="what it may do; several")
    for action, told in (
        ("rotate", "give it a new secret and print it once; the old one ends at once"),
        ("suspend", "give it no more tokens"),
        ("resume", "give it tokens again"),
    ):
        actions.add_parser(action, help=told).add_argument("client_id", type=name)
    actions.add_parser("list", help="all agencies' clients, without secrets")


def name(text: str) -> str:
    """A client's or an agency's id.

    Raises:
        argparse.ArgumentTypeError: it is none.
    """
    if not _NAME.fullmatch(text):
        raise argparse.ArgumentTypeError("small letters, digits and hyphens, at most 60")
    return text


def run(given: argparse.Namespace, *, clients: Callable[[], PartnerClients], out: TextIO, err: TextIO) -> int:
    """Does what the arguments say; returns the exit code."""
    try:
        out.write(_do(given, clients()))
    except PartnersError as error:
        err.write(f"{error}\n")
        return 1
    return 0


def _do(given: argparse.Namespace, clients: PartnerClients) -> str:
    match given.action:
        case "add":
            partner = Partner(client_id=given.client_id, organization=given.organization, scopes=frozenset(given.scope))
            return f"client_id: {given.client_id}\nclient_secret: {clients.add(partner)}\n{_ONLY_NOW}"
        case "rotate":
            return f"client_id: {given.client_id}\nclient_secret: {clients.rotate(given.client_id)}\n{_ONLY_NOW}"
        case "suspend":
            clients.set_active(given.client_id, active=False)
            return f"{given.client_id} is given no more tokens; those it has end within minutes.\n"
        case "resume":
            clients.set_active(given.client_id, active=True)
            return f"{given.client_id} is given tokens again.\n"
        case _:
            return "".join(_line(partner) for partner in clients.all()) or "There are no agencies.\n"


def _line(partner: Partner) -> str:
    state = "active" if partner.active else "suspended"
    return f"{partner.client_id}\t{partner.organization}\t{','.join(sorted(partner.scopes))}\t{state}\n"
