"""National holidays of Japan (国民の祝日に関する法律), by the jpholiday library."""

from __future__ import annotations

from datetime import date
from functools import lru_cache

import jpholiday


@lru_cache(maxsize=1024)
def is_national_holiday(day: date) -> bool:
    """Tells whether the day is a national holiday, substitute and in-between days among them.

    Days of coming years follow the law as it stands in the library's release.
    """
    return bool(jpholiday.is_holiday(day))
