"""QR codes as SVG, so that they stay sharp on any printer."""

from __future__ import annotations

import io
from collections.abc import Iterable

import segno

# Version 40 at level M; what is longer gets no code.
_LONGEST_ADDRESS = 2000


def codes(addresses: Iterable[str]) -> dict[str, str]:
    """Address to SVG."""
    return {address: _svg(address) for address in addresses if len(address) <= _LONGEST_ADDRESS}


def _svg(address: str) -> str:
    out = io.BytesIO()
    segno.make_qr(address, error="m").save(out, kind="svg", border=0, xmldecl=False, svgns=True, dark="#1d2a30")
    return out.getvalue().decode("ascii")
