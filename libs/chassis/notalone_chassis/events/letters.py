"""Dead letters as records of `<topic>.dead`, and what they come to.

The topic is compacted, and each letter has a key of its own: it stays until a tombstone says that it is settled, that
is replayed or discarded. So the topic itself is the memory of what is parked, over restarts and on every adapter.
"""

from __future__ import annotations

import contextlib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime

from notalone_chassis.events.cloudevents import MalformedEvent, texts, to_headers
from notalone_chassis.events.log import EventLog, Record, Stored
from notalone_chassis.events.topics import DEAD

LETTER, REPLAY = "letter", "replay"
TOMBSTONE, DATA = "tombstone", "data"
# Why a letter that was never tried is here.
PARKED = "Parked"


@dataclass(frozen=True, slots=True, kw_only=True)
class Letter:
    """An event that a group could not handle, or that had to wait behind one.

    Attributes:
        group: whose handler failed; other groups are not concerned.
        topic, partition, offset: where the event stands.
        reason: name of the exception's class, never its text: that may hold anything. "Parked": not tried.
        tries: how often it was tried.
        time: when it was given up.
        record: the event's record, unchanged.
    """

    group: str
    topic: str
    partition: int
    offset: int
    reason: str
    tries: int
    time: datetime
    record: Record

    @property
    def name(self) -> str:
        """Names it among the letters of its topic: "group/partition/offset"."""
        return f"{self.group}/{self.partition}/{self.offset}"

    @property
    def id(self) -> str:
        """The key of its record."""
        return f"{LETTER}/{self.name}"

    @property
    def place(self) -> tuple[int, int]:
        """For sorting: partition and offset."""
        return self.partition, self.offset


def letter_id(group: str, partition: int, offset: int) -> str:
    """The id of the letter about an event, for a group."""
    return f"{LETTER}/{group}/{partition}/{offset}"


def replay_id(group: str, key: str) -> str:
    """The id of the request to replay the letters of a key."""
    return f"{REPLAY}/{group}/{key}"


def to_record(letter: Letter) -> Record:
    """The record of a letter: the event's own headers, and ours."""
    ours = {
        "original_topic": letter.topic,
        "original_partition": str(letter.partition),
        "original_offset": str(letter.offset),
        "original_key": letter.record.key,
        "original_value": TOMBSTONE if letter.record.value is None else DATA,
        "dead_group": letter.group,
        "dead_reason": letter.reason,
        "dead_tries": str(letter.tries),
        "dead_time": letter.time.isoformat(),
    }
    # A value of None would take the letter away; so a tombstone's letter is empty, and says so.
    return Record(key=letter.id, value=letter.record.value or b"", headers=letter.record.headers + to_headers(ours))


def to_letter(record: Record) -> Letter:
    """The letter of a record.

    Raises:
        MalformedEvent: it is none.
    """
    found = {name: value for name, value in record.headers if name.startswith(("original_", "dead_"))}
    headers = texts(tuple(found.items()))
    try:
        return Letter(
            group=headers["dead_group"],
            topic=headers["original_topic"],
            partition=int(headers["original_partition"]),
            offset=int(headers["original_offset"]),
            reason=headers["dead_reason"],
            tries=int(headers["dead_tries"]),
            time=datetime.fromisoformat(headers["dead_time"]),
            record=Record(
                key=headers["original_key"],
                value=None if headers["original_value"] == TOMBSTONE else record.value,
                headers=tuple(one for one in record.headers if one[0] not in found),
            ),
        )
    except (KeyError, ValueError) as error:
        raise MalformedEvent("dead letter") from error


def tombstone(key: str) -> Record:
    """Settles a letter or a request."""
    return Record(key=key, value=None, headers=())


def replay_request(group: str, key: str) -> Record:
    """Asks the group's consumer to replay the letters of a key."""
    return Record(key=replay_id(group, key), value=b"", headers=())


async def read_letters(log: EventLog, topic: str) -> list[Letter]:
    """All unsettled letters of a dead-letter topic, in order of group, partition and offset. Broken ones are left out.

    Raises:
        Unavailable: the log cannot be reached.
    """
    newest: dict[str, Record] = {}
    reader = await log.read([topic], group=None)
    try:
        ends = await reader.ends()
        while not await reader.reached(ends):
            records = (await reader.take()).records
            newest.update({one.record.key: one.record for one in records})
            await reader.done(records)
    finally:
        await reader.close()
    letters: list[Letter] = []
    for key, record in newest.items():
        with contextlib.suppress(MalformedEvent):
            if key.startswith(LETTER + "/") and record.value is not None:
                letters.append(to_letter(record))
    return sorted(letters, key=lambda one: (one.group, one.partition, one.offset))


@dataclass(frozen=True, slots=True)
class Waiting:
    """What is known of an unsettled letter without its payload."""

    topic: str
    key: str
    partition: int
    offset: int


class Letterbox:
    """What the letters of one group come to: which are unsettled, and which keys are to be replayed."""

    def __init__(self, group: str) -> None:
        self._group = group
        self._waiting: dict[tuple[str, str], Waiting] = {}
        self._count: dict[tuple[str, str], int] = {}
        self._requests: dict[tuple[str, str], None] = {}

    def read(self, records: Iterable[Stored]) -> None:
        """Takes in records of dead-letter topics, in order. Those of other groups and broken ones are no concern."""
        for stored in records:
            kind, _, rest = stored.record.key.partition("/")
            group, _, key = rest.partition("/")
            if group != self._group:
                continue
            topic = stored.topic.removesuffix(DEAD)
            if kind == REPLAY:
                self._ask(topic, key, asked=stored.record.value is not None)
            elif kind == LETTER and stored.record.value is None:
                self._settle(topic, stored.record.key)
            elif kind == LETTER:
                self._put(topic, stored.record)

    def __len__(self) -> int:
        return len(self._waiting)

    def put(self, letter: Letter) -> None:
        """Takes in a letter just written."""
        self._put(letter.topic, to_record(letter))

    def is_waiting(self, topic: str, key: str) -> bool:
        """Whether a letter of this key is unsettled."""
        return (topic, key) in self._count

    def has(self, stored: Stored) -> bool:
        """Whether there is an unsettled letter about this very event."""
        return (stored.topic, letter_id(self._group, stored.partition, stored.offset)) in self._waiting

    def of(self, topic: str, key: str) -> list[Waiting]:
        """The unsettled letters of a key, in order."""
        found = [one for one in self._waiting.values() if (one.topic, one.key) == (topic, key)]
        return sorted(found, key=lambda one: (one.partition, one.offset))

    def has_requests(self) -> bool:
        """Whether something is to be replayed."""
        return bool(self._requests)

    def requests(self) -> Iterator[tuple[str, str]]:
        """Topics and keys to be replayed."""
        return iter(tuple(self._requests))

    def _put(self, topic: str, record: Record) -> None:
        try:
            letter = to_letter(record)
        except MalformedEvent:
            return
        if (topic, record.key) not in self._waiting:
            one = Waiting(topic=topic, key=letter.record.key, partition=letter.partition, offset=letter.offset)
            self._waiting[topic, record.key] = one
            self._count[topic, one.key] = self._count.get((topic, one.key), 0) + 1

    def _settle(self, topic: str, name: str) -> None:
        one = self._waiting.pop((topic, name), None)
        if one is not None:
            self._count[topic, one.key] -= 1
            if not self._count[topic, one.key]:
                del self._count[topic, one.key]

    def _ask(self, topic: str, key: str, *, asked: bool) -> None:
        if asked:
            self._requests[topic, key] = None
        else:
            self._requests.pop((topic, key), None)
