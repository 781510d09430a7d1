"""What a kept memo is sealed with. Pure.

Id and key of a memo come from one source by HKDF, so that the same request, asked twice with the same Idempotency-Key,
leads to the same link, though nobody has written the key down. The source holds the sealed conversation, which nobody
can guess; without an Idempotency-Key it is random.
"""

from __future__ import annotations

import base64
import binascii
import hmac
from dataclasses import dataclass
from hashlib import sha256
from uuid import UUID

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

SALT_BYTES = 16
SOURCE_BYTES = 32
NONCE_BYTES = 12
_ID_BYTES = 24
_KEY_BYTES = 32
_CHECK_BYTES = 32
_PURPOSE = b"notalone.pdf.v1.KeptMemo/1"


class NotOurs(Exception):
    """The key does not open this memo, or what is kept was changed."""


@dataclass(frozen=True, slots=True)
class Link:
    """What leads to a memo.

    Attributes:
        id: 32 characters that are safe in an address; names the memo, opens nothing.
        key: 32 bytes; opens it.
    """

    id: str
    key: bytes

    @property
    def key_text(self) -> str:
        """The key as it stands in the address, 43 characters."""
        return _to_text(self.key)


def link_from(source: bytes, salt: bytes) -> Link:
    """The link that belongs to a source: a random one, or a request with its Idempotency-Key."""
    made = _derived(source, salt, b"link", _ID_BYTES + _KEY_BYTES)
    return Link(id=_to_text(made[:_ID_BYTES]), key=made[_ID_BYTES:])


def link_of(memo_id: str, key_text: str) -> Link:
    """A link as it came in an address.

    Raises:
        NotOurs: it is cut off, or no link at all.
    """
    key = _from_text(key_text)
    if not is_id(memo_id) or len(key) != _KEY_BYTES:
        raise NotOurs
    return Link(id=memo_id, key=key)


def is_id(text: str) -> bool:
    """Whether a text has the form of an id."""
    try:
        return len(_from_text(text)) == _ID_BYTES
    except NotOurs:
        return False


def seal(content: bytes, link: Link, *, nonce: bytes) -> bytes:
    """Ciphertext that only this link opens: AES-256-GCM, the id bound in."""
    return nonce + AESGCM(link.key).encrypt(nonce, content, _bound(link))


def unseal(sealed: bytes, link: Link) -> bytes:
    """What was sealed.

    Raises:
        NotOurs: see there.
    """
    try:
        return AESGCM(link.key).decrypt(sealed[:NONCE_BYTES], sealed[NONCE_BYTES:], _bound(link))
    except (InvalidTag, ValueError):
        raise NotOurs from None


def source_of(key: UUID, request: bytes) -> bytes:
    """The source that a request with an Idempotency-Key gives."""
    return key.bytes + sha256(request).digest()


def claim_name(key: UUID) -> str:
    """Under what the use of an Idempotency-Key is noted: a hash, from which the key cannot be had back."""
    return sha256(_PURPOSE + b"/claim" + key.bytes).hexdigest()


def claim(source: bytes, salt: bytes) -> bytes:
    """What is noted: enough to know the same request again, nothing that opens the memo."""
    return salt + _derived(source, salt, b"check", _CHECK_BYTES)


def salt_of(noted: bytes, source: bytes) -> bytes | None:
    """The salt in a claim of this very request; None where it was another one."""
    salt = noted[:SALT_BYTES]
    same = len(salt) == SALT_BYTES and hmac.compare_digest(noted, claim(source, salt))
    return salt if same else None


def _derived(source: bytes, salt: bytes, use: bytes, length: int) -> bytes:
    return HKDF(algorithm=SHA256(), length=length, salt=salt, info=_PURPOSE + b"/" + use).derive(source)


def _bound(link: Link) -> bytes:
    return _PURPOSE + b"/" + link.id.encode("ascii")


def _to_text(value: bytes) -> str:
    return base64.urlsafe_b64encode(value).rstrip(b"=").decode("ascii")


def _from_text(text: str) -> bytes:
    try:
        value = base64.b64decode(text + "=" * (-len(text) % 4), altchars=b"-_", validate=True)
    except (binascii.Error, ValueError):
        raise NotOurs from None
    # One spelling for each value: unused bits at the end must not make a second link.
    if _to_text(value) != text:
        raise NotOurs
    return value
