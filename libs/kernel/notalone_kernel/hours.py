"""Opening hours in Japan: open or not at a moment, and when next. Unknown is never taken for closed."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo

from notalone.catalog.v1.entry_pb2 import Hours, MonthlyPeriod, WeeklyPeriod

from notalone_kernel.holidays import is_national_holiday
from notalone_kernel.hours_in_words import describe

__all__ = ["JAPAN", "OpenStatus", "describe", "status"]

JAPAN = ZoneInfo("Asia/Tokyo")
_HORIZON = timedelta(days=14)
# `closes` goes up to 49:59, so what began two days ago can still be open.
_LONGEST_SPAN = timedelta(days=2)
_SUNDAY = 6
# When desks whose year end no source tells may be closed: the usual days of offices.
_UNSURE_FROM, _UNSURE_UNTIL = "12-29", "01-03"


@dataclass(frozen=True, slots=True)
class OpenStatus:
    """Whether a channel answers now.

    Attributes:
        open: None where unknown.
        next_open: Aware, Asia/Tokyo. The next opening that is known, within 14 days; None unless closed.
    """

    open: bool | None
    next_open: datetime | None


@dataclass(frozen=True, slots=True)
class _Span:
    """A time when it answers, the end exclusive; where not sure, it may be closed instead."""

    start: datetime
    end: datetime
    sure: bool = True


def status(hours: Hours, at: datetime) -> OpenStatus:
    """Tells whether a channel with these hours answers at a moment.

    Args:
        hours: As stored; without any period, or with one that cannot be read, they are unknown.
        at: An aware time.
    """
    if not _known(hours):
        return OpenStatus(open=None, next_open=None)
    try:
        return _look(_spans(hours, at.astimezone(JAPAN)), at)
    except ValueError:
        return OpenStatus(open=None, next_open=None)


def _look(spans: Iterable[_Span], at: datetime) -> OpenStatus:
    """Reads spans, which come in the order of their days, no further than needed."""
    perhaps_open = False
    coming: datetime | None = None
    for span in spans:
        if span.start <= at < span.end:
            if span.sure:
                return OpenStatus(open=True, next_open=None)
            perhaps_open = True
        elif coming is not None and span.start > coming + _LONGEST_SPAN:
            break
        elif span.sure and at < span.start <= at + _HORIZON:
            coming = min(span.start, coming or span.start)
    return OpenStatus(open=None, next_open=None) if perhaps_open else OpenStatus(open=False, next_open=coming)


def _known(hours: Hours) -> bool:
    return bool(hours.always or hours.weekly or hours.monthly or hours.dated)


def _spans(hours: Hours, at: datetime) -> Iterator[_Span]:
    windows = sorted((_window(period.starts, period.ends) for period in hours.dated), key=lambda span: span.start)
    for span in _regular(hours, at):
        yield from _within(span, windows) if windows else [span]
    if windows and not (hours.always or hours.weekly or hours.monthly):
        yield from windows


def _regular(hours: Hours, at: datetime) -> Iterator[_Span]:
    if hours.always:
        yield _Span(at - _LONGEST_SPAN, at + _HORIZON + _LONGEST_SPAN)
        return
    first = at.date() - _LONGEST_SPAN
    for number in range((_LONGEST_SPAN + _HORIZON).days + 1):
        yield from _of_day(hours, first + timedelta(days=number))


def _of_day(hours: Hours, day: date) -> Iterator[_Span]:
    closed, sure = _year_end(hours, day)
    if closed:
        return
    for monthly in hours.monthly:
        if monthly.day == day.day:
            yield _span(day, monthly, sure=sure)
    if not hours.always and is_national_holiday(day):
        yield from _of_holiday(hours, day, sure=sure)
    else:
        yield from _of_weekday(hours, day, day.weekday(), sure=sure)


def _of_holiday(hours: Hours, day: date, *, sure: bool) -> Iterator[_Span]:
    if hours.on_holidays == Hours.CLOSED:
        return
    if hours.on_holidays == Hours.AS_SUNDAY:
        yield from _of_weekday(hours, day, _SUNDAY, sure=sure)
    elif hours.on_holidays == Hours.OPEN:
        yield from _of_weekday(hours, day, day.weekday(), sure=sure)
    else:
        # Open as on other days, open as on Sundays, or closed: unknown whenever one of them is open.
        yield from _of_weekday(hours, day, day.weekday(), sure=False)
        yield from _of_weekday(hours, day, _SUNDAY, sure=False)


def _of_weekday(hours: Hours, day: date, weekday: int, *, sure: bool) -> Iterator[_Span]:
    for period in hours.weekly:
        # The enum counts from Monday = 1, the library from Monday = 0.
        if weekday + 1 in period.days:
            yield _span(day, period, sure=sure)


def _year_end(hours: Hours, day: date) -> tuple[bool, bool]:
    """Returns whether it is closed for the year end on that day, and whether its other hours are sure."""
    if hours.year_end_from and hours.year_end_until:
        return _between(day, hours.year_end_from, hours.year_end_until), True
    unsure = hours.year_end_unknown or bool(hours.year_end_from or hours.year_end_until)
    return False, not (unsure and _between(day, _UNSURE_FROM, _UNSURE_UNTIL))


def _between(day: date, first: str, last: str) -> bool:
    today = f"{day.month:02}-{day.day:02}"
    if first <= last:
        return first <= today <= last
    return today >= first or today <= last


def _span(day: date, period: WeeklyPeriod | MonthlyPeriod, *, sure: bool) -> _Span:
    midnight = datetime(day.year, day.month, day.day, tzinfo=JAPAN)
    opens, closes = _clock_time(period.opens), _clock_time(period.closes)
    if closes <= opens:
        closes += timedelta(days=1)
    return _Span(midnight + opens, midnight + closes, sure)


@lru_cache(maxsize=1024)
def _clock_time(text: str) -> timedelta:
    hour, minute = text.split(":")
    return timedelta(hours=int(hour), minutes=int(minute))


def _window(starts: str, ends: str) -> _Span:
    first, last = datetime.fromisoformat(starts), datetime.fromisoformat(ends)
    if first.tzinfo is None or last.tzinfo is None:
        raise ValueError("a dated period needs its offset from UTC")
    return _Span(first.astimezone(JAPAN), last.astimezone(JAPAN))


def _within(span: _Span, windows: Iterable[_Span]) -> Iterator[_Span]:
    for window in windows:
        start, end = max(span.start, window.start), min(span.end, window.end)
        if start < end:
            yield _Span(start, end, span.sure)
