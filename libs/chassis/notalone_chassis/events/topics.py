"""The list of all topics (`topics.yaml`), checked."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from importlib.resources import files
from typing import Annotated, Literal

import yaml
from pydantic import BaseModel, ConfigDict, Field

NAME = r"^notalone(\.[a-z][a-z0-9_]*){2,}\.v[1-9][0-9]*$"
DEAD = ".dead"
Days = Annotated[int, Field(ge=1, le=3650)]


class UnknownTopic(ValueError):
    """A topic that is not on the list: a mistake in the code, not in the world."""


class Topic(BaseModel):
    """One topic; what the fields mean stands in `topics.yaml`."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    name: str = Field(pattern=NAME)
    owner: str = Field(pattern=r"^[a-z_]+$")
    key: str = Field(min_length=1)
    payload: str = ""
    keep: Literal["latest"] | Days
    partitions: int = Field(ge=1, le=64)
    after_dead: Literal["park", "go_on"]
    groups: tuple[Annotated[str, Field(pattern=r"^[a-z0-9][a-z0-9._-]*$")], ...] = ()

    @property
    def dead(self) -> str:
        """The name of its dead-letter topic."""
        return self.name + DEAD

    def dead_letters(self) -> Topic:
        """Its dead-letter topic. A letter stays until a tombstone says that it is settled: hence compaction."""
        return Topic.model_construct(
            name=self.dead,
            owner=self.owner,
            key="group, partition and offset of the event that failed",
            payload=self.payload,
            keep="latest",
            partitions=1,
            after_dead="go_on",
            groups=(),
        )


class Topics:
    """The topics by name, those of dead letters included."""

    def __init__(self, topics: Iterable[Topic]) -> None:
        """Raises ValueError where a name stands twice."""
        self._own = tuple(topics)
        self._all = {one.name: one for topic in self._own for one in (topic, topic.dead_letters())}
        if len(self._all) != 2 * len(self._own):
            raise ValueError("a topic stands twice in the list")

    def __getitem__(self, name: str) -> Topic:
        """The topic of that name.

        Raises:
            UnknownTopic: see there.
        """
        try:
            return self._all[name]
        except KeyError:
            raise UnknownTopic(name) from None

    def __iter__(self) -> Iterator[Topic]:
        """Those that are published to, without dead letters."""
        return iter(self._own)

    def with_dead_letters(self) -> tuple[Topic, ...]:
        """All that a log must have."""
        return tuple(self._all.values())


def load() -> Topics:
    """The packaged list.

    Raises:
        pydantic.ValidationError, ValueError: the list is wrong.
    """
    rows = yaml.safe_load(files("notalone_chassis.events").joinpath("topics.yaml").read_text("utf-8"))
    return Topics(Topic.model_validate(row) for row in rows)
