"""Opening hours in words, in every language."""

from __future__ import annotations

from itertools import groupby

from notalone.catalog.v1.entry_pb2 import Hours, MonthlyPeriod, Weekday, WeeklyPeriod

from notalone_kernel.hours_vocabulary import VOCABULARY, Vocabulary
from notalone_kernel.languages import DEFAULT, pick

_DAY = 24 * 60
_SHORTEST_RANGE = 3


def describe(hours: Hours, language: str) -> str:
    """Returns the hours in words.

    Args:
        hours: As stored.
        language: One of `LANGUAGES`; another one counts as Japanese.

    Returns:
        One line in Asia/Tokyo time, ending in the hours' own note; the note alone, else nothing, where the hours are
        unknown or cannot be read.
    """
    words = VOCABULARY.get(language, VOCABULARY[DEFAULT])
    note = pick(hours.note, language)[0]
    try:
        parts = [*_periods(hours, words), *_exceptions(hours, words), note]
    except (ValueError, IndexError):
        return note
    return words.joint.join(part for part in parts if part)


def _periods(hours: Hours, words: Vocabulary) -> list[str]:
    if hours.always:
        return [words.always, *_dated(hours, words)]
    monthly = [words.monthly.format(day=period.day, times=_times([period], words)) for period in hours.monthly]
    return [*_weekly(hours, words), *monthly, *_dated(hours, words)]


def _weekly(hours: Hours, words: Vocabulary) -> list[str]:
    of_day = {day: [period for period in hours.weekly if day in period.days] for day in range(1, 8)}
    times = {day: _times(periods, words) for day, periods in of_day.items() if periods}
    found = []
    for text in dict.fromkeys(times.values()):
        days = [day for day in times if times[day] == text]
        found.append(words.entry.format(days=_days(days, words), times=text))
    return found


def _days(days: list[int], words: Vocabulary) -> str:
    if len(days) == len(words.weekdays):
        return words.every_day
    runs = [[day for _, day in run] for _, run in groupby(enumerate(days), key=lambda pair: pair[1] - pair[0])]
    named: list[str] = []
    for run in runs:
        names = [words.weekdays[day - 1] for day in run]
        named += [f"{names[0]}{words.to}{names[-1]}"] if len(run) >= _SHORTEST_RANGE else names
    return words.comma.join(named) + words.after_days


def _times(periods: list[WeeklyPeriod] | list[MonthlyPeriod], words: Vocabulary) -> str:
    spans = sorted({(_minutes(period.opens), _minutes(period.closes)) for period in periods})
    return words.comma.join(_span(opens, closes, words) for opens, closes in spans)


def _span(opens: int, closes: int, words: Vocabulary) -> str:
    if closes <= opens:
        closes += _DAY
    if closes - opens == _DAY and opens == 0:
        return words.all_day
    return f"{_time(opens, words)}{words.to}{_time(closes, words)}"


def _time(minutes: int, words: Vocabulary) -> str:
    days, rest = divmod(minutes, _DAY)
    if days and rest == 0:
        # The end of a day is its 24th hour: nobody reads "0:00" as the night to come.
        days, rest = days - 1, _DAY
    text = f"{rest // 60}:{rest % 60:02}"
    return words.next_day.format(time=text) if days else text


def _minutes(text: str) -> int:
    hour, minute = text.split(":")
    return int(hour) * 60 + int(minute)


def _dated(hours: Hours, words: Vocabulary) -> list[str]:
    return [
        words.only.format(period=f"{_instant(period.starts)}{words.to}{_instant(period.ends)}")
        for period in hours.dated
    ]


def _instant(text: str) -> str:
    """Year, month, day, hour and minute as the source wrote them; every language reads that order."""
    return text[:16].replace("T", " ")


def _exceptions(hours: Hours, words: Vocabulary) -> list[str]:
    if hours.always or not (hours.weekly or hours.monthly):
        return []
    found = [_holidays(hours, words)] if hours.weekly else []
    if hours.year_end_from and hours.year_end_until:
        first, last = _month_day(hours.year_end_from, words), _month_day(hours.year_end_until, words)
        found.append(words.closed_between.format(period=f"{first}{words.to}{last}"))
    elif hours.year_end_unknown or hours.year_end_from or hours.year_end_until:
        found.append(words.year_end_unknown)
    return found


def _holidays(hours: Hours, words: Vocabulary) -> str:
    if hours.on_holidays == Hours.OPEN:
        return words.holidays_open
    if hours.on_holidays == Hours.CLOSED:
        return words.holidays_closed
    if hours.on_holidays == Hours.AS_SUNDAY:
        served = any(Weekday.SUN in period.days for period in hours.weekly)
        return words.holidays_as_sunday if served else words.holidays_closed
    return words.holidays_unknown


def _month_day(text: str, words: Vocabulary) -> str:
    month, day = text.split("-")
    return words.date.format(month=words.months[int(month) - 1], day=int(day))
