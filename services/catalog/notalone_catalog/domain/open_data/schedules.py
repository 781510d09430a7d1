"""Opening hours as HSDS schedules: rows in the manner of iCalendar rules, at the offset of Japan."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from notalone.catalog.v1.entry_pb2 import Hours, Weekday
from notalone_kernel.hours_in_words import describe
from notalone_kernel.languages import DEFAULT

OFFSET = "+09:00"
_DAY = 24 * 60
_HOUR = 60


def rows(hours: Hours, *, owner: str, service_id: str, named: Callable[[str, str], str]) -> Iterator[dict[str, object]]:
    """One row a period; none where the hours are unknown.

    Args:
        hours: As stored.
        owner: Of our own, for the rows' ids.
        service_id: HSDS id of the service.
        named: Gives the lasting UUID of a kind and a name.
    """
    words = describe(hours, DEFAULT)
    for place, rule in enumerate(_rules(hours)):
        row = {"id": named("schedule", f"{owner}/{place}"), "service_id": service_id, **rule}
        yield row | ({"description": words} if words else {})


def _rules(hours: Hours) -> Iterator[dict[str, object]]:
    if hours.always:
        yield {"freq": "WEEKLY", "byday": "MO,TU,WE,TH,FR,SA,SU", **_times("00:00", "24:00")}
    for weekly in hours.weekly:
        days = ",".join(Weekday.Name(day)[:2] for day in weekly.days)
        yield {"freq": "WEEKLY", "byday": days, **_times(weekly.opens, weekly.closes)}
    for monthly in hours.monthly:
        yield {"freq": "MONTHLY", "bymonthday": str(monthly.day), **_times(monthly.opens, monthly.closes)}
    for dated in hours.dated:
        yield {"valid_from": dated.starts[:10], "valid_to": dated.ends[:10], "notes": f"{dated.starts} – {dated.ends}"}


def _times(opens: str, closes: str) -> dict[str, object]:
    """Opening and closing; what passes midnight is said in words too, since a row holds no second day."""
    hour, minute = closes.split(":")
    end = int(hour) * _HOUR + int(minute)
    shown = "23:59" if end == _DAY else f"{end % _DAY // _HOUR:02}:{end % _HOUR:02}"
    times: dict[str, object] = {"opens_at": f"{opens}{OFFSET}", "closes_at": f"{shown}{OFFSET}"}
    if end > _DAY:
        times["notes"] = "翌日まで"
    return times
