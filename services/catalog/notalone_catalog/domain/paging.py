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
    return _encode(_FORMAT.pack(offset, _fingerprint(question)))


def offset_of(page_token: str, question: Message) -> int:
    """Where the page begins; 0 without a token.

    Raises:
        BrokenToken: see there.
    """
    if not page_token:
        return 0
    try:
        offset, fingerprint = _FORMAT.unpack(_decode(page_token))
    except struct.error as error:
        raise BrokenToken from error
    if fingerprint != _fingerprint(question):
        raise BrokenToken
    return int(offset)


def token_after(place: str, question: Message) -> str:
    """A token for the page that begins after an id, for lists in the order of their ids."""
    return _encode(_fingerprint(question) + place.encode())


def place_of(page_token: str, question: Message) -> str:
    """The id after which the page begins; empty without a token.

    Raises:
        BrokenToken: see there.
    """
    if not page_token:
        return ""
    raw, fingerprint = _decode(page_token), _fingerprint(question)
    if not raw.startswith(fingerprint):
        raise BrokenToken
    try:
        return raw.removeprefix(fingerprint).decode()
    except UnicodeDecodeError as error:
        raise BrokenToken from error


def _encode(raw: bytes) -> str:
    return base64.urlsafe_b64encode(raw).rstrip(b"=").decode()


def _decode(page_token: str) -> bytes:
    try:
        return base64.b64decode(page_token + "=" * (-len(page_token) % 4), altchars=b"-_", validate=True)
    except (binascii.Error, ValueError) as error:
        raise BrokenToken from error


def _fingerprint(question: Message) -> bytes:
    """Of everything in the question but the page."""
    same = type(question)()
    same.CopyFrom(question)
    for name in ("page_token", "page_size", "language"):
        if name in same.DESCRIPTOR.fields_by_name:
            same.ClearField(name)
    return hashlib.blake2b(same.SerializeToString(deterministic=True), digest_size=8).digest()
