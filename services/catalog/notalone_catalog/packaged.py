"""What ships with the code: the crisis floor, the reviewed text files, and the closed list of needs."""

from __future__ import annotations

from collections.abc import Mapping

import notalone_crisis
import notalone_data
from notalone.catalog.v1.entry_pb2 import Entry


def entries() -> list[Entry]:
    """All entries, read anew.

    Raises:
        notalone_data.DataError: a packaged file is wrong.
    """
    return [*notalone_crisis.floor_entries(), *notalone_data.entries()]


def need_labels() -> Mapping[str, Mapping[str, str]]:
    """Every need with its words in each language.

    Raises:
        notalone_data.DataError: a packaged file is wrong.
    """
    labels: Mapping[str, Mapping[str, str]] = notalone_data.needs()["needs"]
    return labels
