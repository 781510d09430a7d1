"""What can go wrong, in sentences that say what to do."""

from __future__ import annotations


class StackError(Exception):
    """A server cannot be installed, started or stopped; the text says why and what helps."""
