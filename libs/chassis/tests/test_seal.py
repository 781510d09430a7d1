"""Sealed state opens only unchanged, for its purpose, and while its key lives."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from notalone_chassis.clock import FixedClock
from notalone_chassis.seal import KEEP_FOR, BrokenSeal, KeyRing, Sealer, SealKey

START = datetime(2026, 4, 1, 12, tzinfo=UTC)
KEY = SealKey(key_id=b"abcd", secret=b"0" * 32, made=START)


@pytest.fixture
def clock() -> FixedClock:
    return FixedClock(START)


def ring(folder: Path, clock: FixedClock) -> Sealer:
    return Sealer(KeyRing(folder / "keys.json", clock).keys)


@given(st.binary(max_size=500))
def test_what_is_sealed_opens_again(data):
    sealer = Sealer(lambda: [KEY])
    assert sealer.open(sealer.seal(data, purpose="conversation"), purpose="conversation") == data


@given(st.binary(min_size=4, max_size=100))
def test_sealed_text_does_not_show_what_is_inside(data):
    token = Sealer(lambda: [KEY]).seal(data, purpose="conversation")
    assert data.hex() not in token
    assert "=" not in token
    assert "/" not in token


@given(st.text(max_size=300))
def test_any_text_that_is_no_seal_is_a_broken_seal(text):
    with pytest.raises(BrokenSeal):
        Sealer(lambda: [KEY]).open(text, purpose="conversation")


@given(st.data())
def test_one_changed_character_breaks_the_seal(data):
    sealer = Sealer(lambda: [KEY])
    token = sealer.seal(b"answers", purpose="conversation")
    # The last character may hold unused bits of base64.
    at = data.draw(st.integers(0, len(token) - 2))
    other = "A" if token[at] != "A" else "B"
    with pytest.raises(BrokenSeal):
        sealer.open(token[:at] + other + token[at + 1 :], purpose="conversation")


def test_a_seal_for_one_purpose_does_not_open_for_another():
    sealer = Sealer(lambda: [KEY])
    with pytest.raises(BrokenSeal):
        sealer.open(sealer.seal(b"x", purpose="memo"), purpose="conversation")


def test_a_restart_still_opens_what_was_sealed_before(tmp_path, clock):
    token = ring(tmp_path, clock).seal(b"state", purpose="p")
    assert ring(tmp_path, clock).open(token, purpose="p") == b"state"


def test_keys_rotate_daily_and_old_seals_open_until_their_key_is_thrown_away(tmp_path, clock):
    sealer = ring(tmp_path, clock)
    old = sealer.seal(b"state", purpose="p")
    clock.advance(timedelta(days=1))
    new = sealer.seal(b"state", purpose="p")
    assert old[:8] != new[:8], "a new key id"
    assert sealer.open(old, purpose="p") == b"state"
    clock.advance(KEEP_FOR)
    with pytest.raises(BrokenSeal):
        sealer.open(old, purpose="p")


def test_only_the_owner_can_read_the_keys(tmp_path, clock):
    ring(tmp_path, clock).seal(b"x", purpose="p")
    assert (tmp_path / "keys.json").stat().st_mode & 0o077 == 0
