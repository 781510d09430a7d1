"""What the domain refuses, as callers are told."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator

from notalone_chassis.errors import Aborted, FailedPrecondition, PermissionDenied

from notalone_catalog.domain.records import Outdated, Refused, SameHand


@contextlib.contextmanager
def told() -> Iterator[None]:
    """Turns a refusal inside into the error of the contract.

    Raises:
        Aborted: somebody else was faster.
        PermissionDenied: the approver is the submitter.
        FailedPrecondition: anything else.
    """
    try:
        yield
    except Outdated as error:
        raise Aborted(error.rule) from error
    except SameHand as error:
        raise PermissionDenied(error.rule) from error
    except Refused as error:
        raise FailedPrecondition(error.rule) from error
