"""Asks a process whether it serves: `python -m notalone_chassis.probe 127.0.0.1:50051`; exits with 0 if it does.

With the full name of a service after the address: whether that one is ready, its database migrated. For orchestrators
and images, which need not hold a tool for it. An address that starts with http:// is asked by HTTP.
"""

from __future__ import annotations

import asyncio
import sys
import urllib.error
import urllib.request

from notalone_chassis import grpc_client

SECONDS = 2.0


def main() -> None:
    """Asks the address named in the arguments."""
    address, *service = sys.argv[1:]
    serves = _http(address) if address.startswith("http://") else asyncio.run(_grpc(address, *service))
    sys.exit(0 if serves else 1)


def _http(address: str) -> bool:
    try:
        with urllib.request.urlopen(address, timeout=SECONDS) as answer:  # noqa: S310 its beginning was looked at
            return bool(answer.status == 200)
    except (urllib.error.URLError, OSError):
        return False


async def _grpc(address: str, service: str = "") -> bool:
    async with grpc_client.channel(address) as line:
        return await grpc_client.serves(line, service, timeout=SECONDS)


if __name__ == "__main__":
    main()
