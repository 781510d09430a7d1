"""Metrics of who could be signed in, and of the way to the identity provider."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from notalone_chassis.access.caller import Caller
from notalone_chassis.access.jwks import Documents
from notalone_chassis.access.ports import TokenVerifier
from notalone_chassis.errors import Unauthenticated, Unavailable
from notalone_chassis.telemetry.metrics import Metrics


class CountedVerifier:
    """A `TokenVerifier` whose answers are counted."""

    def __init__(self, verifier: TokenVerifier, metrics: Metrics) -> None:
        self._verifier = verifier
        self._metrics = metrics

    async def verify(self, token: str) -> Caller:
        """See `TokenVerifier.verify`."""
        outcome = "fault"
        try:
            caller = await self._verifier.verify(token)
            outcome = "valid"
        except Unauthenticated as error:
            outcome = "expired" if error.rule == "token.expired" else "invalid"
            raise
        except Unavailable:
            outcome = "unavailable"
            raise
        finally:
            self._metrics.count("notalone_token_verifications_total", outcome=outcome)
        return caller


class CountedDocuments:
    """`Documents` of the identity provider, whose fetches are counted."""

    def __init__(self, documents: Documents, metrics: Metrics) -> None:
        self._documents = documents
        self._metrics = metrics

    async def get(self, url: str) -> Mapping[str, Any]:
        """See `Documents.get`."""
        outcome = "failed"
        try:
            document = await self._documents.get(url)
            outcome = "fetched"
        finally:
            self._metrics.count("notalone_identity_fetches_total", outcome=outcome)
        return document
