"""Telephone numbers as written and as dialled."""

from __future__ import annotations

import re
import unicodedata

RETIRED: frozenset[str] = frozenset(
    {
        # Two digits swapped in copies of the national mental health number 0570-064-556.
        "0570046556",
        # Old number of the 24-hour children's line, which is 0120-0-78310 and free now (pages of 2017).
        "0570078310",
        # Old number of the DV navigation line, now #8008.
        "0570055210",
        # Old number of the child guidance centres' own line, now 0120-189-783 and free.
        "0570783189",
        # Slip of a transcription of 03-6858-8609 in the open data of 2021-11-27.
        "0368588689",
    }
)
"""Numbers, as `digits` gives them, that stand on public pages but are wrong or given up. Never shown."""

_WRITTEN = re.compile(r"[0-9#*+()\-. ]+")
_HYPHENS = str.maketrans(dict.fromkeys("‐‑‒–—―−ー", "-"))
_COUNTRY = re.compile(r"^\+81(?:\(0\))?[- ]?0?")
# 総務省 電気通信番号計画: 1XY, #XXXX, ten digits from 0, eleven from 0?0 and 0800.
_DIALABLE = re.compile(r"1[0-9]{2}|#[0-9]{4}|0(?:[5789]0[0-9]{8}|800[0-9]{7}|[1-9][0-9]{8})")


def digits(value: str) -> str:
    """Returns the keys to press: digits, and `#` or `*` where they are part of the number. +81 becomes 0."""
    national = _COUNTRY.sub("0", _ascii(value).strip())
    return "".join(key for key in national if key in "0123456789#*")


def tel_uri(value: str) -> str:
    """Returns a `tel:` address that dials exactly the displayed keys; `#` is percent-encoded (RFC 3966)."""
    return "tel:" + digits(value).replace("#", "%23")


def problem(value: str) -> str | None:
    """Returns why a number must not be shown: `empty`, `not_dialable` or `retired`; None where nothing is wrong."""
    written = _ascii(value).strip()
    if not written:
        return "empty"
    keys = digits(value)
    if keys in RETIRED:
        return "retired"
    if not _WRITTEN.fullmatch(written) or not _DIALABLE.fullmatch(keys):
        return "not_dialable"
    return None


def _ascii(value: str) -> str:
    return unicodedata.normalize("NFKC", value).translate(_HYPHENS)
