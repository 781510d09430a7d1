"""Entries as people see them, made once a minute for all who see them alike: a hundred times cheaper than each time."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from notalone.catalog.v1.entry_pb2 import Entry
from notalone.catalog.v1.programme_pb2 import Programme
from notalone.common.v1.common_pb2 import GENERAL, Audience

from notalone_kernel.programmes import present

# Some tens of megabytes.
_MOST = 4096

_Seen = tuple[str, str, Audience.ValueType, str]


@dataclass(frozen=True, slots=True)
class _Made:
    entry: Entry
    programme: Programme


class Presented:
    """Remembers what was made in this minute; what is open, and which channels there are, may change in the next."""

    def __init__(self, most: int = _MOST) -> None:
        """Of more than `most` programmes it forgets all."""
        self._most = most
        self._minute: datetime | None = None
        self._made: dict[_Seen, _Made] = {}

    def programme(
        self,
        entry: Entry,
        *,
        language: str,
        now: datetime,
        audience: Audience.ValueType = GENERAL,
        prefecture: str = "",
    ) -> Programme:
        """See `present`; the caller's own."""
        minute = now.replace(second=0, microsecond=0)
        if minute != self._minute or len(self._made) >= self._most:
            self._minute, self._made = minute, {}
        seen = (entry.id, language, audience, prefecture)
        made = self._made.get(seen)
        # A withdrawn number goes at once: its entry is another then.
        if made is None or made.entry is not entry:
            programme = present(entry, language=language, now=now, audience=audience, prefecture=prefecture)
            made = self._made[seen] = _Made(entry, programme)
        own = Programme()
        own.CopyFrom(made.programme)
        return own
