from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st
from notalone.catalog.v1.entry_pb2 import DatedPeriod, Hours, MonthlyPeriod, WeeklyPeriod
from notalone_kernel.holidays import is_national_holiday
from notalone_kernel.hours import JAPAN, OpenStatus, status

WEEKDAYS = [1, 2, 3, 4, 5]
ALL_DAYS = [1, 2, 3, 4, 5, 6, 7]
UNKNOWN = OpenStatus(open=None, next_open=None)


def japan(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=JAPAN)


def office(**more) -> Hours:
    return Hours(weekly=[WeeklyPeriod(days=WEEKDAYS, opens="09:00", closes="17:00")], **more)


def test_hours_without_any_period_are_unknown_and_not_closed() -> None:
    assert status(Hours(), japan("2026-11-24T12:00")) == UNKNOWN
    assert status(Hours(on_holidays=Hours.CLOSED, note={"ja": "地域による"}), japan("2026-11-24T12:00")) == UNKNOWN


def test_a_desk_that_always_answers_answers_at_new_year_at_night() -> None:
    hours = Hours(always=True, year_end_unknown=True)
    assert status(hours, japan("2027-01-01T03:00")) == OpenStatus(open=True, next_open=None)


@pytest.mark.parametrize(
    ("at", "is_open", "next_open"),
    [
        ("2026-11-24T08:59", False, "2026-11-24T09:00"),
        ("2026-11-24T09:00", True, None),
        ("2026-11-24T16:59", True, None),
        ("2026-11-24T17:00", False, "2026-11-25T09:00"),
        ("2026-11-27T18:00", False, "2026-11-30T09:00"),
        # 勤労感謝の日.
        ("2026-11-23T12:00", False, "2026-11-24T09:00"),
    ],
)
def test_an_office_keeps_its_hours(at: str, is_open: bool, next_open: str | None) -> None:
    found = status(office(on_holidays=Hours.CLOSED), japan(at))
    assert found == OpenStatus(open=is_open, next_open=japan(next_open) if next_open else None)


def test_the_time_of_the_caller_is_turned_into_japanese_time() -> None:
    assert status(office(on_holidays=Hours.CLOSED), datetime(2026, 11, 24, 0, 30, tzinfo=UTC)).open is True
    assert status(office(on_holidays=Hours.CLOSED), datetime(2026, 11, 24, 8, 30, tzinfo=UTC)).open is False


def test_periods_pass_midnight_into_the_next_morning() -> None:
    hours = Hours(weekly=[WeeklyPeriod(days=[5], opens="22:00", closes="29:30")], on_holidays=Hours.OPEN)
    assert status(hours, japan("2026-11-28T05:29")).open is True
    assert status(hours, japan("2026-11-28T05:30")).open is False
    assert status(hours, japan("2026-11-27T05:00")).open is False


def test_a_period_that_ends_before_it_begins_ends_the_next_day() -> None:
    hours = Hours(weekly=[WeeklyPeriod(days=[5], opens="22:00", closes="06:00")], on_holidays=Hours.OPEN)
    assert status(hours, japan("2026-11-28T05:59")).open is True


def test_the_night_before_a_holiday_goes_on_into_the_holiday() -> None:
    hours = Hours(weekly=[WeeklyPeriod(days=[7], opens="20:00", closes="26:00")], on_holidays=Hours.CLOSED)
    # Sunday 22 to Monday 23 November 2026, a holiday.
    assert status(hours, japan("2026-11-23T01:59")).open is True


def test_monthly_days_run_into_the_next_morning() -> None:
    hours = Hours(
        weekly=[WeeklyPeriod(days=ALL_DAYS, opens="16:00", closes="21:00")],
        monthly=[MonthlyPeriod(day=10, opens="08:00", closes="32:00")],
        on_holidays=Hours.OPEN,
    )
    assert status(hours, japan("2026-11-10T08:00")).open is True
    assert status(hours, japan("2026-11-11T07:59")).open is True
    assert status(hours, japan("2026-11-11T08:00")) == OpenStatus(open=False, next_open=japan("2026-11-11T16:00"))


class TestOnNationalHolidays:
    noon = japan("2026-11-23T12:00")

    @pytest.mark.parametrize(
        ("rule", "is_open"),
        [(Hours.CLOSED, False), (Hours.OPEN, True), (Hours.AS_SUNDAY, False), (Hours.ON_HOLIDAYS_UNSPECIFIED, None)],
    )
    def test_the_rule_of_the_desk_decides(self, rule, is_open) -> None:
        assert status(office(on_holidays=rule), self.noon).open is is_open

    def test_as_on_sundays_takes_the_hours_of_sunday(self) -> None:
        hours = office(on_holidays=Hours.AS_SUNDAY)
        hours.weekly.append(WeeklyPeriod(days=[7], opens="11:00", closes="13:00"))
        assert status(hours, self.noon).open is True
        assert status(hours, japan("2026-11-23T14:00")).open is False

    @pytest.mark.parametrize(
        ("at", "next_open"),
        [
            ("2027-03-19T18:00", "2027-03-23T09:00"),  # 春分の日 on Sunday, its substitute on Monday
            ("2027-03-22T12:00", "2027-03-23T09:00"),
            ("2026-05-01T18:00", "2026-05-07T09:00"),  # four holidays on end, the substitute among them
            ("2026-09-18T18:00", "2026-09-24T09:00"),  # the day between two holidays is one
        ],
    )
    def test_substitute_and_in_between_days_are_holidays_too(self, at, next_open) -> None:
        found = status(office(on_holidays=Hours.CLOSED), japan(at))
        assert found == OpenStatus(open=False, next_open=japan(next_open))

    def test_on_a_substitute_day_the_hours_of_sunday_hold_where_holidays_are_as_sundays(self) -> None:
        hours = office(on_holidays=Hours.AS_SUNDAY)
        hours.weekly.append(WeeklyPeriod(days=[7], opens="11:00", closes="13:00"))
        assert status(hours, japan("2027-03-22T12:00")).open is True
        assert status(hours, japan("2027-03-22T14:00")) == OpenStatus(open=False, next_open=japan("2027-03-23T09:00"))

    def test_outside_every_hour_it_could_keep_a_desk_is_closed(self) -> None:
        found = status(office(), japan("2026-11-23T22:00"))
        assert found == OpenStatus(open=False, next_open=japan("2026-11-24T09:00"))

    def test_an_opening_that_is_not_sure_is_not_promised(self) -> None:
        found = status(office(), japan("2026-11-20T18:00"))
        assert found == OpenStatus(open=False, next_open=japan("2026-11-24T09:00"))


class TestRoundTheYearEnd:
    def test_it_is_closed_on_the_days_given_across_the_year(self) -> None:
        hours = office(on_holidays=Hours.CLOSED, year_end_from="12-29", year_end_until="01-03")
        assert status(hours, japan("2026-12-28T12:00")).open is True
        assert status(hours, japan("2026-12-29T12:00")) == OpenStatus(open=False, next_open=japan("2027-01-04T09:00"))

    @pytest.mark.parametrize(
        ("at", "is_open", "next_open"),
        [
            ("2025-12-26T17:30", False, "2026-01-05T09:00"),  # the 29th is a Monday, 4 January a Sunday
            ("2025-12-28T12:00", False, "2026-01-05T09:00"),
            ("2026-12-28T16:59", True, None),
            ("2026-12-28T17:00", False, "2027-01-04T09:00"),
            ("2026-12-31T23:59", False, "2027-01-04T09:00"),
            ("2027-01-01T00:00", False, "2027-01-04T09:00"),
            ("2027-01-03T23:59", False, "2027-01-04T09:00"),
            ("2027-01-04T08:59", False, "2027-01-04T09:00"),
            ("2027-01-04T09:00", True, None),
            ("2023-01-02T12:00", False, "2023-01-04T09:00"),  # New Year's day fell on a Sunday
        ],
    )
    def test_an_office_says_when_it_opens_again_after_the_year_end(self, at, is_open, next_open) -> None:
        hours = office(on_holidays=Hours.CLOSED, year_end_from="12-29", year_end_until="01-03")
        expected = OpenStatus(open=is_open, next_open=japan(next_open) if next_open else None)
        assert status(hours, japan(at)) == expected

    def test_who_works_on_holidays_still_closes_at_the_year_end(self) -> None:
        hours = Hours(
            weekly=[WeeklyPeriod(days=ALL_DAYS, opens="09:00", closes="17:00")],
            on_holidays=Hours.OPEN,
            year_end_from="12-31",
            year_end_until="01-01",
        )
        assert status(hours, japan("2026-12-31T12:00")) == OpenStatus(open=False, next_open=japan("2027-01-02T09:00"))

    def test_who_closes_on_holidays_only_is_closed_on_new_years_day_and_open_on_the_2nd(self) -> None:
        hours = Hours(
            weekly=[WeeklyPeriod(days=ALL_DAYS, opens="09:00", closes="17:00")],
            on_holidays=Hours.CLOSED,
        )
        assert status(hours, japan("2027-01-01T12:00")) == OpenStatus(open=False, next_open=japan("2027-01-02T09:00"))
        assert status(hours, japan("2026-12-30T12:00")).open is True

    def test_a_night_that_begins_before_the_year_end_goes_on_into_it(self) -> None:
        hours = Hours(
            weekly=[WeeklyPeriod(days=ALL_DAYS, opens="20:00", closes="26:00")],
            on_holidays=Hours.OPEN,
            year_end_from="12-29",
            year_end_until="01-03",
        )
        assert status(hours, japan("2026-12-29T01:59")).open is True
        assert status(hours, japan("2026-12-29T02:00")) == OpenStatus(open=False, next_open=japan("2027-01-04T20:00"))

    def test_an_unknown_year_end_is_unknown_within_the_usual_days_only(self) -> None:
        hours = Hours(
            weekly=[WeeklyPeriod(days=ALL_DAYS, opens="09:00", closes="17:00")],
            on_holidays=Hours.OPEN,
            year_end_unknown=True,
        )
        assert status(hours, japan("2026-12-28T12:00")).open is True
        assert [status(hours, japan(f"{day}T12:00")).open for day in ("2026-12-29", "2027-01-01", "2027-01-03")] == [
            None
        ] * 3
        assert status(hours, japan("2027-01-04T12:00")).open is True

    def test_half_a_year_end_is_an_unknown_one(self) -> None:
        hours = office(on_holidays=Hours.OPEN, year_end_from="12-29")
        assert status(hours, japan("2026-12-30T12:00")).open is None


class TestOfLimitedDuration:
    campaign = DatedPeriod(starts="2027-05-02T10:00:00+09:00", ends="2027-05-06T22:00:00+09:00")

    def test_it_is_open_all_the_time_where_no_hours_are_given(self) -> None:
        hours = Hours(dated=[self.campaign])
        assert status(hours, japan("2027-05-03T03:00")).open is True
        assert status(hours, japan("2027-05-01T10:00")) == OpenStatus(open=False, next_open=japan("2027-05-02T10:00"))
        assert status(hours, japan("2027-05-06T22:00")) == OpenStatus(open=False, next_open=None)

    def test_its_weekly_hours_count_within_its_dates_only(self) -> None:
        hours = Hours(
            weekly=[WeeklyPeriod(days=ALL_DAYS, opens="08:00", closes="20:00")],
            on_holidays=Hours.OPEN,
            dated=[self.campaign],
        )
        assert status(hours, japan("2027-05-02T09:00")) == OpenStatus(open=False, next_open=japan("2027-05-02T10:00"))
        assert status(hours, japan("2027-05-03T21:00")).open is False
        assert status(hours, japan("2027-05-08T12:00")) == OpenStatus(open=False, next_open=None)

    def test_the_order_of_its_dates_does_not_matter(self) -> None:
        days = [(5, 6), (9, 10), (1, 3)]
        dated = [
            DatedPeriod(starts=f"2027-05-{first:02}T10:00:00+09:00", ends=f"2027-05-{last:02}T10:00:00+09:00")
            for first, last in days
        ]
        assert status(Hours(dated=dated), japan("2027-05-02T12:00")).open is True
        assert status(Hours(dated=dated), japan("2027-05-04T12:00")).next_open == japan("2027-05-05T10:00")

    def test_dates_that_cannot_be_read_are_unknown_and_no_crash(self) -> None:
        assert status(Hours(dated=[DatedPeriod(starts="May", ends="June")]), japan("2027-05-03T03:00")) == UNKNOWN
        naive = DatedPeriod(starts="2027-05-02T10:00:00", ends="2027-05-06T22:00:00")
        assert status(Hours(dated=[naive]), japan("2027-05-03T03:00")) == UNKNOWN


def test_a_desk_that_opens_in_more_than_two_weeks_names_no_opening() -> None:
    hours = Hours(monthly=[MonthlyPeriod(day=10, opens="08:00", closes="20:00")])
    assert status(hours, japan("2026-11-25T08:00")).next_open is None
    assert status(hours, japan("2026-11-27T08:00")).next_open == japan("2026-12-10T08:00")


@pytest.mark.parametrize(
    ("day", "holiday"),
    [
        (date(2026, 1, 1), True),
        (date(2026, 5, 6), True),  # 憲法記念日 fell on a Sunday
        (date(2026, 9, 22), True),  # between two holidays
        (date(2026, 11, 3), True),
        (date(2026, 11, 24), False),
        (date(2026, 12, 29), False),
        (date(2027, 3, 22), True),
    ],
)
def test_national_holidays_of_the_law_are_known(day: date, holiday: bool) -> None:
    assert is_national_holiday(day) is holiday


clock_times = st.builds("{:02}:{:02}".format, st.integers(0, 23), st.integers(0, 59))
weekly = st.builds(
    WeeklyPeriod,
    days=st.lists(st.integers(1, 7), min_size=1, max_size=7, unique=True),
    opens=clock_times,
    closes=st.builds("{:02}:{:02}".format, st.integers(0, 47), st.integers(0, 59)),
)
monthly = st.builds(MonthlyPeriod, day=st.integers(1, 31), opens=clock_times, closes=clock_times)
some_hours = st.builds(
    Hours,
    weekly=st.lists(weekly, max_size=3),
    monthly=st.lists(monthly, max_size=2),
    on_holidays=st.sampled_from([0, 1, 2, 3]),
    year_end_unknown=st.booleans(),
    year_end_from=st.sampled_from(["", "12-28", "12-29"]),
    year_end_until=st.sampled_from(["", "01-03", "01-04"]),
)
moments = st.datetimes(datetime(2024, 1, 1), datetime(2030, 12, 31)).map(lambda at: at.replace(tzinfo=JAPAN))  # noqa: DTZ001


@given(some_hours, moments)
def test_at_the_next_opening_it_is_open(hours: Hours, at: datetime) -> None:
    found = status(hours, at)
    assume(found.next_open is not None)
    assert found.open is False
    assert at < found.next_open <= at + timedelta(days=14)
    assert status(hours, found.next_open).open is True


@given(some_hours, moments)
def test_it_is_never_open_for_sure_before_the_next_opening(hours: Hours, at: datetime) -> None:
    found = status(hours, at)
    assume(found.next_open is not None)
    between = at + (found.next_open - at) / 2
    assert status(hours, between).open is not True


@given(some_hours, moments)
def test_only_what_is_closed_has_a_next_opening(hours: Hours, at: datetime) -> None:
    found = status(hours, at)
    assert found.open is False or found.next_open is None
