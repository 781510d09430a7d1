"""Who makes the call at work."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from typing import Literal

from notalone_chassis.errors import Unauthenticated


@dataclass(frozen=True, slots=True, kw_only=True)
class Caller:
    """A person of the staff, or a partner agency, as the verified access token tells.

    Attributes:
        subject: the identity provider's lasting id of the person or the agency's client.
        kind: "staff" signs in by hand; "partner" is an agency's confidential client.
        roles: "catalog-editor", "catalog-approver", "campaign-manager", "auditor".
        scopes: capabilities granted to an agency, as "catalog:correct".
        organization: id of the agency; empty for staff. A partner sees and changes only what this organization owns.
    """

    subject: str
    kind: Literal["staff", "partner"]
    roles: frozenset[str] = frozenset()
    scopes: frozenset[str] = frozenset()
    organization: str = ""


# Set by the guard round each authenticated call, and by tests.
_CALLER: ContextVar[Caller | None] = ContextVar("caller", default=None)


def caller() -> Caller:
    """The caller of the call at work.

    Raises:
        Unauthenticated: nobody signed in; the guard lets none through, so this tells a fault in a declaration.
    """
    found = _CALLER.get()
    if found is None:
        raise Unauthenticated("token.missing")
    return found


@contextmanager
def calling(who: Caller | None) -> Iterator[None]:
    """Makes somebody the caller of what is done inside: the guard's way to say who calls, and a test's."""
    before = _CALLER.set(who)
    try:
        yield
    finally:
        _CALLER.reset(before)
