"""Opens pages of the catalogue to see whether they are there: head first, nothing read, no way followed inside."""

from __future__ import annotations

import asyncio
import socket
from ipaddress import ip_address
from urllib.parse import urlsplit

import httpx2

SECONDS = 10.0
_NO_HEAD = frozenset({403, 405, 501})
AGENT = "NotAlone link check (once a day)"


class HttpLinkProbe:
    """See `LinkProbe`. Only addresses of the open internet are asked, and no redirect is followed."""

    def __init__(self, *, inside: bool = False) -> None:
        """`inside` lets it ask this machine and its neighbours too: for tests."""
        self._inside = inside

    async def status(self, url: str) -> int:
        """See the port."""
        try:
            if not self._inside and not await _is_outside(url):
                return 0
            async with (
                asyncio.timeout(SECONDS),
                httpx2.AsyncClient(timeout=SECONDS, follow_redirects=False, headers={"user-agent": AGENT}) as http,
            ):
                answer = await http.head(url)
                if answer.status_code not in _NO_HEAD:
                    return int(answer.status_code)
                async with http.stream("GET", url) as whole:
                    return int(whole.status_code)
        except (httpx2.HTTPError, httpx2.InvalidURL, OSError, TimeoutError, ValueError):
            return 0


async def _is_outside(url: str) -> bool:
    """Whether every address of its host belongs to the open internet."""
    parts = urlsplit(url)
    if not parts.hostname:
        return False
    port = parts.port or (443 if parts.scheme == "https" else 80)
    found = await asyncio.get_running_loop().getaddrinfo(parts.hostname, port, type=socket.SOCK_STREAM)
    return bool(found) and all(ip_address(str(place[4][0]).partition("%")[0]).is_global for place in found)
