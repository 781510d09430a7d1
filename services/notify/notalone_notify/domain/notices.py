"""What the catalogue says that staff should know, and whom it concerns."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, TypeAlias

from google.protobuf.message import Message
from notalone.catalog.v1 import notices_pb2 as catalog
from notalone.notify.v1 import events_pb2 as pb
from notalone_chassis.events.event import Event

Role = Literal["catalog-editor", "catalog-approver"]
Kind: TypeAlias = pb.NoticeKind.ValueType
ROLES: tuple[Role, ...] = ("catalog-editor", "catalog-approver")
BOTH = ROLES
# An address may be longer; it is only shown.
LONGEST_VALUE = 500


@dataclass(frozen=True, slots=True, kw_only=True)
class Rule:
    """What is done with one kind of notice.

    Attributes:
        kind: as which it is told.
        message: what the event holds.
        roles: whom it concerns.
        urgent: goes out at once, and not with others of its kind.
        value: the field that says what of the entry it is about; empty where there is none.
        date: the field with a date that goes with it.
    """

    kind: Kind
    message: type[Message]
    roles: tuple[Role, ...]
    urgent: bool = False
    value: str = ""
    date: str = ""


_RULES = (
    Rule(kind=pb.DRAFT_SUBMITTED, message=catalog.DraftSubmitted, roles=("catalog-approver",)),
    Rule(kind=pb.DRAFT_RETURNED, message=catalog.DraftReturned, roles=("catalog-editor",)),
    Rule(kind=pb.CORRECTION_PROPOSED, message=catalog.CorrectionProposed, roles=("catalog-editor",)),
    Rule(kind=pb.DESK_PAUSED, message=catalog.DeskPaused, roles=("catalog-editor",), date="until"),
    Rule(kind=pb.DESK_RESUMED, message=catalog.DeskResumed, roles=("catalog-editor",)),
    Rule(
        kind=pb.CONTACT_EXPIRING,
        message=catalog.ContactExpiring,
        roles=("catalog-editor",),
        value="value",
        date="expires_on",
    ),
    Rule(
        kind=pb.FLOOR_CONTACT_STALE,
        message=catalog.FloorContactStale,
        roles=BOTH,
        urgent=True,
        value="value",
        date="checked_on",
    ),
    Rule(
        kind=pb.FLOOR_CONTACT_WITHDRAWN, message=catalog.FloorContactWithdrawn, roles=BOTH, urgent=True, value="value"
    ),
    Rule(kind=pb.FLOOR_CONTACT_RESTORED, message=catalog.FloorContactRestored, roles=BOTH, urgent=True, value="value"),
    Rule(kind=pb.LINK_DEAD, message=catalog.LinkDead, roles=("catalog-editor",), value="url"),
    Rule(kind=pb.CONTACT_REPORTED_WRONG, message=catalog.ContactReportedWrong, roles=BOTH, urgent=True, value="value"),
)
RULES = {str(rule.message.DESCRIPTOR.full_name): rule for rule in _RULES}
OF_KIND = {rule.kind: rule for rule in _RULES}


@dataclass(frozen=True, slots=True, kw_only=True)
class Notice:
    """One notice to one role: public facts, nothing that anybody wrote."""

    event_id: str
    kind: Kind
    role: Role
    urgent: bool
    entry_id: str
    value: str
    date: str


def read(event: Event) -> list[Notice]:
    """What an event says to whom; nothing where it is of no kind that we know: a later release may.

    Raises:
        google.protobuf.message.DecodeError, ValueError: it is not what its type says.
    """
    rule = RULES.get(event.type)
    if rule is None:
        return []
    if event.data is None:
        raise ValueError("a notice without content")
    message = rule.message.FromString(event.data)
    if not getattr(message, "entry_id", ""):
        raise ValueError("a notice about no entry")
    return [
        Notice(
            event_id=event.id,
            kind=rule.kind,
            role=role,
            urgent=rule.urgent,
            entry_id=_clean(getattr(message, "entry_id", "")),
            value=_clean(getattr(message, rule.value)) if rule.value else "",
            date=_clean(getattr(message, rule.date))[:40] if rule.date else "",
        )
        for role in rule.roles
    ]


def _clean(text: str) -> str:
    """One line, whatever was sent."""
    return "".join(character if character.isprintable() else " " for character in text)[:LONGEST_VALUE]
