from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st
from notalone.catalog.v1.entry_pb2 import DatedPeriod, Hours, MonthlyPeriod, WeeklyPeriod
from notalone_kernel.hours import describe, status
from notalone_kernel.hours_vocabulary import VOCABULARY
from notalone_kernel.languages import LANGUAGES

WEEKDAYS = [1, 2, 3, 4, 5]
OFFICE = Hours(
    weekly=[WeeklyPeriod(days=WEEKDAYS, opens="09:00", closes="17:00")],
    on_holidays=Hours.CLOSED,
    year_end_from="12-29",
    year_end_until="01-03",
)


@pytest.mark.parametrize(
    ("language", "words"),
    [
        ("ja", "月～金 9:00～17:00、祝日は休み、12月29日～1月3日は休み"),
        ("en", "Mon–Fri 9:00–17:00; closed on national holidays; closed 29 Dec–3 Jan"),
        ("zh-Hans", "周一～周五 9:00～17:00，日本节假日休息，12月29日～1月3日休息"),
        ("vi", "thứ Hai–thứ Sáu 9:00–17:00; nghỉ ngày lễ của Nhật Bản; nghỉ 29/12–3/1"),
    ],
)
def test_office_hours_read_as_people_say_them(language: str, words: str) -> None:
    assert describe(OFFICE, language) == words


@pytest.mark.parametrize(
    ("hours", "words"),
    [
        (Hours(always=True), "24時間（年中無休）"),
        (Hours(), ""),
        (Hours(note={"ja": "地域で違います"}), "地域で違います"),
        (
            Hours(
                weekly=[WeeklyPeriod(days=[1, 3, 7], opens="13:00", closes="26:00")],
                on_holidays=Hours.AS_SUNDAY,
                note={"ja": "第5日曜は休み"},
            ),
            "月・水・日 13:00～翌2:00、祝日は日曜と同じ、第5日曜は休み",
        ),
        (
            Hours(weekly=[WeeklyPeriod(days=[6], opens="10:00", closes="24:00")], year_end_unknown=True),
            "土 10:00～24:00、祝日は要確認、年末年始は要確認",
        ),
        (
            Hours(
                weekly=[WeeklyPeriod(days=[*WEEKDAYS, 6, 7], opens="16:00", closes="21:00")],
                monthly=[MonthlyPeriod(day=10, opens="08:00", closes="32:00")],
                on_holidays=Hours.OPEN,
            ),
            "毎日 16:00～21:00、毎月10日 8:00～翌8:00、祝日も受付",
        ),
        (
            Hours(
                weekly=[
                    WeeklyPeriod(days=WEEKDAYS, opens="09:00", closes="12:00"),
                    WeeklyPeriod(days=[1, 2, 3, 4], opens="13:00", closes="17:00"),
                ],
                on_holidays=Hours.CLOSED,
            ),
            "月～木 9:00～12:00・13:00～17:00、金 9:00～12:00、祝日は休み",
        ),
        (
            Hours(dated=[DatedPeriod(starts="2027-05-02T10:00:00+09:00", ends="2027-05-06T22:00:00+09:00")]),
            "2027-05-02 10:00～2027-05-06 22:00の間だけ",
        ),
        (
            Hours(weekly=[WeeklyPeriod(days=[*WEEKDAYS, 6, 7], opens="00:00", closes="24:00")], on_holidays=Hours.OPEN),
            "毎日 24時間、祝日も受付",
        ),
    ],
)
def test_every_kind_of_hours_can_be_said(hours: Hours, words: str) -> None:
    assert describe(hours, "ja") == words


@pytest.mark.parametrize("times", [{"opens": "", "closes": "17:00"}, {"opens": "morning", "closes": "evening"}])
def test_hours_that_cannot_be_read_leave_the_note(times: dict[str, str]) -> None:
    hours = Hours(weekly=[WeeklyPeriod(days=[1], **times)], note={"ja": "電話で確認"})
    assert describe(hours, "ja") == "電話で確認"
    assert status(hours, datetime(2026, 11, 24, tzinfo=UTC)).open is None


def test_every_language_has_its_own_words() -> None:
    assert set(VOCABULARY) == set(LANGUAGES)
    assert len({describe(OFFICE, language) for language in LANGUAGES}) == len(LANGUAGES)
    assert {len(words.weekdays) for words in VOCABULARY.values()} == {7}
    assert {len(words.months) for words in VOCABULARY.values()} == {12}


@pytest.mark.parametrize("language", LANGUAGES)
def test_no_blank_of_a_sentence_is_left_open(language: str) -> None:
    hours = Hours()
    hours.CopyFrom(OFFICE)
    hours.monthly.add(day=10, opens="08:00", closes="32:00")
    hours.dated.add(starts="2027-05-02T10:00:00+09:00", ends="2027-05-06T22:00:00+09:00")
    said = describe(hours, language)
    assert "{" not in said
    assert all(part in said for part in ("9:00", "17:00", "10", "2027-05-02 10:00"))


clock_times = st.builds("{:02}:{:02}".format, st.integers(0, 23), st.integers(0, 59))
weekly = st.builds(
    WeeklyPeriod, days=st.lists(st.integers(1, 7), min_size=1, max_size=7), opens=clock_times, closes=clock_times
)


@given(st.lists(weekly, min_size=1, max_size=4), st.sampled_from(LANGUAGES))
def test_known_hours_are_never_left_unsaid(periods, language: str) -> None:
    said = describe(Hours(weekly=periods), language)
    assert any(digit in said for digit in "0123456789२४")
