"""The identity provider's public keys, kept so that tokens are verified without asking it.

Keys are fetched again after `FRESH_FOR`, and earlier where a token names a key that is not among them: this is how a
new key is found. Both are bounded, so that neither an outage nor a flood of made-up key ids becomes a flood of
requests. What the provider no longer publishes is dropped with the next fetch; while it cannot be reached, the last
keys hold for `GOOD_FOR`.
"""

from __future__ import annotations

import asyncio
from collections import OrderedDict
from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any, Protocol

from joserfc.errors import JoseError
from joserfc.jwk import ECKey, RSAKey, import_key

from notalone_chassis.access.documents import DocumentMissing
from notalone_chassis.clock import Clock
from notalone_chassis.errors import Unavailable

# Also the longest that a key is believed after it was withdrawn.
FRESH_FOR = timedelta(minutes=2)
# Access tokens live for minutes: after this long without the provider nobody holds a valid one.
GOOD_FOR = timedelta(hours=1)
# At most one fetch in this time, whatever tokens say.
COOL_DOWN = timedelta(seconds=5)
# A key id that the provider does not have is not asked for again.
UNKNOWN_FOR = timedelta(seconds=30)
MOST_UNKNOWN = 1000
MOST_KEYS = 50

PublicKey = RSAKey | ECKey


class Documents(Protocol):
    """Fetches JSON documents."""

    async def get(self, url: str) -> Mapping[str, Any]:
        """The object at an address.

        Raises:
            DocumentMissing: it cannot be had now.
        """
        ...


class JwksCache:
    """Keys by their id."""

    def __init__(self, issuer: str, *, documents: Documents, clock: Clock, jwks_url: str = "") -> None:
        """`jwks_url` is where the keys are; without it the issuer's discovery document tells."""
        self._issuer = issuer
        self._documents = documents
        self._clock = clock
        self._jwks_url = jwks_url
        self._keys: Mapping[str, PublicKey] = {}
        self._unknown: OrderedDict[str, datetime] = OrderedDict()
        self._fetched: datetime | None = None
        self._tried: datetime | None = None
        self._failed = False
        self._refreshing: asyncio.Task[None] | None = None

    async def find(self, kid: str) -> PublicKey | None:
        """The key of this id; None where the provider has none such.

        Raises:
            Unavailable: the provider cannot be reached, and what it said last does not tell.
        """
        before = self._fetched
        if not self._within(before, FRESH_FOR):
            await self._refresh()
        if kid not in self._good() and not self._within(self._unknown.get(kid), UNKNOWN_FOR):
            await self._refresh()
        found = self._good().get(kid)
        if found is None and self._failed:
            raise Unavailable("identity")
        if found is None and self._fetched != before:
            # Only what a fetch has shown: within the cool-down it may be a key made just now.
            self._remember_unknown(kid)
        return found

    def _good(self) -> Mapping[str, PublicKey]:
        return self._keys if self._within(self._fetched, GOOD_FOR) else {}

    def _within(self, since: datetime | None, span: timedelta) -> bool:
        # A clock that was set back makes the past lie in the future: that counts as over.
        return since is not None and timedelta(0) <= self._clock.now() - since < span

    def _remember_unknown(self, kid: str) -> None:
        self._unknown[kid] = self._clock.now()
        if len(self._unknown) > MOST_UNKNOWN:
            self._unknown.popitem(last=False)

    async def _refresh(self) -> None:
        """Fetches the keys, or waits for the fetch under way; returns at once where one was tried just now."""
        if self._refreshing is None or self._refreshing.done():
            if self._within(self._tried, COOL_DOWN):
                return
            self._tried = self._clock.now()
            self._refreshing = asyncio.create_task(self._fetch())
        # Others wait for the same fetch: it goes on where one call is cancelled.
        await asyncio.shield(self._refreshing)

    async def _fetch(self) -> None:
        try:
            keys = read_keys(await self._documents.get(await self._address()))
        except DocumentMissing:
            keys = {}
        # A set without a usable key is taken for a fault of the provider: believing it would shut everybody out.
        self._failed = not keys
        if keys:
            self._keys, self._fetched = keys, self._clock.now()
            self._unknown.clear()

    async def _address(self) -> str:
        if self._jwks_url:
            return self._jwks_url
        document = await self._documents.get(f"{self._issuer}/.well-known/openid-configuration")
        if document.get("issuer") != self._issuer or not isinstance(document.get("jwks_uri"), str):
            raise DocumentMissing("the discovery document is not that of the issuer")
        return str(document["jwks_uri"])


def read_keys(document: Mapping[str, Any]) -> Mapping[str, PublicKey]:
    """The keys of a JWK set that verify signatures: RSA and EC, public; what is none of these is left out."""
    found: dict[str, PublicKey] = {}
    rows = document.get("keys")
    for row in rows[:MOST_KEYS] if isinstance(rows, list) else ():
        key = _read_key(row)
        if key is not None and key.kid:
            found[key.kid] = key
    return found


def _read_key(row: object) -> PublicKey | None:
    if not isinstance(row, dict) or row.get("use", "sig") != "sig":
        return None
    try:
        key = import_key(row)
    except (JoseError, ValueError, TypeError):
        return None
    return key if isinstance(key, RSAKey | ECKey) and not key.is_private else None
