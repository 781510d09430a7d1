"""How one mail to one person fares.

    created ──► sending ──► sent
                 │  ▲  └──► permanent failure        refused for good, or tried too often
                 │  └─────  temporary failure        refused for now: again, later and later
                 └────────► unknown                  the end of the attempt was not seen

Nothing is sent but from `sending`, which is committed before the attempt begins. An attempt whose end nobody saw (the
process died, the connection broke after the text had gone out) leaves `unknown`: it may have arrived. A mail to staff
is then sent once more, marked as a possible repeat and under the same Message-ID: not to be told of a dead crisis line
is worse than to be told twice. After the second such end it stays so, for operators to see.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from random import Random
from typing import Literal, TypeAlias

from notalone.notify.v1 import events_pb2 as pb

from notalone_notify.domain.notices import Kind, Role

State: TypeAlias = pb.MailState.ValueType
Outcome = Literal["sent", "temporary", "permanent", "unknown"]

# Longer than any attempt takes: then nobody is at work on it any more.
ATTEMPT = timedelta(minutes=5)
# Time for somebody to look whether it arrived.
AFTER_UNKNOWN = timedelta(minutes=10)
MOST_REPEATS = 1
FIRST_WAIT = timedelta(minutes=1)
LONGEST_WAIT = timedelta(hours=1)
# About two days.
MOST_ATTEMPTS = 50


@dataclass(frozen=True, slots=True, kw_only=True)
class Mail:
    """One mail.

    Attributes:
        id: its lasting reference; the Message-ID is made of it.
        digest_id: the notices in it.
        recipient: a hash of the address: where it stands in the settings, the mail goes there.
        repeats: how often it was sent again after an end that nobody saw.
        since: when it came into its state.
        due: when something is to be done about it; None where nothing is.
    """

    id: str
    digest_id: str
    role: Role
    kind: Kind
    urgent: bool
    recipient: str
    notices: int
    state: State
    attempts: int
    repeats: int
    since: datetime
    due: datetime | None


def begin(mail: Mail, *, now: datetime) -> Mail:
    """An attempt begins.

    Raises:
        ValueError: the mail is not one that may be sent now.
    """
    if mail.state not in {pb.CREATED, pb.TEMPORARY_FAILURE, pb.UNKNOWN} or mail.due is None or mail.due > now:
        raise ValueError(f"a mail that is {pb.MailState.Name(mail.state)} is not sent now")
    repeats = mail.repeats + (mail.state == pb.UNKNOWN)
    return replace(mail, state=pb.SENDING, attempts=mail.attempts + 1, repeats=repeats, since=now, due=now + ATTEMPT)


def end(mail: Mail, outcome: Outcome, *, now: datetime, random: Random) -> Mail:
    """The attempt has ended.

    Raises:
        ValueError: none was under way.
    """
    # An attempt that was given up for lost may tell its end after all.
    if mail.state not in {pb.SENDING, pb.UNKNOWN}:
        raise ValueError("no attempt is under way")
    match outcome:
        case "sent":
            return replace(mail, state=pb.SENT, since=now, due=None)
        case "temporary" if mail.attempts < MOST_ATTEMPTS:
            return replace(mail, state=pb.TEMPORARY_FAILURE, since=now, due=now + _wait(mail.attempts, random))
        case "temporary" | "permanent":
            return replace(mail, state=pb.PERMANENT_FAILURE, since=now, due=None)
        case "unknown":
            due = now + AFTER_UNKNOWN if mail.repeats < MOST_REPEATS else None
            return replace(mail, state=pb.UNKNOWN, since=now, due=due)


def is_lost(mail: Mail, *, now: datetime) -> bool:
    """Whether an attempt began and its end will not be seen any more."""
    return mail.state == pb.SENDING and mail.due is not None and mail.due <= now


def _wait(attempts: int, random: Random) -> timedelta:
    step = min(LONGEST_WAIT, FIRST_WAIT * 2.0 ** min(attempts - 1, 20))
    return step * (0.75 + random.random() / 4)
