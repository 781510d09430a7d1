"""Keeping a memo for another device: sealed, for a while, with its key in the link alone."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

import notalone_crisis
from notalone.crisis.v1.crisis_pb2 import Crisis
from notalone.dialogue.v1 import dialogue_service_pb2 as dialogue
from notalone.pdf.v1 import pdf_service_pb2 as pdf
from notalone_chassis import idempotency
from notalone_chassis.clock import Clock
from notalone_chassis.errors import FailedPrecondition, NotFound
from notalone_chassis.objects.ports import AlreadyThere, ObjectInfo, ObjectStore

from notalone_pdf import sealing
from notalone_pdf.usecases import RenderMemo

# Who did this may find the link, or ask for it.
_NOT_KEPT = {Crisis.VIOLENCE, Crisis.SEXUAL_VIOLENCE, Crisis.CHILD_ABUSE}
_SEALED = "application/octet-stream"
_CLAIM = "claim"


@dataclass(frozen=True, slots=True)
class Kept:
    """A memo that is kept.

    Attributes:
        link: Names and opens it.
        expire_time: When it will be gone, aware.
    """

    link: sealing.Link
    expire_time: datetime


@dataclass(frozen=True, slots=True)
class _Claim:
    """The right to one link."""

    source: bytes
    salt: bytes
    expire_time: datetime
    # Under what an Idempotency-Key is noted; empty without one.
    name: str = ""

    @property
    def kept(self) -> Kept:
        return Kept(link=sealing.link_from(self.source, self.salt), expire_time=self.expire_time)


@dataclass(frozen=True, slots=True, kw_only=True)
class KeepMemo:
    """Renders a memo and keeps it."""

    render: RenderMemo
    store: ObjectStore
    lifetime: timedelta
    clock: Clock
    # So many random bytes.
    random: Callable[[int], bytes]

    async def __call__(
        self, request: pdf.RenderMemoRequest, *, key: UUID | None, accept_language: str, seconds: float
    ) -> Kept:
        """Returns what leads to the memo; the same for the same request with the same key.

        Args:
            request: What to render.
            key: The Idempotency-Key, where the caller gave one.
            accept_language: See `RenderMemo`.
            seconds: See `RenderMemo`.

        Raises:
            InvalidArgument: the conversation is broken or too old, or the key was used for another request.
            FailedPrecondition: there are signs that the memo had better not be kept.
            Unavailable: the dialogue service or the object store does not answer.
        """
        claim = await self._known(request, key)
        if claim and await self.store.stat(_memo(claim.kept.link.id)):
            return claim.kept
        description = await self.render.describe(request, accept_language=accept_language, seconds=seconds)
        await _refuse_where_unsafe(description, request.note)
        content = await self.render.print(request, description)
        claim = claim or await self._claim(request, key)
        await self._put(content, claim)
        return claim.kept

    async def _put(self, content: bytes, claim: _Claim) -> None:
        link = claim.kept.link
        info = ObjectInfo(
            content_type=_SEALED,
            expire_time=claim.expire_time,
            metadata={_CLAIM: claim.name} if claim.name else {},
        )
        sealed = sealing.seal(content, link, nonce=self.random(sealing.NONCE_BYTES))
        await self.store.put(_memo(link.id), sealed, info)

    async def _known(self, request: pdf.RenderMemoRequest, key: UUID | None) -> _Claim | None:
        """The claim of an earlier call with this key."""
        if key is None:
            return None
        name, source = sealing.claim_name(key), _source(key, request)
        noted = await self.store.get(_note(name))
        if noted is None:
            return None
        salt = sealing.salt_of(noted.content, source)
        if salt is None:
            raise idempotency.other_body()
        return _Claim(source, salt, noted.info.expire_time, name)

    async def _claim(self, request: pdf.RenderMemoRequest, key: UUID | None) -> _Claim:
        """A new claim, or that of another call which was faster."""
        salt, expire_time = self.random(sealing.SALT_BYTES), self.clock.now() + self.lifetime
        if key is None:
            return _Claim(self.random(sealing.SOURCE_BYTES), salt, expire_time)
        claim = _Claim(_source(key, request), salt, expire_time, sealing.claim_name(key))
        info = ObjectInfo(content_type=_SEALED, expire_time=expire_time)
        try:
            await self.store.put(_note(claim.name), sealing.claim(claim.source, salt), info, if_absent=True)
        except AlreadyThere:
            return await self._known(request, key) or claim
        return claim


@dataclass(frozen=True, slots=True)
class KeptMemos:
    """Opens and deletes what is kept."""

    store: ObjectStore

    async def open(self, memo_id: str, key_text: str) -> bytes:
        """The PDF.

        Raises:
            NotFound: it is gone, or never was, or the link is not whole; nobody can tell which.
            Unavailable: the object store does not answer.
        """
        try:
            link = sealing.link_of(memo_id, key_text)
            found = await self.store.get(_memo(link.id))
            if found is None:
                raise NotFound("memo", "")
            return sealing.unseal(found.content, link)
        except sealing.NotOurs:
            raise NotFound("memo", "") from None

    async def delete(self, memo_id: str) -> None:
        """Deletes a memo, and what was noted of its making; nothing happens where there is none.

        Raises:
            Unavailable: the object store does not answer; it may be gone or not.
        """
        if not sealing.is_id(memo_id):
            return
        found = await self.store.stat(_memo(memo_id))
        if found and (name := found.metadata.get(_CLAIM)):
            await self.store.delete(_note(name))
        await self.store.delete(_memo(memo_id))


async def _refuse_where_unsafe(description: dialogue.DescribeConversationResponse, note: str) -> None:
    in_note = await asyncio.to_thread(notalone_crisis.recognise, note) if note else frozenset()
    if _NOT_KEPT & {*description.crisis_kinds, *in_note}:
        raise FailedPrecondition("memo.not_kept")


def _source(key: UUID, request: pdf.RenderMemoRequest) -> bytes:
    return sealing.source_of(key, request.SerializeToString(deterministic=True))


def _memo(memo_id: str) -> str:
    return f"memos/{memo_id}"


def _note(name: str) -> str:
    return f"claims/{name}"
