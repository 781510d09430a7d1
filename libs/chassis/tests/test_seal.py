"""Sealed state opens only unchanged, for its purpose, and while its key lives."""

import json
import subprocess
import sys
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
    return KeyRing(folder / "keys.json", clock).sealer()


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


def test_a_seal_under_a_key_that_another_process_made_opens(tmp_path, clock):
    here, there = ring(tmp_path, clock), ring(tmp_path, clock)
    here.seal(b"x", purpose="p")
    there.seal(b"x", purpose="p")
    clock.advance(timedelta(days=1))
    assert there.open(here.seal(b"new", purpose="p"), purpose="p") == b"new"


def test_a_key_that_nobody_made_is_a_broken_seal_and_costs_no_read_of_the_file(tmp_path, clock, monkeypatch):
    sealer = ring(tmp_path, clock)
    sealer.seal(b"x", purpose="p")
    monkeypatch.setattr(KeyRing, "_read", lambda _: pytest.fail("read again"))
    with pytest.raises(BrokenSeal):
        sealer.open(Sealer(lambda: [KEY]).seal(b"x", purpose="p"), purpose="p")


ROTATE = """
import sys
from datetime import datetime, timedelta
from pathlib import Path
from notalone_chassis.clock import FixedClock
from notalone_chassis.seal import KeyRing
clock = FixedClock(datetime.fromisoformat(sys.argv[2]))
sealer = KeyRing(Path(sys.argv[1]), clock).sealer()
for line in sys.stdin:  # each line is a day
    clock.advance(timedelta(days=1))
    print(sealer.seal(b"state", purpose="p"), flush=True)
"""


def test_processes_that_rotate_at_the_same_time_agree_on_one_key_a_day(tmp_path, clock):
    file, days = tmp_path / "keys.json", 20
    command = [sys.executable, "-c", ROTATE, str(file), START.isoformat()]
    processes = [
        subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, bufsize=1) for _ in range(4)
    ]
    try:
        for _ in range(days):
            for process in processes:
                process.stdin.write("day\n")
            tokens = [process.stdout.readline().strip() for process in processes]
            clock.advance(timedelta(days=1))
            assert [ring(tmp_path, clock).open(token, purpose="p") for token in tokens] == [b"state"] * len(processes)
            assert len({token[:6] for token in tokens}) == 1, "one key for all"
    finally:
        for process in processes:
            process.communicate()
    assert len(json.loads(file.read_text())) == KEEP_FOR.days
