"""Which index serves, which are being built, and how one takes the other's place without a gap.

Searches ask the alias `<name>`. Every index also has an alias of its own, `<index>.write`: whoever applies changes
writes to all that have one, then looks again whether another has come. A new index gets its alias as it is created,
before its builder reads the entries: so a change is either among the entries read, or applied to the new index too.
Builders may run side by side or die: the first to end takes the alias and removes all others, in one step.
"""

from __future__ import annotations

import contextlib
import secrets
from typing import Any

from elasticsearch import AsyncElasticsearch, NotFoundError

from notalone_catalog.adapters.elasticsearch.blueprint import Blueprint

WRITE = ".write"


class Superseded(Exception):
    """Another builder was faster; its index serves."""


class Versions:
    """The indexes behind one alias."""

    def __init__(self, client: AsyncElasticsearch, name: str) -> None:
        self._client = client
        self.name = name

    async def serving(self) -> tuple[int, str] | None:
        """Version and fingerprint of the blueprint of the index that serves; None where none does."""
        try:
            answer = await self._client.indices.get_mapping(index=self.name)
        except NotFoundError:
            return None
        meta = next(iter(answer.values()))["mappings"].get("_meta", {})
        return int(meta.get("version", 0)), str(meta.get("fingerprint", ""))

    async def targets(self) -> frozenset[str]:
        """The indexes that take changes."""
        answer = await self._client.indices.get(
            index=f"{self.name}-*", features="aliases", allow_no_indices=True, expand_wildcards="open"
        )
        return frozenset(index for index, part in answer.items() if index + WRITE in part["aliases"])

    async def create(self, blueprint: Blueprint) -> str:
        """A new, empty index that takes changes but does not serve: what is written is not visible before `open`."""
        index = f"{self.name}-{blueprint.version}-{blueprint.fingerprint}-{secrets.token_hex(4)}"
        settings = {**blueprint.settings, "refresh_interval": -1}
        await self._client.indices.create(
            index=index, settings=settings, mappings=blueprint.mappings, aliases={index + WRITE: {}}
        )
        return index

    async def open(self, index: str, blueprint: Blueprint) -> None:
        """Makes all of it visible, and from now on what is written soon after.

        Raises:
            Superseded: another builder has removed it.
        """
        interval = blueprint.settings["refresh_interval"]
        try:
            await self._client.indices.put_settings(index=index, settings={"refresh_interval": interval})
            await self._client.indices.refresh(index=index)
        except NotFoundError as error:
            raise Superseded from error

    async def change_over(self, index: str) -> None:
        """Lets this index serve and removes all others, in one step.

        Raises:
            Superseded: another builder has removed it.
        """
        while index in (targets := await self.targets()):
            actions: list[dict[str, Any]] = [{"add": {"index": index, "alias": self.name}}]
            actions += [{"remove_index": {"index": other}} for other in sorted(targets - {index})]
            # Where another has gone meanwhile nothing is done: look again.
            with contextlib.suppress(NotFoundError):
                await self._client.indices.update_aliases(actions=actions)
                return
        raise Superseded

    async def drop(self, index: str) -> None:
        """Removes an index that will not serve."""
        await self._client.indices.delete(index=index, ignore_unavailable=True)
