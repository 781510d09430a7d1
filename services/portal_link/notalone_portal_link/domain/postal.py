"""Postal codes: how they are typed, and which municipalities they belong to."""

from __future__ import annotations

import re
import sys
import unicodedata
import zlib
from array import array
from bisect import bisect_left, bisect_right
from dataclasses import dataclass
from itertools import accumulate

WHOLE = 7
SHORTEST = 3
_BYTES_A_PAIR = 6
_TYPED = re.compile(rf"[0-9]{{{SHORTEST},{WHOLE}}}")
_BETWEEN = re.compile(r"[\s〒〠〶\-‐‑‒–—―─−ー]+")


def parse(typed: str) -> str:
    """Returns the digits of a postal code or of its beginning, three to seven.

    Args:
        typed: Digits of any width, with or without 〒, hyphen and spaces.

    Raises:
        ValueError: It is something else.
    """
    # NFKC twice over the signs: it turns 〶 and widths, the pattern takes hyphens that it leaves alone.
    digits = _BETWEEN.sub("", unicodedata.normalize("NFKC", typed))
    if not digits.isascii() or not _TYPED.fullmatch(digits):
        raise ValueError("not a postal code")
    return digits


@dataclass(frozen=True, slots=True)
class PostalTable:
    """Pairs of postal code and place, in the order of the codes; a code stands as often as it has places."""

    postal_codes: array[int]
    places: array[int]

    @classmethod
    def inflate(cls, packed: bytes) -> PostalTable:
        """Reads the packaged table; its README says how it is written.

        Raises:
            ValueError: The bytes are no such table.
        """
        content = zlib.decompress(packed)
        pairs, rest = divmod(len(content), _BYTES_A_PAIR)
        if rest:
            raise ValueError("the postal table is cut off")
        differences, places = array("I"), array("H")
        differences.frombytes(content[: pairs * 4])
        places.frombytes(content[pairs * 4 :])
        if sys.byteorder == "big":
            differences.byteswap()
            places.byteswap()
        return cls(array("I", accumulate(differences)), places)

    def find(self, digits: str) -> list[int]:
        """Returns the numbers of the places whose postal codes begin with these digits, in the order of places."""
        missing = WHOLE - len(digits)
        first = int(digits + "0" * missing)
        last = int(digits + "9" * missing)
        start, end = bisect_left(self.postal_codes, first), bisect_right(self.postal_codes, last)
        return sorted(set(self.places[start:end]))
