from __future__ import annotations

from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st
from notalone_pdf import sealing

SOURCE, SALT, NONCE = b"s" * 32, b"t" * 16, b"n" * 12
LINK = sealing.link_from(SOURCE, SALT)
KEY = UUID("2f1c8a54-7b0e-4f0d-9c57-5f3f3b1a9d10")


@given(st.binary(max_size=4096))
def test_what_is_sealed_opens_with_its_link(content):
    assert sealing.unseal(sealing.seal(content, LINK, nonce=NONCE), LINK) == content


def test_a_link_goes_through_an_address_and_back():
    assert sealing.link_of(LINK.id, LINK.key_text) == LINK
    assert len(LINK.id) == 32
    assert len(LINK.key_text) == 43


@pytest.mark.parametrize(("source", "salt"), [(b"S" * 32, SALT), (SOURCE, b"T" * 16), (SOURCE + b"\0", SALT)])
def test_another_source_or_salt_gives_another_link(source, salt):
    other = sealing.link_from(source, salt)
    assert other.id != LINK.id
    with pytest.raises(sealing.NotOurs):
        sealing.unseal(sealing.seal(b"x", LINK, nonce=NONCE), other)


def test_a_sealed_memo_under_another_id_does_not_open():
    moved = sealing.Link(id=sealing.link_from(b"other", SALT).id, key=LINK.key)
    with pytest.raises(sealing.NotOurs):
        sealing.unseal(sealing.seal(b"x", LINK, nonce=NONCE), moved)


@given(st.data())
def test_one_changed_byte_and_it_does_not_open(data):
    sealed = bytearray(sealing.seal(b"some words", LINK, nonce=NONCE))
    place = data.draw(st.integers(0, len(sealed) - 1))
    sealed[place] ^= data.draw(st.integers(1, 255))
    with pytest.raises(sealing.NotOurs):
        sealing.unseal(bytes(sealed), LINK)


@given(st.integers(0, 60))
def test_a_sealed_memo_that_is_cut_off_does_not_open(length):
    sealed = sealing.seal(bytes(60), LINK, nonce=NONCE)
    with pytest.raises(sealing.NotOurs):
        sealing.unseal(sealed[:length], LINK)


@given(st.text(max_size=60), st.text(max_size=60))
def test_whatever_stands_in_an_address_is_a_link_or_none(memo_id, key):
    try:
        link = sealing.link_of(memo_id, key)
    except sealing.NotOurs:
        return
    assert (link.id, link.key_text) == (memo_id, key)


def test_a_key_with_other_unused_bits_is_no_second_key():
    # The last of 43 characters holds four bits of the key and two that mean nothing.
    alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"
    last = alphabet[alphabet.index(LINK.key_text[-1]) ^ 1]
    with pytest.raises(sealing.NotOurs):
        sealing.link_of(LINK.id, LINK.key_text[:-1] + last)


def test_a_claim_knows_its_own_request_again_and_no_other():
    source = sealing.source_of(KEY, b"request")
    noted = sealing.claim(source, SALT)
    assert sealing.salt_of(noted, source) == SALT
    assert sealing.salt_of(noted, sealing.source_of(KEY, b"another")) is None
    assert sealing.salt_of(noted, sealing.source_of(UUID(int=1), b"request")) is None
    assert sealing.salt_of(b"", source) is None


def test_what_is_noted_tells_neither_key_nor_link():
    source = sealing.source_of(KEY, b"request")
    link = sealing.link_from(source, SALT)
    noted = sealing.claim(source, SALT)
    for secret in (KEY.bytes, link.key, link.id.encode(), source):
        assert secret not in noted
    assert KEY.hex not in sealing.claim_name(KEY)
