"""Working days, counted by hand from the published calendars."""

from datetime import date, timedelta

import holidays
import pytest

from huiyin.clock.calendar import WorkCalendar, round_the_clock
from huiyin.clock.days import UnpublishedYear
from huiyin.kernel.errors import BadInput

from .places import BERLIN, BERLIN_OFFICE, NEW_YORK_OFFICE, NIGHT, OFFICE, SHANGHAI, calendar

# China 2025: off 01-28…02-04, 04-04…06, 05-01…05, 05-31…06-02, 10-01…08;
#   at work on the Sundays and Saturdays 01-26, 02-08, 04-27, 09-28, 10-11.
# China 2026: off 01-01…03, 02-15…23, 04-04…06, 05-01…05, 06-19…21, 09-25…27, 10-01…07;
#   at work on 01-04, 02-14, 02-28, 05-09, 09-20, 10-10.
CHINA = [
    ("2025-01-24", 3, "2025-02-05"),  # Sun 01-26, Mon 27, Wed 02-05
    ("2025-01-24", 5, "2025-02-07"),  # … 02-06, 02-07
    ("2025-01-27", 5, "2025-02-10"),  # 02-05, 06, 07, Sat 08, Mon 10
    ("2025-09-26", 3, "2025-09-30"),  # Sun 09-28, 29, 30
    ("2025-09-26", 5, "2025-10-10"),  # … 10-09, 10-10
    ("2025-09-30", 3, "2025-10-11"),  # 10-09, 10, Sat 11
    ("2025-09-30", 5, "2025-10-14"),  # … Mon 13, 14
    ("2025-05-30", 1, "2025-06-03"),  # Sat to Mon off
    ("2025-04-25", 2, "2025-04-28"),  # Sun 04-27, Mon 28
    ("2025-12-31", 3, "2026-01-06"),  # 2026: Sun 01-04, 05, 06
    ("2026-02-13", 3, "2026-02-25"),  # Sat 02-14, Tue 24, 25
    ("2026-02-13", 5, "2026-02-27"),  # … 26, 27
    ("2026-02-24", 5, "2026-03-02"),  # 25, 26, 27, Sat 28, Mon 03-02
    ("2026-02-20", 3, "2026-02-26"),  # from within the holidays: 24, 25, 26
    ("2026-04-03", 1, "2026-04-07"),  # Sat to Mon off
    ("2026-04-30", 3, "2026-05-08"),  # 05-06, 07, 08
    ("2026-04-30", 4, "2026-05-09"),  # … Sat 05-09
    ("2026-06-18", 2, "2026-06-23"),  # Fri to Sun off; 22, 23
    ("2026-09-18", 3, "2026-09-22"),  # Sun 09-20, 21, 22
    ("2026-09-18", 5, "2026-09-24"),  # … 23, 24
    ("2026-09-18", 6, "2026-09-28"),  # … off 25…27; Mon 28
    ("2026-09-24", 2, "2026-09-29"),  # off 25…27; 28, 29
    ("2026-09-30", 3, "2026-10-10"),  # 10-08, 09, Sat 10
    ("2026-09-30", 5, "2026-10-13"),  # … Mon 12, 13
    ("2024-02-28", 1, "2024-02-29"),  # leap day, a Thursday
    ("2024-02-28", 2, "2024-03-01"),
    ("2026-10-13", -5, "2026-09-30"),  # the way back: 12, Sat 10, 09, 08, 09-30
    ("2026-03-02", 0, "2026-03-02"),  # a working day stays
    ("2026-02-20", 0, "2026-02-24"),  # a holiday moves on
]


@pytest.mark.parametrize(("day", "n", "expected"), CHINA)
def test_china(day: str, n: int, expected: str) -> None:
    assert OFFICE.add_workdays(date.fromisoformat(day), n) == date.fromisoformat(expected)


ELSEWHERE = [
    (BERLIN_OFFICE, "2026-12-23", 3, "2026-12-29"),  # Thu 24, off Fri 25 and the weekend, Mon 28, Tue 29
    (BERLIN_OFFICE, "2026-04-02", 1, "2026-04-07"),  # Good Friday, weekend, Easter Monday
    (BERLIN_OFFICE, "2027-03-05", 1, "2027-03-08"),  # Women's Day is no holiday in all of Germany
    (calendar(BERLIN, "DE-BE"), "2027-03-05", 1, "2027-03-09"),  # but in Berlin
    (NEW_YORK_OFFICE, "2026-07-02", 1, "2026-07-06"),  # Independence Day observed on Friday 07-03
    (NEW_YORK_OFFICE, "2026-11-25", 1, "2026-11-27"),  # Thanksgiving
    (NIGHT, "2026-02-14", 3, "2026-02-17"),  # open every night, holidays or not
]


@pytest.mark.parametrize(("where", "day", "n", "expected"), ELSEWHERE)
def test_elsewhere(where: WorkCalendar, day: str, n: int, expected: str) -> None:
    assert where.add_workdays(date.fromisoformat(day), n) == date.fromisoformat(expected)


@pytest.mark.parametrize("year", [2025, 2026])
def test_both_packages_agree_on_china(year: int) -> None:
    other = holidays.country_holidays("CN", years=year)
    for offset in range(365):
        day = date(year, 1, 1) + timedelta(offset)
        assert OFFICE.is_workday(day) == other.is_working_day(day), day


def test_a_year_without_a_published_calendar_is_refused() -> None:
    assert OFFICE.add_workdays(date(2026, 12, 30), 1) == date(2026, 12, 31)
    with pytest.raises(UnpublishedYear, match=r"China for 2027.*extra_days.*published_years") as refused:
        OFFICE.add_workdays(date(2026, 12, 30), 2)
    assert (refused.value.year, refused.value.country, refused.value.calendar) == (2027, "China", "test")
    for ask in (OFFICE.is_workday, OFFICE.first_moment, OFFICE.last_moment):
        with pytest.raises(UnpublishedYear):
            ask(date(2027, 1, 4))


def test_the_policy_may_publish_a_year_and_change_days() -> None:
    days = {
        "2027-01-01": "rest",
        "2027-01-03": "work",
        "2026-03-03": "rest",
        "2026-03-07": "work",
        "2026-03-05": "work",
    }
    own = calendar(SHANGHAI, "CN", "09:00-12:00", extra_days=days, published_years=[2027])
    assert own.add_workdays(date(2026, 12, 31), 1) == date(2027, 1, 3)  # Fri 01-01 off, the Sunday at work
    assert own.add_workdays(date(2026, 3, 2), 4) == date(2026, 3, 7)  # 03 off; 04, 05, 06, Sat 07
    assert own.spans(date(2027, 1, 3)) == ((540, 720),)


def test_published_years_limit_other_countries() -> None:
    only = calendar(BERLIN, "DE", published_years=[2026])
    with pytest.raises(UnpublishedYear, match="DE for 2027"):
        only.add_workdays(date(2026, 12, 31), 1)


def test_unknown_country() -> None:
    with pytest.raises(BadInput, match="no holidays for “XX”"):
        calendar(BERLIN, "XX").is_workday(date(2026, 1, 1))


def test_between_counts_the_days_after_the_first() -> None:
    assert OFFICE.workdays_between(date(2026, 9, 30), date(2026, 10, 13)) == 5
    assert OFFICE.workdays_between(date(2025, 12, 31), date(2026, 1, 6)) == 3
    assert OFFICE.workdays_between(date(2026, 1, 6), date(2025, 12, 31)) == -3
    assert OFFICE.workdays_between(date(2026, 2, 15), date(2026, 2, 23)) == 0


def test_round_the_clock_every_day_is_a_working_day() -> None:
    assert round_the_clock().add_workdays(date(2026, 12, 30), 5) == date(2027, 1, 4)
