"""The little HTTP that health checks need, on loopback only."""

from __future__ import annotations

import http.client

from notalone_stack.server import HOST

SECONDS = 3.0


def get(port: int, path: str) -> tuple[int, bytes]:
    """Status and body of a GET; status 0 when nobody answers."""
    connection = http.client.HTTPConnection(HOST, port, timeout=SECONDS)
    try:
        connection.request("GET", path)
        answer = connection.getresponse()
        return answer.status, answer.read()
    except (OSError, http.client.HTTPException):
        return 0, b""
    finally:
        connection.close()
