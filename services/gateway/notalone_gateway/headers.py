"""Headers that every answer carries."""

from __future__ import annotations

from starlette.datastructures import MutableHeaders

EVERYWHERE = {
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=(), payment=(), usb=(), browsing-topics=()",
}
# Data, not pages: nothing of it may load or run anything.
DATA_POLICY = "default-src 'none'; frame-ancestors 'none'; base-uri 'none'; form-action 'none'"
# Pages run only what comes from here; `blob:` is the memo, which a page shows after it came as an answer.
PAGE_POLICY = (
    "default-src 'self'; img-src 'self' data:; frame-src 'self' blob:; object-src 'none'; "
    "base-uri 'none'; form-action 'self'; frame-ancestors 'none'"
)
# Where TLS is at home; browsers ignore it on plain HTTP.
TRANSPORT = "max-age=31536000"


def harden(headers: MutableHeaders, *, production: bool, sign_in: str = "") -> None:
    """Adds what is missing; what an answer set itself stays.

    Args:
        headers: Of the answer.
        production: Whether TLS is at home.
        sign_in: Origin of the identity provider that a page for staff may fetch its tokens from.
    """
    for name, value in EVERYWHERE.items():
        headers.setdefault(name, value)
    page = headers.get("content-type", "").startswith("text/html")
    policy = PAGE_POLICY if page else DATA_POLICY
    headers.setdefault("Content-Security-Policy", f"{policy}; connect-src 'self' {sign_in}" if sign_in else policy)
    headers.setdefault("Cache-Control", "no-store")
    if production:
        headers.setdefault("Strict-Transport-Security", TRANSPORT)
