"""Which reader of a group has which partitions: leases in the file, so that readers may be in several processes."""

from __future__ import annotations

import fcntl
import os
import sqlite3
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path

from notalone_chassis.events.log import Place

# A reader that has not said for so long that it lives has lost its partitions, though its process may be there.
LEASE_MS = 30_000


class Alive:
    """A file that this log keeps locked as long as it is open. The system unlocks it when the process dies.

    So a partition of a dead process is free at once, without waiting for its lease to end.
    """

    def __init__(self, folder: Path, name: str) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        self._folder = folder
        self.name = name
        self._handle = os.open(folder / name, os.O_RDWR | os.O_CREAT, 0o600)
        fcntl.flock(self._handle, fcntl.LOCK_EX | fcntl.LOCK_NB)

    def alive(self, member: str) -> bool:
        """Whether the log that a member ("<log>/<number>") belongs to is open somewhere."""
        name = member.partition("/")[0]
        if name == self.name:
            return True
        try:
            handle = os.open(self._folder / name, os.O_RDWR)
        except FileNotFoundError:
            return False
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            return True
        else:
            (self._folder / name).unlink(missing_ok=True)
            return False
        finally:
            os.close(handle)

    def close(self) -> None:
        """Unlocks and takes the file away."""
        (self._folder / self.name).unlink(missing_ok=True)
        os.close(self._handle)


@dataclass(frozen=True, slots=True)
class Member:
    """One reader of a group, and the topics it reads, sorted."""

    group: str
    name: str
    topics: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Share:
    """The partitions that a reader has, and which of them it had without a break."""

    held: frozenset[Place]
    kept: frozenset[Place]


def balance(connection: sqlite3.Connection, me: Member, *, now: int, alive: Callable[[str], bool]) -> Share:
    """Takes and gives back partitions, so that each reader of the group has its share; returns that of this one.

    To be called only between two batches: what is given back must have been committed. `now` in milliseconds.
    """
    connection.execute(
        "INSERT INTO members VALUES (?, ?, ?, ?) ON CONFLICT DO UPDATE SET until = excluded.until",
        (me.group, me.name, " ".join(me.topics), now + LEASE_MS),
    )
    for name, _, until in _members(connection, me.group):
        if until <= now or not alive(name):
            leave(connection, me.group, name)
    members = _members(connection, me.group)
    shares = [
        _share(connection, me, topic, sum(topic in topics for _, topics, _ in members), now) for topic in me.topics
    ]
    return Share(
        held=frozenset().union(*(share.held for share in shares)), kept=frozenset().union(*(s.kept for s in shares))
    )


def settled(connection: sqlite3.Connection, me: Member, *, now: int, alive: Callable[[str], bool]) -> bool:
    """Whether `balance` would change nothing: asked often, and cheap."""
    members = _members(connection, me.group)
    if any(until <= now or not alive(name) for name, _, until in members):
        return False
    if me.name not in {name for name, _, _ in members}:
        return False
    return all(
        _has_its_share(connection, me, topic, sum(topic in topics for _, topics, _ in members)) for topic in me.topics
    )


def _members(connection: sqlite3.Connection, group: str) -> list[tuple[str, list[str], int]]:
    rows = connection.execute("SELECT member, topics, until FROM members WHERE grp = ?", (group,))
    return [(member, topics.split(), until) for member, topics, until in rows]


def _has_its_share(connection: sqlite3.Connection, me: Member, topic: str, readers: int) -> bool:
    owners = connection.execute(
        "SELECT l.member FROM partitions p LEFT JOIN leases l"
        " ON l.grp = ? AND l.topic = p.topic AND l.number = p.number WHERE p.topic = ?",
        (me.group, topic),
    ).fetchall()
    mine, fair = owners.count((me.name,)), -(-len(owners) // readers)
    return mine == fair or (mine < fair and (None,) not in owners)


def _share(connection: sqlite3.Connection, me: Member, topic: str, readers: int, now: int) -> Share:
    numbers = {number for (number,) in connection.execute("SELECT number FROM partitions WHERE topic = ?", (topic,))}
    owners = dict(
        connection.execute(
            "SELECT number, member FROM leases WHERE grp = ? AND topic = ?", (me.group, topic)
        ).fetchall()
    )
    mine = {number for number, owner in owners.items() if owner == me.name}
    fair = -(-len(numbers) // readers)
    kept = set(sorted(mine)[:fair])
    taken = set(sorted(numbers - owners.keys())[: fair - len(kept)])
    connection.executemany(
        "DELETE FROM leases WHERE grp = ? AND topic = ? AND number = ? AND member = ?",
        [(me.group, topic, number, me.name) for number in mine - kept],
    )
    connection.executemany(
        "INSERT INTO leases VALUES (?, ?, ?, ?, ?) ON CONFLICT DO UPDATE SET until = excluded.until",
        [(me.group, topic, number, me.name, now + LEASE_MS) for number in kept | taken],
    )
    return Share(
        held=frozenset((topic, number) for number in kept | taken), kept=frozenset((topic, number) for number in kept)
    )


def renew(connection: sqlite3.Connection, members: Iterable[str], now: int) -> None:
    """Says that these readers live."""
    rows = [(now + LEASE_MS, member) for member in members]
    connection.executemany("UPDATE members SET until = ? WHERE member = ?", rows)
    connection.executemany("UPDATE leases SET until = ? WHERE member = ?", rows)


def leave(connection: sqlite3.Connection, group: str, member: str) -> None:
    """Gives back all that a reader has."""
    connection.execute("DELETE FROM leases WHERE grp = ? AND member = ?", (group, member))
    connection.execute("DELETE FROM members WHERE grp = ? AND member = ?", (group, member))
