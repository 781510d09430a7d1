"""What ranking asks of entries, read from them once: a turn asks hundreds of them, and they hardly ever change."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property

from notalone.catalog.v1.entry_pb2 import Entry
from notalone.common.v1.contact_pb2 import Contact
from notalone_kernel.minute import ThisMinute
from notalone_kernel.programmes import CHILD_WORDING, answering, visible

from notalone_dialogue.understanding.mentions import mention

_TALKING = frozenset({Contact.PHONE, Contact.CHAT, Contact.SNS})
_FOREIGN = "foreign."


class Candidate:
    """An entry, and what it says of itself at any time."""

    def __init__(self, entry: Entry) -> None:
        self.entry = entry
        self.id = entry.id
        self.kind = entry.kind
        self.needs: Mapping[str, float] = dict(entry.needs)
        self.fits: Mapping[str, float] = {**self.needs, mention(entry.id): 1.0}
        self.anywhere = not entry.prefectures
        self.maximum_age = entry.maximum_age
        self.foreign = any(need.startswith(_FOREIGN) for need in self.needs)

    @cached_property
    def spoken(self) -> frozenset[str]:
        """The languages that a channel of it names."""
        return frozenset(spoken for channel in self.entry.channels for spoken in channel.languages)

    @cached_property
    def talks(self) -> bool:
        """Whether somebody there answers in person."""
        return any(channel.kind in _TALKING for channel in self.entry.channels)

    @cached_property
    def for_children(self) -> bool:
        """Whether it is told in a child's words."""
        return CHILD_WORDING in self.entry.summary


@dataclass(frozen=True, slots=True)
class Now:
    """What an entry says of itself at one time."""

    visible: bool
    open: bool


class Candidates:
    """All entries, found by the needs that they answer."""

    def __init__(self, entries: Sequence[Entry]) -> None:
        """Nobody changes `entries` any more; others are other candidates."""
        self.entries = entries
        self._by_need: dict[str, list[tuple[int, Candidate]]] = defaultdict(list)
        for place, candidate in enumerate(map(Candidate, entries)):
            for need in candidate.fits:
                self._by_need[need].append((place, candidate))
        self._now: ThisMinute[Candidate, Now] = ThisMinute(len(entries))

    def answering(self, needs: Iterable[str]) -> list[Candidate]:
        """Those that answer one of these needs or are mentioned among them, in the order of the entries."""
        found = dict(each for need in needs for each in self._by_need.get(need, ()))
        return [found[place] for place in sorted(found)]

    def now(self, candidate: Candidate, now: datetime) -> Now:
        """How it stands; looked at once a minute."""
        return self._now.get(candidate, now, lambda: _look(candidate.entry, now))


def _look(entry: Entry, now: datetime) -> Now:
    timed = (channel for channel in entry.channels if channel.HasField("hours"))
    return Now(visible=visible(entry, now), open=any(answering(entry, channel, now).open for channel in timed))
