"""JSON documents over HTTP: small, quick, from exactly the address that was asked for."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

import httpx2

TIMEOUT_SECONDS = 2.0
MAX_BYTES = 256 * 1024


class DocumentMissing(Exception):
    """A document cannot be had now."""


class HttpDocuments:
    """Fetches documents, each over a connection of its own: they are needed every few minutes."""

    async def get(self, url: str) -> Mapping[str, Any]:
        """The object at an address; redirects are not followed.

        Raises:
            DocumentMissing: no answer, not 200, too large, or no JSON object.
        """
        try:
            async with (
                httpx2.AsyncClient(timeout=TIMEOUT_SECONDS) as client,
                client.stream("GET", url, headers={"Accept": "application/json"}) as answer,
            ):
                return _read(answer.status_code, await _body(answer))
        except (httpx2.HTTPError, httpx2.InvalidURL) as error:
            raise DocumentMissing(type(error).__name__) from error


async def _body(answer: httpx2.Response) -> bytes:
    body = bytearray()
    async for chunk in answer.aiter_bytes():
        body += chunk
        if len(body) > MAX_BYTES:
            raise DocumentMissing("too large")
    return bytes(body)


def _read(status: int, body: bytes) -> Mapping[str, Any]:
    if status != httpx2.codes.OK:
        raise DocumentMissing(f"status {status}")
    try:
        document = json.loads(body)
    except (ValueError, RecursionError) as error:
        raise DocumentMissing("no JSON") from error
    if not isinstance(document, dict):
        raise DocumentMissing("no object")
    return document
