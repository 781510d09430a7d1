"""Pages of a list: opaque tokens that hold a place and fit only the question they were given for."""

from __future__ import annotations

import base64
import binascii
import hashlib
import struct

from google.protobuf.message import Message

DEFAULT_SIZE = 20
_FORMAT = struct.Struct(">I8s")


class BrokenToken(ValueError):
    """The token was not given for this question."""


def size_of(asked: int) -> int:
    """How many to a page: what was asked, or the usual."""
    return asked or DEFAULT_SIZE


def token(offset: int, question: Message) -> str:
    """A token for the page that begins at `offset`; holds nothing of the question but a hash."""
    return base64.urlsafe_b64encode(_FORMAT.pack(offset, _fingerprint(question))).rstrip(b"=").decode()


def offset_of(page_token: str, question: Message) -> int:
    """Where the page begins; 0 without a token.

    Raises:
        BrokenToken: see there.
    """
    if not page_token:
        return 0
    try:
        raw = base64.b64decode(page_token + "=" * (-len(page_token) % 4), altchars=b"-_", validate=True)
        offset, fingerprint = _FORMAT.unpack(raw)
    except (binascii.Error, ValueError, struct.error) as error:
        raise BrokenToken from error
    if fingerprint != _fingerprint(question):
        raise BrokenToken
    return int(offset)


def _fingerprint(question: Message) -> bytes:
    """Of everything in the question but the page."""
    same = type(question)()
    same.CopyFrom(question)
    for name in ("page_token", "page_size", "language"):
        if name in same.DESCRIPTOR.fields_by_name:
            same.ClearField(name)
    return hashlib.blake2b(same.SerializeToString(deterministic=True), digest_size=8).digest()
